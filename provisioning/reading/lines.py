"""Compares two documents line by line, like diff."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from lxml import etree

from provisioning.masking import DOTS, shown
from provisioning.reading.parse import attributes_of, sections_of

AROUND = 2  # context lines before and after each change


@dataclass(frozen=True)
class DiffLine:
    """A line of one document or both; "…" stands for unchanged lines."""

    sign: Literal[" ", "+", "-", "…"]
    text: str = ""
    renewed: bool = False  # of a secret: the dots of both documents look alike


def diff_lines(before: str, after: str) -> list[DiffLine]:
    """The changes between both documents, with some context lines."""
    old, new = list(_readable(before)), list(_readable(after))
    groups = list(SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND))
    lines: list[DiffLine] = []
    for group in groups:
        lines.append(DiffLine("…"))
        for operation, old_from, old_to, new_from, new_to in group:
            if operation == "equal":
                lines += [DiffLine(" ", shown(line)) for line in new[new_from:new_to]]
            else:
                gone = [shown(line) for line in old[old_from:old_to]]
                come = [shown(line) for line in new[new_from:new_to]]
                lines += [DiffLine("-", line) for line in gone]
                lines += [DiffLine("+", line, DOTS in line and line in gone) for line in come]
    return lines


def _readable(xml: str) -> Iterator[str]:
    """One line for each value; contacts without their index, which a new first contact would shift
    in all of them.
    """
    for section in sections_of(xml):
        attributes = "".join(f' {name}="{text}"' for name, text in attributes_of(section))
        yield f"<{section.tag}{attributes}>"
        for element in section:
            if element.tag == "item":
                element.attrib.pop("index", "")
                for part in element.iter():
                    part.tail = None
                element.text = None
            element.tail = None
            yield f"  {etree.tostring(element, encoding='unicode')}"
        yield f"</{section.tag}>"
