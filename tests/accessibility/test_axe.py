"""axe-core finds nothing on any page: wide and narrow, light and dark, with errors, empty, in both languages."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from clients.models import User
from tests.access.scenes import Scene, rows, states
from tests.access.test_url_matrix import MATRIX
from tests.accessibility.conftest import NARROW, WIDE
from tests.accessibility.looking import go, paint, too_wide, violations

VENDOR = Path(__file__).parents[1] / "vendor"


def look(page: Page, scene: Scene) -> list[object]:
    """Everything wrong with one page, at both widths and in both themes."""
    wrong: list[object] = []
    page.set_viewport_size(WIDE)
    assert (str(scene), go(page, scene)) == (str(scene), scene.status)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        paint(page, "light")
        wrong += [(size["width"], found) for found in violations(page)]
        paint(page, "dark")
        wrong += [(size["width"], "dark", found) for found in violations(page, "color-contrast")]
        if pixels := too_wide(page):
            wrong.append((size["width"], f"{pixels} px too wide"))
    return wrong


def say_nothing(wrong: dict[str, list[object]]) -> None:
    told = [f"{name}: {one}" for name, found in wrong.items() for one in found]
    assert not told, "\n".join(told)


@pytest.mark.parametrize("roles", [("owner",), ("operator", "anonymous", "newcomer")], ids="-".join)
def test_every_page_passes_in_both_themes_at_both_widths(
    roles: tuple[str, ...], open_as: Callable[[str], Page], pages: Callable[..., list[Scene]]
) -> None:
    browsers = {role: open_as(role) for role in roles}

    wrong = {str(scene): look(browsers[scene.role], scene) for scene in pages(rows() + states(), *roles)}

    assert wrong
    say_nothing(wrong)


def test_every_page_in_english_fits_a_small_screen_and_passes(
    open_as: Callable[[str], Page], pages: Callable[..., list[Scene]]
) -> None:
    shown = pages(rows(), "owner")
    User.objects.update(language="en")
    page = open_as("owner")
    page.set_viewport_size(NARROW)
    wrong = {}

    for scene in shown:
        go(page, scene)
        wrong[str(scene)] = violations(page) + ["too wide"] * bool(too_wide(page))

    say_nothing(wrong)


def test_a_new_address_is_looked_at_by_itself() -> None:
    shown = {scene.name for scene in rows()}

    assert shown == {
        name
        for name, row in MATRIX.items()
        if 200 in (row.get["owner"], row.get["operator"], row.get["anonymous"])
    }


def test_axe_is_the_published_one() -> None:
    line = next(line for line in (VENDOR / "VENDOR.md").read_text().splitlines() if "axe.min.js" in line)
    published = re.search(r"[0-9a-f]{64}", line)

    assert published
    assert hashlib.sha256((VENDOR / "axe-core-4.14.1/axe.min.js").read_bytes()).hexdigest() == published[0]
