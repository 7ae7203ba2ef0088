"""The documentation tells the truth: its links, pictures, make targets,
commands and paths exist.
"""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
MAKE = re.compile(r"(?:^|`)make ([a-z]+)", re.MULTILINE)
MANAGE = re.compile(r"manage\.py ([a-z_]+)")
PATHS = re.compile(
    r"(?<![\w/.-])((?:bin|clients|docs|keys|metacentrex|phones|provisioning|static|templates|tests)/[\w./-]+\w)"
)
TARGETS = set(
    re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
)

documents = pytest.mark.parametrize(
    "path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix()
)


def code_of(path: Path) -> str:
    return "\n".join(CODE.findall(path.read_text(encoding="utf-8")))


def anchors_of(path: Path) -> set[str]:
    """What a heading is called in an address, as GitHub and its like do it."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@documents
def test_links_and_pictures_lead_somewhere(path: Path) -> None:
    text = CODE.sub("", path.read_text(encoding="utf-8"))
    lost = []
    for link in (one or other for one, other in LINK.findall(text)):
        name, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        target = path.parent / name if name else path
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            lost.append(link)

    assert lost == []


@documents
def test_commands_exist(path: Path) -> None:
    code = code_of(path)

    assert set(MAKE.findall(code)) - TARGETS == set()
    assert set(MANAGE.findall(code)) - set(get_commands()) == set()


@documents
def test_paths_exist(path: Path) -> None:
    named = {name for name in PATHS.findall(code_of(path)) if not re.search(r"[<{*…]", name)}

    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_every_picture_is_shown_somewhere_and_all_are_light() -> None:
    pictures = list((ROOT / "docs/images").glob("*.png"))
    text = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)

    assert [picture.name for picture in pictures if f"images/{picture.name}" not in text] == []
    assert sum(picture.stat().st_size for picture in pictures) < 1_500_000


def test_every_picture_is_one_that_the_script_takes() -> None:
    taken = set(
        re.findall(r"Shot\(\s*\"([\w-]+)\"", (ROOT / "bin/screenshots").read_text(encoding="utf-8"))
    )

    assert {picture.stem for picture in (ROOT / "docs/images").glob("*.png")} <= taken
