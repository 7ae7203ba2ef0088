"""The key editor by hand: mouse, keyboard alone, three sidecars, colleagues, undo – and then the
phone.
"""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Asker
from lxml import etree
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from clients.models import Client, Subscriber, User
from keys.drafts import KeyDraft
from keys.owners import Owner
from keys.places import Place
from keys.queries import layout_of
from keys.words import label_of
from phones import catalogue
from provisioning.assembly.keys import keys_of
from provisioning.renderers.snom.keys import read_key
from tests.accessibility.looking import AXE, paint, violations
from tests.factories.clients import PortalUserFactory, SubscriberFactory
from tests.factories.keys import arrange
from tests.factories.phones import AssignedPhoneFactory
from tests.journeys.watching import Watch, watched
from tests.provisioning.asking import given_to

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

D765 = catalogue.get("snom-d765")
AGENT = "Mozilla/4.0 (compatible; snomD765-SIP 10.1.54.13 2010.12 00041300D765)"
NAMES = ["Zoé", "Émile", "Cédric", "Georges", "Éléonore", "Aurélien", "Lionel", "Mercédès"]


@pytest.fixture
def line(blue_client: Client, transactional_db: None) -> Subscriber:
    """Somebody with a D765 in its window, eight colleagues, and a key that the client locked."""
    line = SubscriberFactory(
        client=blue_client, number="+33970719050", extension="950", name="Accueil"
    )
    for at, name in enumerate(NAMES):
        SubscriberFactory(
            client=blue_client, name=name, number=f"+3397071906{at}", extension=f"96{at}"
        )
    AssignedPhoneFactory(subscriber=line, mac="00041300D765", model="snom-d765")
    locked = KeyDraft(
        "speed", "3900", label="Standard", is_locked=True, reason="numéro du standard commun"
    )
    arrange(Owner.of_client(blue_client), side_7=locked)
    return line


@pytest.fixture
def login(line: Subscriber) -> User:
    user = PortalUserFactory(subscriber=line)
    user.set_password("correct horse battery")
    user.save()
    return user


@pytest.fixture
def open_editor(
    chromium: Browser, live_server: LiveServer, login: User, as_user: Callable[[User], Asker]
) -> Iterator[Callable[..., tuple[Page, Watch]]]:
    """A browser of its own with the editor of the line, and what it may complain of."""
    opened: list[Any] = []

    def editor(
        path: str = "/parametres/touches/snom-d765/", user: User = login
    ) -> tuple[Page, Watch]:
        context = chromium.new_context(
            base_url=live_server.url,
            locale="fr-FR",
            viewport={"width": 1280, "height": 1400},
            reduced_motion="reduce",
        )
        context.set_default_timeout(5_000)
        watching = watched(context, live_server.url)
        watch = watching.__enter__()
        session = as_user(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        context.add_init_script(AXE)
        opened.append((context, watching))
        page = context.new_page()
        page.goto(path)
        if not path.endswith("/touches/"):
            expect(page.locator("[data-editor][data-ready]")).to_have_count(1)
        return page, watch

    yield editor
    for context, watching in opened:
        context.close()
        watching.__exit__(None, None, None)


def key(page: Page, place: str) -> Any:
    return page.locator(f'.ph-key[data-place="{place}"]')


def row(page: Page, place: str) -> Any:
    return page.locator(f'.mc-k[data-place="{place}"]')


def save(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".mc-said")).to_contain_text("Touches enregistrées.")


def label(line: Subscriber, place: str) -> str:
    found = layout_of(Owner.of_line(line), D765).layout.at(Place(*_split(place)))
    return label_of(found.content) if found else ""


def _split(place: str) -> tuple[str, int]:
    bank, _, position = place.rpartition("-")
    return bank, int(position)


def watch_colleague(page: Page, place: str, typed: str, name: str) -> None:
    key(page, place).click()
    page.get_by_label("Type", exact=True).select_option(label="Supervision (BLF)")
    page.get_by_role("combobox", name="Personne").fill(typed)
    page.get_by_role("option", name=name).click()


def test_an_end_user_arranges_everything_and_the_phone_gets_exactly_that(
    open_editor: Callable[..., tuple[Page, Watch]],
    line: Subscriber,
    fetch: Callable[..., HttpResponse],
) -> None:
    page, _ = open_editor("/parametres/touches/")
    expect(page.get_by_role("heading", name="Gérer vos téléphones")).to_be_visible()
    page.get_by_role("link", name="snom D765").click()
    expect(page.locator("[data-editor][data-ready]")).to_have_count(1)

    # By the mouse: a colleague, found without the accent, then dragged to another key.
    watch_colleague(page, "side-1", "ced", "Cédric")
    expect(key(page, "side-1").locator(".ph-text")).to_have_text("Cédric")
    expect(page.get_by_label("Libellé")).to_have_attribute("placeholder", "Cédric")
    key(page, "side-1").hover()
    page.mouse.down()
    target = key(page, "side-3").bounding_box()
    page.mouse.move(target["x"] + 20, target["y"] + 10, steps=8)
    page.mouse.up()
    expect(key(page, "side-3").locator(".ph-text")).to_have_text("Cédric")
    expect(page.locator("[data-speak]")).to_have_text(
        re.compile("Touche 1, Programmable keys déplacée en Touche 3")
    )

    # By the keyboard alone: another colleague on key 1, carried to key 2 by Alt and an arrow.
    key(page, "side-1").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Type", exact=True)).to_be_focused()
    page.keyboard.type("Superv")
    page.keyboard.press("Tab")
    page.keyboard.type("961")
    expect(page.get_by_role("option", name="Émile")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(key(page, "side-1")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(key(page, "side-2")).to_be_focused()
    expect(key(page, "side-2").locator(".ph-text")).to_have_text("Émile")

    # Three sidecars; the third filled with colleagues, in the order they were taken.
    for number in (1, 2, 3):
        page.get_by_role("button", name="Ajouter sidecar").first.click()
        page.get_by_role("button", name="snom D7").click()
        expect(page.get_by_text(f"Sidecar {number}", exact=True).first).to_be_visible()
    expect(page.get_by_role("button", name="Ajouter sidecar").first).to_be_disabled()
    key(page, "sidecar-3-1").click()
    page.get_by_role("button", name="Remplir…").first.click()
    for name in ("Zoé", "Aurélien", "Lionel"):
        page.get_by_role("button", name=f"Choisir {name}").click()
    page.get_by_role("button", name="Remplir 3 touches").click()
    expect(key(page, "sidecar-3-2").locator(".ph-text")).to_have_text("Aurélien")
    key(page, "sidecar-3-1").click()
    page.get_by_role("button", name="Trier A→Z").first.click()
    expect(key(page, "sidecar-3-1").locator(".ph-text")).to_have_text("Aurélien")

    # One step too many, and back.
    page.get_by_role("button", name="Vider").first.click()
    expect(key(page, "sidecar-3-1").locator(".ph-text")).to_have_text("–")
    page.get_by_role("button", name="Annuler", exact=False).first.click()
    expect(key(page, "sidecar-3-1").locator(".ph-text")).to_have_text("Aurélien")
    save(page)

    layout = layout_of(Owner.of_line(line), D765).layout
    assert layout.sidecars == 3
    expected = {"side-2": "Émile", "side-3": "Cédric", "side-7": "Standard"}
    expected |= {
        f"sidecar-3-{at}": name for at, name in enumerate(("Aurélien", "Lionel", "Zoé"), 1)
    }
    named = {
        each.place.code: label_of(each.content) for each in layout.keys if label_of(each.content)
    }
    assert named == expected
    body = fetch("00041300D765", user_agent=AGENT)
    fkeys = etree.fromstring(body.content).find("functionKeys")
    assert tuple(read_key(fkey) for fkey in fkeys) == keys_of(layout, "*8")
    texts = {fkey.get("label"): fkey.text for fkey in fkeys if fkey.get("label")}
    assert texts["Cédric"] == "blf 962|*8"


def test_a_locked_key_says_why_and_does_not_open(
    open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber
) -> None:
    page, _ = open_editor()

    key(page, "side-7").click()

    reason = "Verrouillée par le client\u00a0: «\u00a0numéro du standard commun\u00a0»."
    expect(page.locator("[data-lock]")).to_have_text(reason)
    expect(page.get_by_label("Type", exact=True)).to_be_disabled()
    key(page, "side-7").focus()
    page.keyboard.press("Delete")
    expect(page.locator("[data-speak]")).to_contain_text("est verrouillée")
    page.keyboard.press("Alt+ArrowUp")
    expect(key(page, "side-7").locator(".ph-text")).to_have_text("Standard")


def test_pick_up_carry_put_down_cut_and_paste_and_choose_several(
    open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber
) -> None:
    arrange(
        Owner.of_line(line),
        side_1=KeyDraft("speed", "1", label="Un"),
        side_2=KeyDraft("speed", "2", label="Deux"),
    )
    page, _ = open_editor()

    def texts(*places):
        return [key(page, place).locator(".ph-text").text_content() for place in places]

    key(page, "side-1").focus()
    for pressed in ("Space", "ArrowDown", "ArrowDown", "Space"):
        page.keyboard.press(pressed)
    assert texts("side-1", "side-2", "side-3") == ["Deux", "–", "Un"]
    page.keyboard.press("Control+x")
    page.keyboard.press("End")
    page.keyboard.press("Control+v")
    assert texts("side-3", "side-12") == ["–", "Un"]
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    assert texts("side-12") == ["Un"]
    page.keyboard.press("Home")
    expect(key(page, "top-1")).to_be_focused()
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[data-selected]")).to_have_text("2 touches choisies")
    for _ in range(2):
        page.keyboard.press("Control+z")
    assert texts("side-3", "side-12") == ["Un", "–"]
    page.keyboard.press("Control+Shift+Z")
    page.keyboard.press("Control+Shift+Z")
    assert texts("side-12") == ["Un"]
    page.keyboard.press("Control+s")
    expect(page.locator(".mc-said")).to_contain_text("Touches enregistrées.")
    assert [label(line, place) for place in ("side-1", "side-12")] == ["Deux", "Un"]


def test_the_mouse_chooses_several_with_shift_and_one_more_with_ctrl(
    open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber
) -> None:
    page, _ = open_editor()
    shown = page.locator("[data-selected]")

    def pressed():
        return [each.get_attribute("data-place") for each in page.locator(".ph-selected").all()]

    key(page, "side-2").click()
    key(page, "side-4").click(modifiers=["Shift"])
    expect(shown).to_have_text("3 touches choisies")
    expect(key(page, "side-4")).to_be_focused()
    key(page, "side-3").click(modifiers=["ControlOrMeta"])
    key(page, "side-9").click(modifiers=["ControlOrMeta"])
    expect(shown).to_have_text("3 touches choisies")
    assert pressed() == ["side-2", "side-4", "side-9"]
    page.get_by_role("group", name="Touches choisies").get_by_role(
        "button", name="Remplir…"
    ).click()
    for name in ("Zoé", "Lionel", "Aurélien", "Georges"):
        page.get_by_role("button", name=f"Choisir {name}").click()
    page.get_by_role("button", name="Remplir 3 touches").click()
    expect(page.locator("[data-last]")).to_contain_text(
        re.compile("3 touches remplies.; pas de place pour 1 personne$")
    )
    save(page)
    assert [label(line, f"side-{at}") for at in (2, 3, 4, 9)] == ["Zoé", "", "Lionel", "Aurélien"]

    row(page, "side-2").locator("a").click()
    row(page, "side-4").locator("a").click(modifiers=["Shift"])
    page.get_by_role("group", name="Touches choisies").get_by_role(
        "button", name="Décaler vers le bas"
    ).click()
    assert pressed() == ["side-3", "side-4", "side-5"]

    page.keyboard.press("Escape")
    key(page, "side-9").click()
    key(page, "side-3").click(modifiers=["ControlOrMeta"])
    page.keyboard.press("Control+c")
    expect(page.locator("[data-speak]")).to_have_text("2 touches copiées")
    key(page, "side-11").click()
    page.keyboard.press("Control+v")
    expect(key(page, "side-12").locator(".ph-text")).to_have_text("Aurélien")


@pytest.mark.parametrize("typed", ["960", "0970719060", "zoe"])
def test_a_person_typed_in_full_and_left_at_once_is_taken(
    typed: str, open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber
) -> None:
    page, _ = open_editor()
    key(page, "side-2").click()
    page.get_by_label("Type", exact=True).select_option(label="Supervision (BLF)")

    page.get_by_role("combobox", name="Personne").fill(typed)  # no time for the list
    page.keyboard.press("Tab")

    expect(page.get_by_role("combobox", name="Personne")).to_have_value("Zoé")
    expect(key(page, "side-2").locator(".ph-text")).to_have_text("Zoé")
    save(page)
    assert label(line, "side-2") == "Zoé"


def test_a_person_typed_in_full_and_saved_at_once_is_found_by_the_server(
    open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber
) -> None:
    page, watch = open_editor()
    watch.expected = ["ERR_FAILED"]
    page.route("**/annuaire/**", lambda route: route.abort())
    key(page, "side-2").click()
    page.get_by_label("Type", exact=True).select_option(label="Supervision (BLF)")
    page.get_by_role("combobox", name="Personne").fill("ZOE")

    save(page)

    assert label(line, "side-2") == "Zoé"


def test_the_chosen_key_is_the_first_that_is_filled(
    open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber
) -> None:
    arrange(Owner.of_line(line), side_3=KeyDraft("speed", "3", label="Trois"))
    page, _ = open_editor()
    key(page, "side-3").click()

    page.get_by_role("button", name="Remplir…").first.click()
    for name in ("Zoé", "Lionel"):
        page.get_by_role("button", name=f"Choisir {name}").click()
    page.get_by_role("button", name="Remplir 2 touches").click()
    save(page)

    assert [label(line, f"side-{at}") for at in (2, 3, 4)] == ["", "Zoé", "Lionel"]


def test_a_session_that_ended_is_begun_again_from_the_people_field(
    open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber, login: User
) -> None:
    page, watch = open_editor()
    watch.expected = ["403"]
    page.context.clear_cookies(name="sessionid")
    key(page, "side-2").click()
    page.get_by_label("Type", exact=True).select_option(label="Supervision (BLF)")

    page.get_by_role("combobox", name="Personne").press_sequentially("zo")

    dialog = page.get_by_role("dialog", name="Votre session est terminée")
    dialog.get_by_label("Mot de passe").fill("correct horse battery")
    dialog.get_by_role("button", name="Valider").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("option", name="Zoé")).to_be_visible()


def test_a_label_says_how_many_characters_are_left(
    open_editor: Callable[..., tuple[Page, Watch]],
) -> None:
    page, _ = open_editor()
    key(page, "side-2").click()
    page.get_by_label("Type", exact=True).select_option(label="Numéro abrégé")
    field = page.get_by_label("Libellé", exact=True)

    field.fill("x" * 10)
    expect(page.locator("#k-label + .mc-counter")).to_have_text("Reste 30")
    field.fill("x" * 38)
    expect(page.get_by_role("status").filter(has_text="Reste 2")).to_have_count(1)

    key(page, "side-3").click()
    expect(page.locator("#k-label + .mc-counter")).to_be_hidden()


def test_what_is_typed_while_it_is_saved_stays_unsaved(
    open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber
) -> None:
    page, _ = open_editor()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/touches/snom-d765/", hold)
    key(page, "side-5").click()
    page.get_by_label("Type", exact=True).select_option(label="Numéro abrégé")
    page.get_by_label("Personne ou numéro").fill("12")
    page.get_by_label("Libellé").fill("Avant")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-do=save]")).to_have_attribute("aria-busy", "true")

    page.get_by_label("Libellé").fill("Pendant")
    watch_colleague(page, "side-6", "lio", "Lionel")
    held.pop().continue_()

    expect(page.locator(".mc-said")).to_contain_text("Touches enregistrées.")
    expect(page.locator("[data-count]")).to_have_text("2 modifications non enregistrées")
    assert (label(line, "side-5"), label(line, "side-6")) == ("Avant", "")
    page.unroute("**/touches/snom-d765/")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-undo]")).to_be_hidden()
    assert (label(line, "side-5"), label(line, "side-6")) == ("Pendant", "Lionel")


def test_what_is_not_done_is_seen_to_be_refused_and_nobody_is_left_nowhere(
    open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber
) -> None:
    arrange(Owner.of_line(line), side_1=KeyDraft("speed", "1", label="Un"))
    page, _ = open_editor()
    refusal = page.locator(".mc-whisper")
    focused = page.locator(".ph-key:focus, [data-choose]:focus")

    key(page, "side-9").click()
    page.get_by_role("button", name="Vider").first.click()
    expect(refusal).to_have_text("La touche est déjà libre.")
    # Carried onto a locked key, it is carried on; onto a line, too.
    key(page, "side-1").focus()
    for pressed in ("Space", "ArrowRight", "Space"):
        page.keyboard.press(pressed)
    expect(refusal).to_contain_text("Touche 7, Programmable keys est verrouillée.")
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    expect(refusal).to_contain_text("Une ligne reste dans son groupe")
    page.keyboard.press("Escape")
    expect(key(page, "side-1")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(key(page, "side-2").locator(".ph-text")).to_have_text("Un")
    # Acts whose button goes with them.
    page.get_by_role("button", name="Comme avant").click()
    expect(focused).to_have_count(1)
    page.get_by_role("button", name="Annuler les modifications").click()
    page.get_by_role("dialog").get_by_role("button", name="Annuler les modifications").click()
    expect(focused).to_have_count(1)
    watch_colleague(page, "side-4", "zo", "Zoé")
    save(page)
    expect(page.locator("[data-undo]")).to_be_hidden()
    expect(focused).to_have_count(1)
    key(page, "side-5").focus()
    page.keyboard.press("Delete")  # free already: nothing to save, the notice stays
    expect(page.locator(".mc-said")).to_be_visible()
    watch_colleague(page, "side-5", "lio", "Lionel")
    expect(page.locator(".mc-said")).to_have_count(0)


def test_the_phone_s_state_follows_a_save(
    open_editor: Callable[..., tuple[Page, Watch]],
    line: Subscriber,
    fetch: Callable[..., HttpResponse],
) -> None:
    first = fetch("00041300D765", user_agent=AGENT)
    assert fetch("00041300D765", user_agent=AGENT, **given_to(first)).status_code == 200
    page, _ = open_editor()
    state = page.locator("[data-states]")
    expect(state).to_contain_text("Provisionné")
    watch_colleague(page, "side-1", "zo", "Zoé")
    expect(page.locator("[data-count]")).to_have_text("1 modification non enregistrée")

    save(page)

    expect(state).to_contain_text("Modifications en attente")


def test_a_narrow_screen_shows_the_added_sidecar_in_its_map(
    open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber
) -> None:
    page, _ = open_editor()
    page.set_viewport_size({"width": 390, "height": 844})
    spot = page.locator('.mc-map [data-thumb="sidecar-1-1"]')
    expect(spot).to_be_hidden()

    page.get_by_role("button", name="Ajouter sidecar").first.click()
    page.get_by_role("button", name="snom D7").click()

    expect(spot).to_be_visible()
    expect(page.locator("[data-map-words]")).to_have_text("34 touches, 29 libres")


def test_a_change_made_elsewhere_is_shown_and_merged_by_choice(
    open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber
) -> None:
    page, watch = open_editor()
    watch.expected = ["409"]
    watch_colleague(page, "side-1", "zo", "Zoé")
    watch_colleague(page, "side-2", "lio", "Lionel")
    arrange(
        Owner.of_line(line),
        side_2=KeyDraft("speed", "2", label="Ailleurs"),
        side_4=KeyDraft("speed", "4", label="Quatre"),
    )

    page.get_by_role("button", name="Enregistrer").click()

    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("a modifié ces touches pendant ce temps")
    assert label(line, "side-1") == ""
    dialog.get_by_role("radio", name="Ici").check()
    dialog.get_by_role("button", name="Enregistrer avec ces choix").click()
    expect(page.locator(".mc-said")).to_contain_text("Touches enregistrées.")
    assert [label(line, f"side-{at}") for at in (1, 2, 4)] == ["Zoé", "Lionel", "Quatre"]


def test_a_refusal_is_at_its_key_and_field_and_nothing_is_lost(
    open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber
) -> None:
    page, watch = open_editor()
    watch.expected = ["422"]
    key(page, "side-5").click()
    page.get_by_label("Type", exact=True).select_option(label="Numéro abrégé")
    page.get_by_label("Personne ou numéro").fill("12|34")
    watch_colleague(page, "side-6", "lio", "Lionel")

    page.get_by_role("button", name="Enregistrer").click()

    expect(page.locator(".mc-said")).to_contain_text("1 touche est à corriger")
    expect(page.locator('[data-problem="value"]')).to_contain_text(
        "pour le téléphone, c’est un ordre"
    )
    expect(page.get_by_label("Personne ou numéro")).to_have_value("12|34")
    page.get_by_label("Personne ou numéro").fill("1234")
    save(page)
    assert label(line, "side-5") == "1234"
    assert label(line, "side-6") == "Lionel"


def test_a_session_that_ends_goes_on_after_the_same_person_logged_in_again(
    open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber
) -> None:
    page, watch = open_editor()
    watch.expected = ["422", "403"]
    watch_colleague(page, "side-1", "zo", "Zoé")
    page.context.clear_cookies(name="sessionid")

    page.get_by_role("button", name="Enregistrer").click()

    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Votre session est terminée")
    dialog.get_by_label("Mot de passe").fill("wrong")
    dialog.get_by_role("button", name="Valider").click()
    expect(dialog.get_by_role("alert")).to_contain_text("ne vont pas ensemble")
    dialog.get_by_label("Mot de passe").fill("correct horse battery")
    dialog.get_by_role("button", name="Valider").click()
    expect(page.locator(".mc-said")).to_contain_text("Touches enregistrées.")
    assert label(line, "side-1") == "Zoé"


def test_a_lost_connection_keeps_the_draft(
    open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber
) -> None:
    page, watch = open_editor()
    watch.expected = ["ERR_INTERNET_DISCONNECTED"]
    watch_colleague(page, "side-1", "zo", "Zoé")
    page.context.set_offline(True)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".mc-said")).to_contain_text("le serveur n’a pas pu être joint")

    page.context.set_offline(False)
    save(page)

    assert label(line, "side-1") == "Zoé"


def test_removing_a_sidecar_asks_moves_the_next_one_up_and_can_be_undone(
    open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber
) -> None:
    arrange(
        Owner.of_line(line),
        sidecars=2,
        sidecar_1_1=KeyDraft("speed", "1", label="Un"),
        sidecar_2_1=KeyDraft("speed", "2", label="Deux"),
    )
    page, _ = open_editor()

    page.get_by_role("button", name="Retirer le Sidecar 1").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Retirer le Sidecar 1")
    dialog.get_by_role("button", name="Retirer le Sidecar 1").click()
    expect(key(page, "sidecar-1-1").locator(".ph-text")).to_have_text("Deux")
    page.keyboard.press("Control+z")
    expect(key(page, "sidecar-2-1").locator(".ph-text")).to_have_text("Deux")
    page.keyboard.press("Control+Shift+Z")
    save(page)

    assert (label(line, "sidecar-1-1"), layout_of(Owner.of_line(line), D765).layout.sidecars) == (
        "Deux",
        1,
    )


def test_a_layer_says_how_many_phones_it_touches_before_it_is_saved(
    open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber, blue_staff: User
) -> None:
    page, _ = open_editor("/bg/10100/profils/client/snom-d765/", blue_staff)
    watch_colleague(page, "side-1", "zo", "Zoé")
    page.get_by_label("Verrouiller cette touche").check()
    page.get_by_label("Raison du verrou").fill("accueil du matin")

    page.get_by_role("button", name="Enregistrer").click()

    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(
        "Cette modification touche 1 téléphone sur 1. Une touche verrouillée prend la place"
    )
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".mc-said")).to_contain_text("Touches enregistrées.")
    assert label(line, "side-1") == "Zoé"


def test_the_editor_in_use_passes_axe_in_both_themes(
    open_editor: Callable[..., tuple[Page, Watch]], line: Subscriber
) -> None:
    arrange(Owner.of_line(line), sidecars=3, side_1=KeyDraft("speed", "1", label="Un"))
    page, _ = open_editor()
    watch_colleague(page, "side-2", "zo", "Zoé")
    found = {}
    for state in ("panel", "people", "fill", "help", "sidecar"):
        if state == "people":
            page.get_by_role("combobox", name="Personne").fill("e")
            expect(page.locator("#k-people [role=option]").first).to_be_visible()
        if state in ("fill", "help"):
            page.get_by_role(
                "button", name={"fill": "Remplir…", "help": "Le clavier"}[state]
            ).first.click()
        for theme in ("light", "dark"):
            paint(page, theme)
            found[state, theme] = violations(page)
        page.keyboard.press("Escape")

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_without_the_script_one_key_is_seen_and_set(
    chromium: Browser,
    live_server: LiveServer,
    login: User,
    line: Subscriber,
    as_user: Callable[[User], Asker],
) -> None:
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="fr-FR"
    )
    session = as_user(login).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto("/parametres/touches/snom-d765/")

    page.get_by_role("button", name="Ajouter sidecar").click()
    page.locator('.mc-k[data-place="sidecar-1-4"] a').click()
    page.locator("#id_function").select_option(label="Supervision (BLF)")
    page.locator("#id_whom").fill("963")
    page.get_by_role("button", name="Enregistrer cette touche").click()

    expect(page.locator('.mc-k[data-place="sidecar-1-4"]')).to_contain_text("Georges")
    assert label(line, "sidecar-1-4") == "Georges"
    context.close()
