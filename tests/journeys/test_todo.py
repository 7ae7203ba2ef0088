"""« À traiter » and the acts on many phones, by hand: rows that answer, ticks
that survive paging.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import story
from tests.journeys.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.once]
ACCOUNT = f"/extranet/clients/{story.REFERENCE}/compte/"
PREFIX = "000413BB"


@pytest.fixture
def thirty_overdue(inside: Page, stack: Stack) -> None:
    """More phones than a page holds, whose window is over."""
    inside.goto(f"/extranet/clients/{story.REFERENCE}/telephones/plusieurs/")
    inside.fill("#id_lines", "\n".join(f"{PREFIX}{at:04X};{story.NUMBER}" for at in range(30)))
    with inside.expect_navigation():  # or the next line would look at the page before
        inside.get_by_role("button", name="Aperçu").click()
    if inside.locator("button[name=confirm]").count():  # else an earlier test registered them
        inside.locator("button[name=confirm]").click()
        inside.wait_for_url(f"**{ACCOUNT}")
    ended = stack.earlier("created_at")
    over = f"UPDATE phones_phone SET authorized_until = {ended} WHERE mac LIKE {stack.mark}"
    stack.sql(over, f"{PREFIX}%")


def test_a_row_says_what_was_done_and_the_counts_follow(inside: Page, thirty_overdue: None) -> None:
    inside.goto("/extranet/a-traiter/?f=overdue")
    lamp, chip = (
        inside.locator("[data-todo-count]").first,
        inside.locator("#filters [aria-current] b"),
    )
    before = int(re.sub(r"\D", "", lamp.inner_text()))
    overdue = int(chip.inner_text())

    inside.locator("tbody tr").first.get_by_role("button", name="Ré-autoriser").click()

    done = inside.locator("tr.is-done")
    expect(done).to_contain_text("Fenêtre ouverte jusqu’au")
    expect(done.locator("p")).to_be_focused()
    expect(lamp).to_contain_text(str(before - 1))
    expect(chip).to_have_text(str(overdue - 1))
    assert inside.url.endswith("?f=overdue")


def test_a_phone_that_is_gone_is_said_by_a_whole_page(
    inside: Page, thirty_overdue: None, stack: Stack, watch
) -> None:
    watch.expected = ("404",)
    inside.goto("/extranet/a-traiter/?f=overdue&q=BB")
    row = inside.locator("tbody tr").first
    mac = row.locator("th").inner_text().replace(":", "").strip()
    stack.sql(
        f"DELETE FROM phones_sipcredential WHERE phone_id = (SELECT id FROM phones_phone WHERE "
        f"mac = {stack.mark})",
        mac,
    )
    stack.sql(f"DELETE FROM phones_phone WHERE mac = {stack.mark}", mac)

    row.get_by_role("button", name="Ré-autoriser").click()

    expect(inside.locator("h1")).to_be_visible()
    expect(inside.locator("tbody")).to_have_count(0)


def test_ticks_survive_paging_and_go_with_the_form(inside: Page, thirty_overdue: None) -> None:
    inside.goto(f"{ACCOUNT}?qt=BB#phones-title")
    phones, bar = inside.locator("#phones"), inside.locator("#phones-bulk [data-count]")
    phones.locator("tbody input[name=phones]").first.check()
    inside.get_by_role("navigation", name="Pages").get_by_role("link", name="Suivante").click()
    expect(phones).to_contain_text("26 à")
    expect(bar).to_have_text("1 téléphone coché")
    phones.locator("tbody input[name=phones]").first.check()
    expect(bar).to_have_text("2 téléphones cochés")

    inside.locator("#phones-bulk").get_by_role("button", name="Fermer la fenêtre").click()
    expect(inside.get_by_role("dialog")).to_contain_text("(2)")
    inside.get_by_role("dialog").get_by_role("button", name="Fermer la fenêtre").click()

    expect(inside.get_by_text("2 fenêtres fermées.")).to_be_visible()
    expect(inside.locator("#phones-bulk")).to_be_hidden()


def test_all_results_are_more_than_the_page(inside: Page, thirty_overdue: None) -> None:
    inside.goto(f"{ACCOUNT}?qt=BB#phones-title")
    total = int(re.findall(r"\d+", inside.locator("#phones footer span").first.inner_text())[-1])
    inside.locator("#phones [data-tick-all]").check()
    expect(inside.locator("#phones-bulk [data-count]")).to_have_text("25 téléphones cochés")

    inside.get_by_role("button", name=f"Tous les {total} résultats").click()
    inside.locator("#phones-bulk").get_by_role("button", name="Ré-autoriser").click()
    expect(inside.get_by_role("dialog")).to_contain_text(f"({total})")
    inside.get_by_role("dialog").get_by_role("button", name="Annuler").click()
    expect(inside.get_by_role("dialog")).to_be_hidden()
    inside.locator("#phones-bulk").get_by_role("button", name="Ré-autoriser").click()
    inside.get_by_role("dialog").get_by_role("button", name="Ré-autoriser").click()

    expect(inside.get_by_text(f"{total} téléphones ré-autorisés.")).to_be_visible(timeout=30_000)


def test_without_scripts_the_ticked_ones_of_a_page(
    chromium: Browser, stack: Stack, thirty_overdue: None, login: tuple[str, str]
) -> None:
    context = chromium.new_context(base_url=stack.url, locale="fr-FR", java_script_enabled=False)
    bare_page = context.new_page()
    story.log_in(bare_page, login)
    bare_page.goto("/extranet/a-traiter/?f=overdue&q=BB")
    for at in range(2):
        bare_page.locator("tbody input[name=phones]").nth(at).check()

    bare_page.locator("#phones-bulk").get_by_role("button", name="Pendant l’heure qui suit").click()

    expect(
        bare_page.get_by_text("2 téléphones autorisés pendant l’heure qui suit.")
    ).to_be_visible()
    context.close()
