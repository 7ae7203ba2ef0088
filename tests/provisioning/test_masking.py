"""Secrets of a document: masked wherever they are, also those added later; one can only tell that
one changed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, make_dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phones import catalogue
from provisioning import document as documents
from provisioning.masking import DOTS, is_mask, masked, shown
from provisioning.renderers.registry import renderer_for
from tests.provisioning.renderers.cases import SECRETS, bare, crowded

KEY = "a-key-of-the-tests"
OTHER_KEY = "another-key-of-the-tests"
D765 = catalogue.get("snom-d765")
SOUNDS_SECRET = re.compile(r"pass|pin\b|_pin|secret|token|private|hash")


def rendered(document: documents.PhoneDocument) -> str:
    return b"".join(renderer_for("snom").render(document)).decode()


def values(part: object) -> Iterator[tuple[str, bool, object]]:
    """Name, whether it is in the repr, value: of every field of the document."""
    if isinstance(part, tuple):
        for item in part:
            yield from values(item)
    elif is_dataclass(part):
        for each in fields(part):
            yield each.name, each.repr, getattr(part, each.name)
            yield from values(getattr(part, each.name))


def test_each_secret_is_masked_and_nothing_else() -> None:
    document = bare(D765)

    before, after = list(values(document)), list(values(masked(document, KEY)))

    changed = {
        name for (name, _, old), (_, _, new) in zip(before, after, strict=True) if old != new
    }
    secret = {name for name, is_shown, _ in before if not is_shown}
    assert secret == {"http_password", "password", "admin_password", "admin_code"}
    # What holds a secret differs too.
    assert changed == secret | {"provisioning", "web", "identities"}


def test_whatever_sounds_secret_is_left_out_of_the_repr_and_so_is_masked() -> None:
    classes = [each for each in vars(documents).values() if is_dataclass(each)]
    sounding = [each for cls in classes for each in fields(cls) if SOUNDS_SECRET.search(each.name)]

    assert len(sounding) >= 4
    assert [each.name for each in sounding if each.repr] == []


def test_a_secret_added_to_the_document_later_is_masked_without_another_word() -> None:
    @dataclass(frozen=True)
    class Door:
        code: str = field(default="door-s3cret", repr=False)

    wider = make_dataclass(
        "Wider", [("doors", tuple[Door, ...])], bases=(documents.PhoneDocument,), frozen=True
    )
    document = bare(D765)
    parts = {each.name: getattr(document, each.name) for each in fields(document)}

    (door,) = masked(wider(**parts, doors=(Door(),)), KEY).doors

    assert is_mask(door.code)


@pytest.mark.parametrize("firmware", [None, (10, 1, 215, 13)])
def test_the_rendered_mask_holds_no_secret(firmware: tuple[int, ...] | None) -> None:
    text = rendered(masked(crowded(D765, firmware), KEY))

    assert [secret for secret in SECRETS if secret in text] == []
    assert [secret[:6] for secret in SECRETS if f">{secret[:6]}" in text] == []
    assert text.count(DOTS) == (7 if firmware else 5)


def test_people_see_dots_alone() -> None:
    text = shown(rendered(masked(bare(D765), KEY)))

    assert re.findall("•[^•<]*<", text) == ["•<"] * 5
    assert set(re.findall("•+", text)) == {DOTS}


@given(st.text(), st.text())
def test_a_mask_tells_whether_the_secret_changed_and_never_its_length(one: str, two: str) -> None:
    first, second = (
        masked(_with_sip_password(text), KEY).identities[0].password for text in (one, two)
    )

    assert is_mask(first)
    assert len(first) == len(second)
    # 32 bits: two secrets that hypothesis finds do not meet.
    assert (first == second) == (one == two)


def test_a_mask_is_worth_nothing_elsewhere() -> None:
    """The same secret in another field, on another phone or under another key has another mask."""
    document = replace(bare(D765), web=documents.WebCredentials("admin", "same", "same", "same"))
    elsewhere = replace(document, mac="00041374074D")

    web, away, keyed = (
        masked(document, KEY).web,
        masked(elsewhere, KEY).web,
        masked(document, OTHER_KEY).web,
    )

    assert len({web.password, web.admin_password, away.password, keyed.password}) == 4


def test_masking_leaves_the_document_as_it_was() -> None:
    document = bare(D765)

    masked(document, KEY)

    assert document == bare(D765)


def _with_sip_password(text: str) -> documents.PhoneDocument:
    document = bare(D765)
    return replace(document, identities=(replace(document.identities[0], password=text),))
