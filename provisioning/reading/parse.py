"""Parses the XML of a masked document into all its values, known or not."""

from collections import Counter
from dataclasses import dataclass

from lxml import etree

KEYS, DIRECTORY = "functionKeys", "tbook"
Place = tuple[str, str, str, int]  # section, element, idx, occurrence index


@dataclass(frozen=True)
class Value:
    """One element of a section; `name` is "" for the section itself."""

    section: str
    name: str
    index: str
    text: str
    attributes: tuple[tuple[str, str], ...] = ()

    def attribute(self, name: str) -> str:
        return dict(self.attributes).get(name, "")

    @property
    def technical(self) -> str:
        """Text and attributes, as in the XML."""
        return " ".join(
            [self.text, *(f'{name}="{text}"' for name, text in self.attributes)]
        ).strip()


@dataclass(frozen=True)
class Entry:
    """A contact of the directory, without its position in the list."""

    name: str
    number: str
    other: str = ""


@dataclass(frozen=True)
class Reading:
    """The values of a document by place, and its directory."""

    values: dict[Place, Value]
    contacts: tuple[Entry, ...]

    def of(self, section: str) -> list[Value]:
        return [value for value in self.values.values() if value.section == section]


def sections_of(xml: str) -> list[etree._Element]:
    """The sections of a document; if the root is a section, only the root."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    root = etree.fromstring(xml.encode(), parser)
    return list(root) if root.tag == "settings" else [root]


def read(xml: str) -> Reading:
    """Read all values of a document."""
    values: dict[Place, Value] = {}
    contacts: list[Entry] = []
    seen: Counter[tuple[str, str, str]] = Counter()
    for section in sections_of(xml):
        tag = str(section.tag)
        _add(values, seen, Value(tag, "", "", (section.text or "").strip(), attributes_of(section)))
        for element in section:
            if tag == DIRECTORY and element.tag == "item":
                contacts.append(_contact(element))
            else:
                index = element.get("idx", "")
                _add(
                    values,
                    seen,
                    Value(tag, str(element.tag), index, _text(element), attributes_of(element)),
                )
    return Reading(values, tuple(contacts))


def _add(values: dict[Place, Value], seen: Counter[tuple[str, str, str]], value: Value) -> None:
    place = (value.section, value.name, value.index)
    values[(*place, seen[place])] = value
    seen[place] += 1


def _text(element: etree._Element) -> str:
    return (element.text or "") + "".join(
        etree.tostring(child, encoding="unicode") for child in element
    )


def attributes_of(element: etree._Element) -> tuple[tuple[str, str], ...]:
    """Names and values of the attributes, except the index, which is part of the place."""
    return tuple((str(name), str(text)) for name, text in element.items() if name != "idx")


def _contact(item: etree._Element) -> Entry:
    others = [f'{name}="{text}"' for name, text in attributes_of(item) if name != "index"]
    others += [_text(child) for child in item if child.tag not in ("name", "number")]
    return Entry(item.findtext("name") or "", item.findtext("number") or "", " ".join(others))
