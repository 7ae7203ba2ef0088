"""What a reseller posts by hand about somebody else's objects changes nothing and tells nothing."""

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse
from django.utils.translation import gettext

from clients.models import AuditEvent, BarringClass, Client, Subscriber
from phones.models import Phone
from tests.access.conftest import everything

NOT_OURS = "This number is not a line of this client."
NOBODY = "No line of this client is called “%(name)s”."


def bulk(browser: Browser, **data: object) -> HttpResponse:
    return browser.post(reverse("extranet:subscriber-bulk", args=["10100"]), data)


@pytest.mark.parametrize("action", ["lock", "unlock", "bar", "present"])
def test_bulk_with_ids_of_strangers_changes_nothing(
    action: str,
    worlds: None,
    blue_browser: Browser,
    mallory: Subscriber,
    alice: Subscriber,
    barring: BarringClass,
) -> None:
    Subscriber.unscoped.filter(pk=mallory.pk).update(is_locked=action == "unlock")
    before = everything()

    response = bulk(
        blue_browser,
        action=action,
        subscribers=[mallory.pk],
        barring=barring.pk,
        presented_number="0970719001",
    )

    assert response.status_code == 302
    assert everything() == before
    assert AuditEvent.objects.count() == 0


def test_bulk_with_both_changes_only_ones_own(
    worlds: None, blue_browser: Browser, mallory: Subscriber, bob: Subscriber
) -> None:
    bulk(blue_browser, action="lock", subscribers=[mallory.pk, bob.pk])

    mallory.refresh_from_db()
    bob.refresh_from_db()
    assert (bob.is_locked, mallory.is_locked) == (True, False)


def test_bulk_never_presents_a_number_of_another_client(
    worlds: None, blue_browser: Browser, bob: Subscriber
) -> None:
    before = everything()

    response = bulk(
        blue_browser, action="present", subscribers=[bob.pk], presented_number="0970729001"
    )

    assert everything() == before
    shown = blue_browser.get(response["Location"])
    assert gettext(NOT_OURS) in [str(message) for message in shown.context["messages"]]


@pytest.mark.parametrize("ids", [[], ["x"], ["-1"], ["9" * 30], ["²"], ["1e3"], ["0"]])
def test_bulk_with_ids_that_are_none_changes_nothing(
    ids: list[str], worlds: None, blue_browser: Browser
) -> None:
    before = everything()

    response = bulk(blue_browser, action="lock", subscribers=ids)

    assert response.status_code == 302
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("0970729001", NOT_OURS),
        ("+33970729001", NOT_OURS),
        ("Mallory", NOBODY),  # as of any name that no line of the client has
        ("Mallory Rouge", NOBODY),
    ],
)
def test_registering_on_a_strangers_line_is_a_field_error(
    typed: str, answer: str, worlds: None, blue_browser: Browser, blue_client: Client
) -> None:
    before = everything()

    response = blue_browser.post(
        reverse("extranet:phone-register", args=["10100"]),
        {"mac": "000413AABBCC", "model": "auto", "line": typed, "description": "Accueil"},
    )

    assert response.status_code == 200
    assert response.context["form"].errors == {"line": [gettext(answer) % {"name": typed}]}
    assert response.context["form"]["mac"].value() == "000413AABBCC"
    assert response.context["form"]["description"].value() == "Accueil"
    assert everything() == before


def test_changing_to_a_strangers_line_is_a_field_error(
    worlds: None, blue_browser: Browser, blue_phone: Phone
) -> None:
    before = everything()

    response = blue_browser.post(
        reverse("extranet:phone-change", args=[blue_phone.mac]),
        {"model": "snom-720", "assigned": "on", "line": "0970729001", "description": "new"},
    )

    assert response.context["form"].errors == {"line": [gettext(NOT_OURS)]}
    assert everything() == before


def test_a_list_on_a_strangers_line_keeps_nothing(worlds: None, blue_browser: Browser) -> None:
    before = everything()

    response = blue_browser.post(
        reverse("extranet:phone-register-many", args=["10100"]),
        {"lines": "000413AABBC1;0970719001\n000413AABBC2;0970729001", "confirm": "1"},
    )

    assert [row.error for row in response.context["rows"]] == ["", gettext(NOT_OURS)]
    assert everything() == before


def test_the_extension_of_a_line_is_looked_for_in_ones_own_client(
    worlds: None, blue_browser: Browser, alice: Subscriber
) -> None:
    # Mallory has extension 901 too.
    blue_browser.post(
        reverse("extranet:phone-register", args=["10100"]),
        {"mac": "000413AABBCC", "model": "auto", "line": "901"},
    )

    assert Phone.unscoped.get(mac="000413AABBCC").subscriber == alice


def test_search_finds_nothing_of_a_stranger(worlds: None, blue_browser: Browser) -> None:
    clients = blue_browser.get("/extranet/clients/", {"q": "rouge"})
    lines = blue_browser.get("/extranet/clients/10100/compte/", {"qu": "mallory", "qt": "eed0"})

    assert list(clients.context["page"]) == []
    assert list(lines.context["subscribers"]) == []
    assert list(lines.context["phones"]) == []
    assert b"Rouge" not in clients.content
    assert b"Mallory" not in lines.content


def test_lists_hold_only_ones_own(
    worlds: None, blue_browser: Browser, blue_client: Client, alice: Subscriber, bob: Subscriber
) -> None:
    clients = blue_browser.get("/extranet/clients/").context
    account = blue_browser.get("/extranet/clients/10100/compte/").context

    assert list(clients["page"]) == [blue_client]
    assert list(account["subscribers"]) == [alice, bob]
    assert [row.phone.mac for row in account["phones"]] == ["00041300B10E"]


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "///evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "\t//evil.example",
        "extranet/clients/",
    ],
)
def test_next_never_leads_away(
    target: str, worlds: None, blue_browser: Browser, blue_phone: Phone
) -> None:
    opened = blue_browser.post(
        reverse("extranet:phone-open", args=[blue_phone.mac]), {"next": target}
    )
    locked = bulk(blue_browser, action="lock", next=target)
    themed = blue_browser.post(reverse("extranet:theme-set"), {"next": target, "theme": "dark"})

    assert opened["Location"] == f"/extranet/telephones/{blue_phone.mac}/"
    assert locked["Location"] == "/extranet/clients/10100/compte/"
    assert themed["Location"] == "/extranet/"


def test_next_leads_back_to_a_page_of_ours(
    worlds: None, blue_browser: Browser, blue_phone: Phone
) -> None:
    here = "/extranet/clients/10100/compte/?qt=alice#phones"

    response = blue_browser.post(
        reverse("extranet:phone-open", args=[blue_phone.mac]), {"next": here}
    )

    assert response["Location"] == here


def test_login_never_leads_away(worlds: None, blue_staff: object) -> None:
    blue_staff.set_password("correct horse")
    blue_staff.save()

    response = Browser().post(
        "/extranet/?next=https://evil.example/",
        {"username": "blue", "password": "correct horse", "next": "//evil.example/"},
    )

    assert (response.status_code, response["Location"]) == (302, "/extranet/clients/")
