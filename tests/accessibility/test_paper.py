"""A page on paper: what one reads, black on white, lists as lists; nothing that is clicked."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.access.scenes import MAC

PAGES = [
    "/extranet/clients/10100/",
    "/extranet/clients/10100/compte/",
    f"/extranet/telephones/{MAC}/",
]
A4 = {"width": 688, "height": 980}  # a sheet less its margins, at 96 dots an inch


@pytest.mark.parametrize("path", PAGES)
def test_paper_has_no_bar_and_nothing_to_click(path: str, open_as: Callable[[str], Page]) -> None:
    page = open_as("owner")
    page.set_viewport_size(A4)
    page.goto(path)

    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    expect(page.get_by_role("banner")).to_be_hidden()
    for shown in (page.get_by_role("heading", level=1), page.get_by_role("heading", level=2).first):
        expect(shown).to_be_visible()
    assert [
        one for one in page.locator("button, input, select, summary").all() if one.is_visible()
    ] == []
    ground, ink = page.evaluate(
        "(s => [s.backgroundColor, s.color])(getComputedStyle(document.body))"
    )
    assert (ground, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")


def test_a_list_stays_a_list_on_a_narrow_sheet_and_repeats_its_head(
    open_as: Callable[[str], Page],
) -> None:
    page = open_as("owner")
    page.set_viewport_size(A4)
    page.goto(PAGES[1])
    page.emulate_media(media="print")

    def display(selector: str) -> str:
        return str(
            page.locator(selector).first.evaluate("element => getComputedStyle(element).display")
        )

    assert [display(f".mc-table {part}") for part in ("thead", "tbody tr", "tbody th")] == [
        "table-header-group",
        "table-row",
        "table-cell",
    ]
