"""The style guide shows everything there is, to those who develop and to nobody else."""

from pathlib import Path

import pytest
from django.test import Client as Browser
from django.test import override_settings

COMPONENTS = Path(__file__).resolve().parents[2] / "templates" / "components"
# Not pieces of a page: how a link swaps, the input of one widget, a list's inner step.
NOT_SHOWN: set[str] = {"line_input.html"}


def test_every_component_is_shown(blue_browser: Browser) -> None:
    response = blue_browser.get("/styleguide/")

    shown = {
        template.name.removeprefix("components/")
        for template in response.templates
        if template.name
    }
    assert {path.name for path in COMPONENTS.glob("*.html")} - shown == NOT_SHOWN


@pytest.mark.parametrize(
    "part",
    [
        "extranet/provisioning/phone_timeline.html",
        "extranet/provisioning/phone_document_changes.html",
        "extranet/jobs/progress.html",
        "extranet/jobs/actions.html",
        "extranet/phones/bulk_bar.html",
        "extranet/phones/account_bulk.html",
    ],
)
def test_the_parts_that_only_one_page_has_are_shown_as_that_page_does(
    part: str, blue_browser: Browser
) -> None:
    assert part in {template.name for template in blue_browser.get("/styleguide/").templates}


def test_the_job_on_show_asks_nobody_how_far_it_is(blue_browser: Browser) -> None:
    page = blue_browser.get("/styleguide/").content.decode()

    assert page.count('hx-trigger="every 1s"') == page.count('<div class="mc-job" hx-disable>') == 2


@pytest.mark.parametrize("role", ["anonymous", "staff"])
@override_settings(METACENTREX_STYLEGUIDE=False)
def test_nobody_sees_it_in_production(role: str, blue_browser: Browser, db: None) -> None:
    browser = blue_browser if role == "staff" else Browser()

    assert browser.get("/styleguide/").status_code == 404


def test_production_is_the_rule() -> None:
    from metacentrex.settings import base  # not at the top: the settings of the suite are others

    assert base.METACENTREX_STYLEGUIDE is base.DEBUG
