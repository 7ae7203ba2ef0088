"""The guide's journey, told once and lived in each shape the product is run in."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.stack import GUIDE_MAC, Stack

NUMBER = "0970711111"
REFERENCE = "10000"


def log_in(page: Page, login: tuple[str, str]) -> None:
    page.goto("/extranet/")
    expect(page.get_by_role("heading", name="Authentification")).to_be_visible()
    page.get_by_label("Login").fill(login[0])
    page.get_by_label("Mot de passe", exact=True).fill(login[1])
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_role("heading", name="Liste des clients")).to_be_visible()


def open_account(page: Page) -> None:
    page.get_by_role("link", name="Fiche client OPENIP").click()
    expect(page.get_by_role("heading", name=f"OPENIP [{REFERENCE}]")).to_be_visible()
    page.get_by_role("link", name="Compte MetaCentrex").click()
    expect(page.get_by_role("heading", name="Liste des utilisateurs")).to_be_visible()


def register(page: Page) -> None:
    users = page.get_by_role("table", name="Liste des utilisateurs")
    line = users.get_by_role("row").filter(has_text=re.compile("09 ?70 ?71 ?11 ?11"))
    line.get_by_role("link", name="Provisionner").click()
    expect(page.locator("input[name=line]")).to_have_value(re.compile("09 ?70 ?71 ?11 ?11"))
    page.get_by_label("@MAC").fill(GUIDE_MAC)
    page.get_by_label("Description").fill("snom 710 Standard")
    page.get_by_label("Modèle").select_option(label="Automatique")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="Liste des téléphones")).to_be_visible()


def row(page: Page, mac: str = GUIDE_MAC) -> Locator:
    return (
        page.get_by_role("table", name="Liste des téléphones")
        .get_by_role("row")
        .filter(has_text=mac)
    )


def go_to_account(page: Page) -> None:
    page.goto(f"/extranet/clients/{REFERENCE}/compte/")


def go_to_phone(page: Page, mac: str = GUIDE_MAC) -> None:
    page.goto(f"/extranet/telephones/{mac.replace(':', '')}/")


def assign(page: Page, *, assigned: bool) -> None:
    """« Changer le téléphone », « Affecté à la ligne ? »."""
    go_to_phone(page)
    page.get_by_role("link", name="Changer le téléphone").click()
    page.get_by_label("Affecté à la ligne ?").set_checked(assigned)
    if assigned:
        page.locator("input[name=line]").fill(NUMBER)
    page.get_by_role("button", name="Appliquer").click()
    if not assigned:  # it is in service: the page asks first
        page.get_by_role("button", name="Le retirer de sa ligne").click()
    page.wait_for_url(re.compile(r"/telephones/[0-9A-F]{12}/$"))


def tell(page: Page, stack: Stack, login: tuple[str, str]) -> None:
    """From the reseller's login to new secrets after an un-assignment, step by step as the guide
    goes.
    """
    log_in(page, login)
    open_account(page)
    register(page)
    expect(row(page).get_by_role("cell").nth(1)).to_have_text("-")  # after the box to tick
    expect(row(page)).to_contain_text("snom 710 Standard")
    expect(row(page)).to_contain_text("Autorisé")
    expect(row(page)).to_contain_text(re.compile(r"4[78]\sh \d\d\smin|48\sh"))

    first = stack.fetch()
    assert first.status == 200
    assert first.setting("user_name", "1") == "+33970711111"
    assert min(map(len, first.account)) >= 16

    page.reload()
    expect(row(page)).to_contain_text("snom 710")
    expect(row(page)).to_contain_text("8.7.5.35")
    expect(row(page)).to_contain_text(re.compile(r"Provisionné\s+le \d\d/\d\d/\d{4}"))

    stack.let_48_hours_pass()
    assert [stack.fetch().status, stack.fetch(credentials=first.credentials).status] == [401, 200]

    assign(page, assigned=False)
    assert [stack.fetch().status, stack.fetch(credentials=first.credentials).status] == [401, 401]
    expect(
        page.get_by_text("Affectez d’abord une ligne : un téléphone sans ligne n’a pas de fenêtre")
    ).to_be_visible()
    expect(page.get_by_role("button", name="Autoriser")).to_have_count(0)

    assign(page, assigned=True)
    page.get_by_role("button", name="Autoriser l’authentification pendant l’heure qui suit").click()
    expect(page.get_by_text("Fenêtre ouverte jusqu").first).to_be_visible()
    second = stack.fetch()
    assert second.status == 200
    assert not {*first.account, first.credentials[1]} & {*second.account, second.credentials[1]}

    stack.let_48_hours_pass()
    assert [stack.fetch(credentials=first.credentials).status, stack.fetch().status] == [401, 401]
    assert stack.fetch(credentials=second.credentials).status == 200
