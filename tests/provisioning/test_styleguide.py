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

    shown = {template.name.removeprefix("components/") for template in response.templates if template.name}
    assert {path.name for path in COMPONENTS.glob("*.html")} - shown == NOT_SHOWN


@pytest.mark.parametrize("role", ["anonymous", "staff"])
@override_settings(METACENTREX_STYLEGUIDE=False)
def test_nobody_sees_it_in_production(role: str, blue_browser: Browser, db: None) -> None:
    browser = blue_browser if role == "staff" else Browser()

    assert browser.get("/styleguide/").status_code == 404


def test_production_is_the_rule() -> None:
    from metacentrex.settings import base  # not at the top: the settings of the suite are others

    assert base.METACENTREX_STYLEGUIDE is base.DEBUG
