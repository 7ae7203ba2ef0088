"""The same work with the keyboard alone, without scripts, with an impatient hand, on a small
screen.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import story
from tests.journeys.stack import Stack
from tests.journeys.watching import Watch, watched

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.once]
REGISTER = f"/extranet/clients/{story.REFERENCE}/telephones/provisionner/"


@pytest.fixture
def bare_page(chromium: Browser, stack: Stack) -> Iterator[Page]:
    """A browser that runs no script."""
    context = chromium.new_context(base_url=stack.url, locale="fr-FR", java_script_enabled=False)
    with watched(context, stack.url):
        yield context.new_page()
    context.close()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field or button of that name has the focus, as somebody without a mouse
    does.
    """
    for _ in range(60):
        page.keyboard.press("Tab")
        # Not the locator ":focus": between the page's end and its beginning nothing in it has the
        # focus.
        focused = page.evaluate(
            "document.activeElement.name || document.activeElement.textContent.trim()"
        )
        if focused.startswith(name):
            return
    raise AssertionError(f"{name} is not reached")


def count(stack: Stack, mac: str) -> int:
    return int(
        str(
            stack.sql("SELECT count(*) FROM phones_phone WHERE mac = ?", mac.replace(":", ""))[0][0]
        )
    )


def test_login_and_registering_with_the_keyboard_alone(
    page: Page, stack: Stack, login: tuple[str, str]
) -> None:
    page.goto("/extranet/")
    tab_to(page, "username")
    page.keyboard.type(login[0])
    tab_to(page, "password")
    page.keyboard.type(login[1])
    page.keyboard.press("Enter")
    page.wait_for_url("**/extranet/clients/")

    page.goto(f"{REGISTER}?line={story.NUMBER}")
    tab_to(page, "mac")
    page.keyboard.type("000413aa0001")
    tab_to(page, "description")
    page.keyboard.type("au clavier")
    tab_to(page, "Enregistrer")
    page.keyboard.press("Enter")

    expect(story.row(page, "00:04:13:AA:00:01")).to_contain_text("au clavier")


def test_the_whole_main_job_without_scripts(
    bare_page: Page, stack: Stack, login: tuple[str, str]
) -> None:
    page, mac = bare_page, "00:04:13:AA:00:02"
    story.log_in(page, login)
    story.open_account(page)
    page.goto(REGISTER)
    page.fill("input[name=mac]", "0004.13aa.0002")
    page.select_option("select[name=model]", "auto")
    page.fill("input[name=line]", story.NUMBER)
    page.get_by_role("button", name="Enregistrer").click()
    expect(story.row(page, mac)).to_contain_text("Autorisé")

    agent = "Mozilla/4.0 (compatible; snom710-SIP 8.7.5.35 1.1.5-IFX-05.01.12)"
    first = stack.fetch(mac, user_agent=agent)
    story.go_to_phone(page, mac)
    expect(page.get_by_text("Provisionné").first).to_be_visible()

    page.get_by_role("button", name="Fermer la fenêtre").click()
    page.get_by_role("heading", name="Fermer la fenêtre ?").wait_for()  # asked first
    page.get_by_role("button", name="Fermer la fenêtre").click()
    assert stack.fetch(mac, user_agent=agent).status == 401
    page.get_by_role("link", name="Changer le téléphone").click()
    page.uncheck("input[name=assigned]")
    page.get_by_role("button", name="Appliquer").click()
    assert stack.fetch(mac, first.credentials, agent).status == 200  # asked first
    page.get_by_role("button", name="Le retirer de sa ligne").click()
    assert stack.fetch(mac, first.credentials, agent).status == 401
    page.get_by_role("link", name="Changer le téléphone").click()
    page.check("input[name=assigned]")
    page.fill("input[name=line]", story.NUMBER)
    page.get_by_role("button", name="Appliquer").click()
    page.get_by_role("button", name=re.compile("pendant l’heure qui suit")).click()
    assert stack.fetch(mac, user_agent=agent).status == 200

    page.check("input[name=confirm]")
    page.get_by_role("button", name="Supprimer le téléphone").click()
    expect(page.get_by_role("heading", name="Liste des téléphones")).to_be_visible()
    assert (count(stack, mac), stack.fetch(mac, user_agent=agent).status) == (0, 401)


def test_several_phones_are_previewed_then_registered(inside: Page, stack: Stack) -> None:
    inside.goto(f"/extranet/clients/{story.REFERENCE}/telephones/plusieurs/")
    good = f"000413aa0101;{story.NUMBER};snom 710;un\n000413aa0102"

    inside.fill("#id_lines", f"{good}\n000413aa01;0970711111\nFF:FF:FF:FF:FF:FF")
    inside.get_by_role("button", name="Aperçu").click()
    expect(inside.locator("#id_lines")).to_have_value(re.compile("000413aa01;"))
    assert count(stack, "000413AA0101") == 0

    inside.fill("#id_lines", good)
    inside.get_by_role("button", name="Aperçu").click()
    inside.locator("button[name=confirm]").click()
    expect(story.row(inside, "00:04:13:AA:01:01")).to_contain_text("Autorisé")
    expect(story.row(inside, "00:04:13:AA:01:02")).to_contain_text("Non affecté")


def test_a_double_click_registers_one_phone(inside: Page, stack: Stack) -> None:
    inside.goto(REGISTER)
    inside.fill("input[name=mac]", "00:04:13:AA:00:03")
    inside.fill("input[name=line]", story.NUMBER)

    inside.get_by_role("button", name="Enregistrer").dblclick()

    expect(story.row(inside, "00:04:13:AA:00:03")).to_have_count(1)
    expect(inside.locator(".invalid-feedback, [data-error-summary]")).to_have_count(0)
    assert count(stack, "00:04:13:AA:00:03") == 1


def test_going_back_and_typing_another_address_registers_a_second_phone(
    inside: Page, stack: Stack
) -> None:
    inside.goto(REGISTER)
    inside.fill("input[name=mac]", "00:04:13:AA:00:05")
    inside.fill("input[name=line]", story.NUMBER)
    inside.get_by_role("button", name="Enregistrer").click()
    expect(story.row(inside, "00:04:13:AA:00:05")).to_have_count(1)

    inside.go_back()
    inside.fill("input[name=mac]", "00:04:13:AA:00:06")
    inside.fill("input[name=line]", story.NUMBER)
    inside.get_by_role("button", name="Enregistrer").click()

    expect(story.row(inside, "00:04:13:AA:00:06")).to_have_count(1)
    assert [count(stack, "00:04:13:AA:00:05"), count(stack, "00:04:13:AA:00:06")] == [1, 1]


def test_a_wrong_address_is_told_at_its_field_and_nothing_typed_is_lost(inside: Page) -> None:
    inside.goto(REGISTER)
    inside.fill("input[name=mac]", "00:04:13:AA:00")
    inside.fill("input[name=description]", "Accueil <b>&")
    inside.fill("input[name=line]", story.NUMBER)

    inside.get_by_role("button", name="Enregistrer").click()

    expect(inside.get_by_text("Il manque 2 chiffres").first).to_be_visible()
    expect(inside.locator("input[name=mac]")).to_have_attribute("aria-invalid", "true")
    for name, typed in (
        ("mac", "00:04:13:AA:00"),
        ("description", "Accueil <b>&"),
        ("line", story.NUMBER),
    ):
        expect(inside.locator(f"input[name={name}]")).to_have_value(typed)


def test_a_duplicate_says_what_to_do_and_unfolds_its_detail(inside: Page, stack: Stack) -> None:
    inside.goto(REGISTER)
    inside.fill("input[name=mac]", "00:04:13:75:67:FE")
    inside.fill("input[name=line]", story.NUMBER)
    inside.get_by_role("button", name="Enregistrer").click()

    inside.get_by_text("Détail de l’erreur").click()

    expect(
        inside.get_by_text("An attempt has been made to create a duplicate object.")
    ).to_be_visible()
    assert count(stack, "00:04:13:75:67:FE") == 1


def test_the_back_button_keeps_what_was_typed(inside: Page) -> None:
    inside.goto(REGISTER)
    inside.fill("input[name=mac]", "00:04:13:AA:00:04")
    inside.fill("input[name=description]", "à moitié")
    inside.goto("/extranet/clients/")

    inside.go_back()

    expect(inside.locator("input[name=mac]")).to_have_value("00:04:13:AA:00:04")
    expect(inside.locator("input[name=description]")).to_have_value("à moitié")


def test_no_page_is_wider_than_a_small_screen_nor_complains(inside: Page, watch: Watch) -> None:
    watch.expected = ("404",)  # the browser says so itself of the page that is not there
    inside.set_viewport_size({"width": 390, "height": 844})
    client = f"/extranet/clients/{story.REFERENCE}/"
    too_wide = []
    for path in (
        "/extranet/clients/",
        "/extranet/clients/?q=zzz",
        client,
        f"{client}compte/",
        f"{client}compte/?qt=zzz&qu=zzz",
        REGISTER,
        f"{client}telephones/plusieurs/",
        "/extranet/telephones/0004137567FE/",
        "/extranet/telephones/0004137567FE/changer/",
        "/extranet/nulle-part/",
    ):
        inside.goto(path)
        wide = inside.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if wide > 0:
            too_wide.append((path, wide))
    assert too_wide == []


def test_the_login_page_on_a_small_screen_and_a_wrong_password(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/extranet/")
    page.fill("input[name=username]", "somebody")
    page.fill("input[name=password]", "wrong")
    page.get_by_role("button", name="Valider").click()

    expect(page.locator("input[name=username]")).to_have_value("somebody")
    expect(page.locator("input[name=password]")).to_have_value("")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
