"""What was done is said and read out; what could not be done is said, and nothing typed is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from playwright.sync_api import Locator, Page, Route, expect

from clients.forms.logins import LoginForm
from clients.models import Subscriber
from metacentrex import urls
from tests.access.scenes import OVERDUE
from tests.accessibility.conftest import NARROW
from tests.accessibility.looking import too_wide, violations

ACCOUNT = "/extranet/clients/10100/compte/"
CLIENTS = "/extranet/clients/"


@pytest.fixture
def page(open_as: Callable[[str], Page]) -> Page:
    return open_as("owner")


@pytest.fixture
def failing(page: Page, expected: list[str]) -> Page:
    """The same, where the console may tell of requests that fail."""
    expected += [
        "ERR_INTERNET_DISCONNECTED",
        "status of 500",
        "Response Status Error Code 500",
        "htmx:sendError",
        "htmx:afterRequest",
    ]
    return page


def lock(page: Page) -> Locator:
    """Lock Bob's line; the toast that says so."""
    page.goto(ACCOUNT)
    page.get_by_role("checkbox", name="Cocher 0970719002").check()
    page.get_by_role("button", name="Verrouiller", exact=True).click()
    toast = page.get_by_role("status").locator("[data-toast]")
    expect(toast).to_contain_text("1 utilisateur modifié.")
    return toast


def search(page: Page, words: str) -> None:
    page.locator("#q").fill(words)


def test_a_success_is_a_toast_in_a_region_that_is_read_out(page: Page) -> None:
    toast = lock(page)
    toast.get_by_role("button", name="Fermer ce message").focus()  # it stays while it is looked at

    assert page.locator(".mc-toasts").get_attribute("role") == "status"
    assert violations(page) == []
    page.set_viewport_size(NARROW)
    assert (violations(page), too_wide(page)) == ([], 0)
    toast.get_by_role("button", name="Fermer ce message").click()
    expect(toast).to_have_count(0)


def test_a_toast_goes_by_itself_but_not_while_it_is_looked_at(page: Page) -> None:
    page.clock.install()
    toast = lock(page)

    toast.hover()
    page.clock.run_for(60_000)
    expect(toast).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.run_for(200)
    toast.get_by_role("button", name="Fermer ce message").focus()
    page.clock.run_for(60_000)
    expect(toast).to_be_visible()
    page.locator("main").focus()
    page.clock.run_for(20_000)

    expect(toast).to_have_count(0)


def test_a_toast_closed_by_the_keyboard_leaves_the_focus_in_the_page(page: Page) -> None:
    toast = lock(page)

    toast.get_by_role("button", name="Fermer ce message").focus()
    page.keyboard.press("Escape")

    expect(toast).to_have_count(0)
    expect(page.locator("main")).to_be_focused()


def test_what_can_be_taken_back_says_so_in_its_toast(page: Page) -> None:
    lock(page).get_by_role("button", name="Annuler").click()

    expect(page.get_by_role("status").locator("[data-toast]")).to_contain_text(
        "1 utilisateur modifié."
    )
    expect(page.get_by_role("row", name="0970719002")).to_contain_text("Déverrouillé")


def test_an_error_stays_in_the_page(page: Page) -> None:
    page.goto(ACCOUNT)
    page.evaluate("document.querySelector('[data-selection-bar]').classList.add('is-shown')")
    page.clock.install()
    page.get_by_role("button", name="Verrouiller", exact=True).click()

    error = page.get_by_role("alert").filter(has_text="Cochez au moins un utilisateur.")
    expect(error).to_be_visible()
    page.clock.run_for(600_000)
    expect(error).to_be_visible()


def test_without_script_a_success_is_in_the_page(page: Page, bob: Subscriber) -> None:
    bare = page.context.browser.new_context(base_url=page.url or None, java_script_enabled=False)
    page.goto(CLIENTS)
    bare.add_cookies(page.context.cookies())
    shown = bare.new_page()
    shown.goto(page.url.replace(CLIENTS, ACCOUNT))
    shown.get_by_role("checkbox", name="Cocher 0970719002").check()

    shown.get_by_role("button", name="Verrouiller", exact=True).click()

    message = shown.locator(".mc-messages").get_by_text("1 utilisateur modifié.")
    expect(message).to_be_visible()
    expect(shown.get_by_role("button", name="Fermer ce message")).to_be_hidden()
    bare.close()


def test_a_list_that_is_awaited_says_so_after_a_while(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.goto(CLIENTS)
    page.route(re.compile(r"\?q=bleu"), hold)

    search(page, "bleu")
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    assert violations(page) == []
    held[0].continue_()

    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
    expect(page.get_by_role("link", name="Client Bleu", exact=True)).to_be_visible()


def test_a_lost_connection_is_said_and_the_search_can_be_made_again(failing: Page) -> None:
    page = failing
    page.goto(CLIENTS)
    page.context.set_offline(True)

    search(page, "bleu")
    alert = page.get_by_role("alert").filter(has_text="La plateforme est injoignable.")
    expect(alert).to_be_visible()
    assert violations(page) == []
    expect(page.locator("#q")).to_have_value("bleu")
    page.context.set_offline(False)

    expect(alert).to_have_count(0)  # the browser says that it is back
    search(page, "bleue")
    expect(page.get_by_text("Rien ne contient")).to_be_visible()


def test_a_server_that_fails_is_said_and_asked_again(failing: Page) -> None:
    page = failing
    page.goto(CLIENTS)
    page.route(re.compile(r"\?q=bleu"), lambda route: route.fulfill(status=500, body="no"))

    search(page, "bleu")
    alert = page.get_by_role("alert").filter(has_text="La plateforme n’a pas pu terminer")
    expect(alert).to_be_visible()
    expect(page.get_by_role("link", name="Client Bleu", exact=True)).to_be_visible()
    page.unroute_all()
    alert.get_by_role("button", name="Réessayer").click()

    expect(alert).to_have_count(0)
    expect(page).to_have_url(re.compile(r"\?q=bleu"))


def test_a_session_that_ended_does_not_put_the_login_in_a_list(page: Page) -> None:
    page.goto(CLIENTS)
    page.context.clear_cookies(name="sessionid")

    search(page, "bleu")

    alert = page.get_by_role("alert").filter(has_text="Votre session est terminée.")
    expect(alert.get_by_role("link", name="Se reconnecter")).to_have_attribute("target", "_blank")
    expect(page.get_by_role("link", name="Client Bleu", exact=True)).to_be_visible()
    expect(page.locator("#q")).to_have_value("bleu")
    assert violations(page) == []


def test_a_form_is_not_sent_into_nothing(page: Page) -> None:
    page.goto("/extranet/clients/10100/telephones/provisionner/")
    page.fill("input[name=description]", "Accueil")
    page.context.set_offline(True)

    page.get_by_role("button", name="Enregistrer").click()

    expect(page.get_by_role("alert").filter(has_text="rien n’a été envoyé")).to_be_visible()
    expect(page.locator("input[name=description]")).to_have_value("Accueil")
    expect(page.get_by_role("button", name="Enregistrer")).to_be_enabled()
    page.context.set_offline(False)


def test_a_phone_that_is_awaited_says_when_the_platform_is_gone_and_when_it_is_back(
    failing: Page,
) -> None:
    page = failing
    page.clock.install()
    page.goto(f"/extranet/telephones/{OVERDUE}/")
    page.get_by_role("button", name="Autoriser").first.click()
    page.context.set_offline(True)
    alert = page.get_by_role("alert").filter(has_text="La plateforme est injoignable.")

    page.clock.run_for(6_000)
    expect(alert).to_be_visible()
    page.context.set_offline(False)

    expect(alert).to_have_count(0)


class Unsteady:
    """Our addresses, and a form that fails when it is sent for the first time."""

    sent: list[str] = []

    @classmethod
    def form(cls, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            cls.sent.append(request.POST["password"])
            if len(cls.sent) == 1:
                raise RuntimeError("as asked")
            return HttpResponse(f"<title>ok</title><p>{request.POST['username']}</p>")
        return render(request, "extranet/login.html", {"form": LoginForm(request)})

    urlpatterns = [path("form/", lambda request: Unsteady.form(request)), *urls.urlpatterns]  # noqa: PLW0108 - bound later
    handler500 = urls.handler500


@pytest.fixture
def broken_off(failing: Page, settings: Any) -> Page:
    """The page that says that a form could not be worked on."""
    settings.ROOT_URLCONF = Unsteady
    Unsteady.sent = []
    failing.goto("/form/")
    failing.get_by_label("Login").fill("zoé & co")
    failing.get_by_label("Mot de passe", exact=True).fill("secret")
    failing.get_by_label("Login").press("Enter")
    expect(failing.get_by_role("heading", name="Erreur plateforme")).to_be_visible()
    return failing


def test_a_form_that_failed_is_sent_again_as_it_was_typed(broken_off: Page) -> None:
    expect(broken_off.get_by_text("Ce que vous avez saisi n’est pas perdu")).to_be_visible()

    broken_off.get_by_role("button", name="Réessayer").click()

    expect(broken_off.get_by_text("zoé & co")).to_be_visible()
    assert Unsteady.sent == ["secret", "secret"]


def test_what_support_needs_is_copied(broken_off: Page) -> None:
    page = broken_off
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Copier").click()

    expect(page.get_by_role("button", name="Copié")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#error-detail").text_content()
    assert [line.split()[0] for line in copied.splitlines()] == [
        "Erreur",
        "Corrélateur",
        "Moment",
        "Page",
    ]


def test_where_nothing_may_be_copied_the_detail_is_shown_and_chosen(broken_off: Page) -> None:
    page = broken_off
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")

    page.get_by_role("button", name="Copier").click()

    expect(page.locator("#error-detail")).to_be_visible()
    assert (
        page.evaluate("getSelection().toString()").strip()
        == page.locator("#error-detail").text_content()
    )
