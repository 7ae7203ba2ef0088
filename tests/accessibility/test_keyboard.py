"""With Tab, Enter and Escape alone: everything is reached, the focus is seen, nothing traps but a
dialog.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.access.scenes import MAC, Scene, rows, states
from tests.accessibility.conftest import NARROW
from tests.accessibility.looking import go, violations

PHONE = f"/extranet/telephones/{MAC}/"
# What somebody without a mouse must be able to reach: shown, not disabled, one radio for a group.
REACHABLE = """() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter(e => !e.disabled && e.type !== "hidden"
        && e.checkVisibility({visibilityProperty: true}))
    .filter(e => e.type !== "radio" || e.checked)
    .filter(e => !e.closest("[inert]")).length"""
# The ring is 3 px and leaves the edge; a field under the sticky bar would have it hidden.
FOCUSED = """() => {
    const e = document.activeElement;
    if (e === document.body) return null;
    // A date has several stops.
    const seen = (window.reached ??= []).includes(e) && e !== window.reached.at(-1);
    if (!window.reached.includes(e)) window.reached.push(e);
    const style = getComputedStyle(e);
    // Of a key of a drawing the ring is a shape of its own.
    const drawn = e.matches(".ph-key") && getComputedStyle(e.querySelector(".ph-hit"));
    const ring = drawn
        ? drawn.stroke !== "none" && parseFloat(drawn.strokeWidth) >= 2
        : style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const box = e.getBoundingClientRect();
    const shown = box.bottom > 0 && box.top < innerHeight;
    const name = (e.ariaLabel ?? e.name ?? "") + " " + e.outerHTML.slice(0, 90);
    return {name, seen, ring, shown};
}"""


def walk(page: Page) -> list[str]:
    """Press Tab all the way round; what is wrong on the way."""
    wrong = []
    for _ in range(400):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            continue
        if focused["seen"]:
            break
        wrong += [f"no ring: {focused['name']}"] * (not focused["ring"])
        wrong += [f"out of sight: {focused['name']}"] * (not focused["shown"])
    reached, there = page.evaluate("window.reached.length"), page.evaluate(REACHABLE)
    return wrong + [f"{reached} of {there} reached"] * (reached < there)


def walked() -> list[Scene]:
    """One visit for each page: the pages of the matrix, and those whose controls are others."""
    seen = {scene.path: scene for scene in reversed(rows())}
    others = [
        scene
        for scene in states()
        if scene.name in ("several, wrong", "a refused phone", "no such page")
    ]
    return [*seen.values(), *others]


def test_everything_is_reached_by_tab_with_its_focus_seen(
    open_as: Callable[[str], Page], pages: Callable[..., list[Scene]]
) -> None:
    roles = ("anonymous", "owner", "operator", "end_user", "administrator")
    browsers = {role: open_as(role) for role in roles}
    wrong = {}

    for scene in pages(walked(), *roles):
        page = browsers[scene.role]
        go(page, scene)
        wrong[str(scene)] = walk(page)

    told = [f"{name}: {one}" for name, found in wrong.items() for one in found]
    assert wrong
    assert not told, "\n".join(told)


@pytest.mark.parametrize("path", ["/extranet/clients/", PHONE, "/extranet/nowhere/"])
def test_the_first_tab_offers_to_skip_to_the_content(
    path: str, open_as: Callable[[str], Page]
) -> None:
    page = open_as("owner")
    page.goto(path)

    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_the_menu_of_a_small_screen_opens_and_closes_by_the_keyboard(
    open_as: Callable[[str], Page],
) -> None:
    page = open_as("owner")
    page.set_viewport_size(NARROW)
    page.goto("/extranet/clients/")
    menu = page.locator("details[data-menu]")
    menu.locator("summary").focus()

    page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="Clients")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    expect(menu.get_by_role("link", name="Clients")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


def test_a_menu_left_by_tab_covers_nothing(open_as: Callable[[str], Page]) -> None:
    page = open_as("owner")
    page.set_viewport_size(NARROW)
    page.goto("/extranet/clients/")
    menu = page.locator("details[data-menu]")
    menu.locator("summary").click()

    page.locator("main a").first.focus()

    expect(menu.get_by_role("link", name="Clients")).to_be_hidden()


def test_a_slash_goes_to_the_search_everywhere_and_enter_finds(
    open_as: Callable[[str], Page],
) -> None:
    page = open_as("owner")
    page.goto("/extranet/clients/")
    field = page.locator("#find")

    page.keyboard.press("/")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_name("Rechercher partout")
    page.keyboard.type("a/b")
    expect(field).to_have_value("a/b")
    field.fill(MAC)
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{PHONE}")


def test_a_slash_typed_in_a_field_stays_there(open_as: Callable[[str], Page]) -> None:
    page = open_as("owner")
    page.goto("/extranet/clients/")
    search = page.locator("#q")
    search.focus()

    page.keyboard.press("/")

    expect(search).to_be_focused()
    expect(search).to_have_value("/")


def test_a_slash_on_a_small_screen_opens_the_menu_at_its_search(
    open_as: Callable[[str], Page],
) -> None:
    page = open_as("owner")
    page.set_viewport_size(NARROW)
    page.goto("/extranet/clients/")

    page.keyboard.press("/")
    expect(page.locator("#find-drawer")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Escape")

    expect(page.locator("#find-drawer")).to_be_hidden()


def test_a_slash_leaves_a_question_alone(open_as: Callable[[str], Page]) -> None:
    page = open_as("owner")
    page.goto(PHONE)
    page.get_by_role("button", name="Supprimer le téléphone").click()
    dialog = page.get_by_role("dialog")

    page.keyboard.press("/")

    expect(dialog.get_by_role("button", name="Annuler")).to_be_focused()


def test_the_dialog_keeps_the_focus_says_what_it_asks_and_gives_it_back(
    open_as: Callable[[str], Page],
) -> None:
    page = open_as("owner")
    page.goto(PHONE)
    delete = page.get_by_role("button", name="Supprimer le téléphone")
    delete.focus()

    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Supprimer le téléphone 00:04:13:00:B1:0E")
    expect(dialog).to_have_accessible_description(
        "Ses identifiants cessent de valoir tout de suite et son adresse MAC redevient libre. "
        "C’est définitif."
    )
    expect(dialog.get_by_role("button", name="Annuler")).to_be_focused()
    assert violations(page) == []
    for _ in range(5):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
        assert inside
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(delete).to_be_focused()
    assert page.url.endswith(PHONE)
