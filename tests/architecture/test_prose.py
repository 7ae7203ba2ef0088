"""Lines of at most 100 columns, and sentences of at most 25 words.

Tables, links and code blocks of the documentation may be wider. The linter (ruff) checks *.py.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COLUMNS, WORDS = 100, 25
ITEM = re.compile(r"^\s*(?:[-*]|\d+\.)\s+")
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
CODE = re.compile(r"`[^`]*`")
END_OF_SENTENCE = re.compile(r"(?<=[.!?…])[\s\u00a0\u202f]+(?=\S)")
SUFFIXES = ["*.js", "*.html", "*.css", "*.sh", "*.toml"]
# Some programs in bin/ are Python without a suffix, which ruff does not find.
CODE_FILES = [*SUFFIXES, "Makefile", "bin/*", "deploy/manage", ".ci/run"]
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/*.md", "docs/adr/*.md"]
# What cannot be broken: one token (a hash, a path), one attribute, a web address, a line of a
# picture, and markup with a template's tag, whose line ends would be part of the page.
UNBREAKABLE = re.compile(
    r"\S+|[\w-]+=\"[^\"]*\">.*|.*(?:https?://|\{[%{#]).*|<(?:path|rect|g|use|svg|circle|text)\b.*"
)


def documents() -> list[Path]:
    return sorted(path for pattern in DOCUMENTS for path in ROOT.glob(pattern))


def blocks(text: str) -> Iterator[str]:
    """Paragraphs, items of lists and cells of tables: what a sentence does not go beyond."""
    paragraph: list[str] = []
    is_code = False
    for line in [*text.splitlines(), ""]:
        is_fence = line.lstrip().startswith("```")
        is_code ^= is_fence
        if is_code and not is_fence:
            continue
        bare = "" if is_fence else line.strip()
        ends = not bare or bare.startswith(("#", "|")) or ITEM.match(line)
        if ends and paragraph:
            yield " ".join(paragraph)
            paragraph = []
        if bare.startswith("|"):
            yield from (cell.strip() for cell in bare.strip("|").split("|"))
        elif bare and not bare.startswith("#"):
            paragraph.append(ITEM.sub("", line, count=1).strip())


def sentences(text: str) -> Iterator[str]:
    """Each sentence, a piece of code as one word and a link as its text; a bold beginning is a
    heading of its own.
    """
    for block in blocks(text):
        plain = LINK.sub(r"\1", CODE.sub("CODE", block))
        lead = re.match(r"\*\*([^*]+)\*\*[\s\u00a0]*[:.,–]?", plain)
        if lead:
            yield lead[1]
            plain = plain[lead.end() :]
        yield from (part for part in END_OF_SENTENCE.split(plain.replace("*", "")) if part.strip())


def count_words(sentence: str) -> int:
    return sum(bool(re.search(r"\w", word)) for word in sentence.split())


def wide_prose(text: str) -> Iterator[int]:
    """The numbers of lines that are too wide and could be broken."""
    is_code = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("```"):
            is_code = not is_code
        free = is_code or line.lstrip().startswith(("|", "#"))
        bare = LINK.sub("", line)
        if not free and len(line) > COLUMNS and len(bare) > COLUMNS:
            yield number


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_documentation_fits_and_its_sentences_are_short(path: Path) -> None:
    text = path.read_text()

    assert list(wide_prose(text)) == []
    assert [found for found in sentences(text) if count_words(found) > WORDS] == []


def code_files() -> list[Path]:
    listed = subprocess.check_output(["git", "ls-files", *CODE_FILES], cwd=ROOT, text=True)
    return [ROOT / name for name in listed.splitlines()]


def wide_code(text: str) -> list[int]:
    """The numbers of lines that are too wide and could be broken."""
    return [
        number
        for number, line in enumerate(text.splitlines(), start=1)
        if len(line) > COLUMNS and not UNBREAKABLE.fullmatch(line.strip())
    ]


def test_code_fits() -> None:
    files = code_files()
    wide = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number in wide_code(path.read_text())
    ]

    assert wide == []
    # Files without a suffix are covered too.
    assert {path.name for path in files} >= {"Makefile", "run", "test", "sbom", "manage"}


# --- The reader of sentences itself ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One two.\nThree four! Five?", ["One two.", "Three four!", "Five?"]),
        ("# A heading\n\nOne.\n- two\n- three", ["One.", "two", "three"]),
        ("| a b | c |\n|---|---|", ["a b", "c", "---", "---"]),
        ("```\nnot. a. sentence.\n```\nOne.", ["One."]),
        ("Run `make x. y z` now.", ["Run CODE now."]),
        ("See [the page](a/b.md).", ["See the page."]),
        ("**A lead.** Then more.", ["A lead.", "Then more."]),
        ("**Titre** : la suite.", ["Titre", "la suite."]),
    ],
)
def test_sentences_are_told_apart(text: str, found: list[str]) -> None:
    assert [each.strip() for each in sentences(text)] == found


def test_words_are_counted_and_signs_are_not() -> None:
    assert count_words("« Un deux » : trois, `x` – 4.") == 5


def test_a_wide_line_is_found_and_a_table_or_a_link_is_not() -> None:
    wide = "word " * 30
    link = f"[x](https://example.fr/{'y' * 120})"

    assert list(wide_prose(f"short\n{wide}\n| {wide} |\n{link}\n```\n{wide}\n```")) == [2]


def test_a_wide_line_of_code_is_found_and_a_hash_or_an_address_is_not() -> None:
    wide = "word " * 30
    digest = f"    --hash=sha256:{'0' * 120}"
    address = f"# https://example.fr/{'y' * 120} {wide}"

    assert wide_code(f"short\n{wide}\n{digest}\n{address}") == [2]
