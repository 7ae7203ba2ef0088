"""axe-core finds nothing on any page: wide and narrow, light and dark, with errors, empty, in both
languages.
"""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from django.urls import path
from playwright.sync_api import Page

from clients.models import User
from metacentrex import urls, views
from tests.access.scenes import Scene, rows, states
from tests.access.test_every_page_in_both_languages import ERRORS
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


@pytest.mark.parametrize(
    "roles",
    [("owner",), ("operator", "anonymous", "newcomer"), ("end_user", "administrator")],
    ids="-".join,
)
def test_every_page_passes_in_both_themes_at_both_widths(
    roles: tuple[str, ...], open_as: Callable[[str], Page], pages: Callable[..., list[Scene]]
) -> None:
    browsers = {role: open_as(role) for role in roles}

    wrong = {
        str(scene): look(browsers[scene.role], scene) for scene in pages(rows() + states(), *roles)
    }

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


class Failing:
    """Our addresses, and one for each page that says what went wrong, as it comes about."""

    @staticmethod
    def fails(error: type[Exception]) -> Callable[..., None]:
        def view(request: object) -> None:
            raise error("as asked")

        return view

    urlpatterns = [
        *urls.urlpatterns,
        path("platform/", fails(BadRequest)),
        path("403/", fails(PermissionDenied)),
        path("404/", fails(Http404)),
        path("500/", fails(RuntimeError)),
        path("locked/", views.login_closed),
        path("csrf/", views.csrf_failure),
    ]
    handler400, handler403 = urls.handler400, urls.handler403
    handler404, handler500 = urls.handler404, urls.handler500


STATUS = {"platform": 400, "403": 403, "404": 404, "500": 500, "locked": 429, "csrf": 403}


def test_every_error_page_passes_in_both_themes_at_both_widths(
    open_as: Callable[[str], Page], settings: Any, expected: list[str]
) -> None:
    settings.ROOT_URLCONF = Failing
    expected += [
        "the server responded with a status of 429",
        "the server responded with a status of 500",
    ]
    page = open_as("anonymous")

    wrong = {
        name: look(page, Scene(name, f"/{name}/", "anonymous", status=STATUS[name]))
        for name in (Path(template).stem for template in ERRORS)
    }

    say_nothing(wrong)


def test_a_new_address_is_looked_at_by_itself() -> None:
    shown = {scene.name for scene in rows()}

    assert shown == {name for name, row in MATRIX.items() if 200 in row.get.values()}


def test_axe_is_the_published_one() -> None:
    line = next(
        line for line in (VENDOR / "VENDOR.md").read_text().splitlines() if "axe.min.js" in line
    )
    published = re.search(r"[0-9a-f]{64}", line)

    assert published
    assert (
        hashlib.sha256((VENDOR / "axe-core-4.14.1/axe.min.js").read_bytes()).hexdigest()
        == published[0]
    )
