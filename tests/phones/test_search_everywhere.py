"""« Rechercher partout »: what one has at hand finds its row, straight away where it is the only
one; strangers' never.
"""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from clients.models import Client, Licence, Reseller, Subscriber, User
from phones.models import Phone
from tests.factories.clients import ClientFactory, SubscriberFactory
from tests.factories.phones import AssignedPhoneFactory, PhoneFactory
from tests.queries import assert_same_queries

SEARCH = "/extranet/recherche/"
ACCOUNT = "/extranet/clients/10100/compte/"


def found(browser: Browser, typed: str) -> tuple[list[object], list[object], list[object]]:
    response = browser.get(SEARCH, {"q": typed})
    assert response.status_code == 200, response.headers
    everything = response.context["found"]
    return everything.clients.rows, everything.lines.rows, everything.phones.rows


@pytest.mark.parametrize(
    "typed",
    [
        "00:04:13:00:b1:0e",
        "00041300B10E",
        "00-04-13-00-B1-0E",
        "0004.1300.b10e",
        "00 04 13 00 B1 0E",
        "000413 00b10e",
        "  00:04:13:00:B1:0E\u00a0",
        "00:04:13-00 B1.0E",
        "00\u201104\u201113\u201100\u2011B1\u20110E",
        "\u200e00:04:13:00:B1:0E",
        "MAC: 00:04:13:00:B1:0E",
        "@MAC 00041300b10e",
        "Adresse MAC : 0004.1300.B10E",
    ],
)
def test_a_mac_in_any_spelling_leads_to_its_phone(
    typed: str, blue_browser: Browser, blue_phone: Phone
) -> None:
    response = blue_browser.get(SEARCH, {"q": typed})

    assert (response.status_code, response["Location"]) == (
        302,
        "/extranet/telephones/00041300B10E/",
    )


@pytest.mark.parametrize(
    "typed",
    [
        "0970719001",
        "09 70 71 90 01",
        "+33970719001",
        "+33 (0)9.70.71.90.01",
        "+330970719001",
        "09/70/71/90/01",
    ],
)
def test_a_number_leads_to_its_line_and_the_phones_on_it(
    typed: str, blue_browser: Browser, blue_phone: Phone
) -> None:
    response = blue_browser.get(SEARCH, {"q": typed}, follow=True)

    assert response.redirect_chain == [(f"{ACCOUNT}?qu=0970719001&qt=0970719001", 302)]
    assert list(response.context["subscribers"]) == [blue_phone.subscriber]
    assert [row.phone for row in response.context["phones"]] == [blue_phone]


def test_nine_digits_are_looked_for_as_they_are_typed(
    blue_browser: Browser, blue_client: Client
) -> None:
    """They may be a number without its zero, and a SIREN as well."""
    blue_client.siret = "48285833900021"
    blue_client.save()

    assert found(blue_browser, "482858339") == ([blue_client], [], [])


def test_a_number_without_phone_leads_to_its_line_alone(
    blue_browser: Browser, bob: Subscriber
) -> None:
    assert blue_browser.get(SEARCH, {"q": "0970719002"})["Location"] == f"{ACCOUNT}?qu=0970719002"


@pytest.mark.parametrize(
    ("reference", "typed"), [("10100", "10100"), ("AB-12", "ab-12"), ("OPEN_1", "OPEN_1")]
)
def test_a_reference_leads_to_its_client(
    reference: str, typed: str, blue_browser: Browser, blue_client: Client
) -> None:
    Client.unscoped.filter(pk=blue_client.pk).update(reference=reference)

    assert blue_browser.get(SEARCH, {"q": typed})["Location"] == f"/extranet/clients/{reference}/"


def test_a_reference_that_is_an_extension_too_leaves_the_choice(
    blue_browser: Browser, blue_client: Client, bob: Subscriber
) -> None:
    Client.unscoped.filter(pk=blue_client.pk).update(reference="902")
    blue_client.refresh_from_db()
    blue_client.save()

    assert found(blue_browser, "902") == ([blue_client], [bob], [])


@pytest.mark.parametrize(
    ("typed", "sections"),
    [
        ("bleu", "CLP"),
        ("alice", "LP"),
        ("901", "LP"),
        ("719001", "LP"),
        ("bureau", "P"),
        ("alice bureau", "P"),
        ("b1:0e", "P"),
        ("13-00-b1", "P"),
        ("1300.b10e", "P"),
        ("B10E", "P"),
        ("192.0.2.77", "P"),
        ("192.0.2.", "P"),
        ("client bleu", "C"),
        ("site principal", "LP"),
        ("full meta", "LP"),
        ("2.0.2.77", ""),
        ("rouge", ""),
    ],
)
def test_each_sort_is_found_by_what_is_known_of_it(
    typed: str,
    sections: str,
    blue_browser: Browser,
    blue_phone: Phone,
    alice: Subscriber,
    red_phone: Phone,
) -> None:
    Phone.unscoped.filter(pk=blue_phone.pk).update(last_address="192.0.2.77")
    alice.licence = Licence.objects.create(name="Full Meta")
    alice.save()
    client = alice.client
    client.legal_name = "Le client bleu"
    client.save()

    clients, lines, phones = found(blue_browser, typed)

    there = [("C", client in clients), ("L", alice in lines), ("P", blue_phone in phones)]
    assert "".join(sort for sort, shown in there if shown) == sections


def test_strangers_rows_are_never_there_nor_counted(
    blue_browser: Browser,
    blue_phone: Phone,
    red_phone: Phone,
    mallory: Subscriber,
    red_client: Client,
) -> None:
    Phone.unscoped.filter(pk=red_phone.pk).update(last_address="192.0.2.1")

    for typed in (
        red_phone.mac,
        "+33970729001",
        red_client.reference,
        "rouge",
        "192.0.2.1",
        "mallory",
    ):
        assert found(blue_browser, typed) == ([], [], [])
        asked = blue_browser.get(SEARCH, {"q": typed}).context["found"]
        assert asked.total == 0


def test_a_strangers_mac_is_asked_for_as_one_that_nobody_has(
    blue_browser: Browser, blue_phone: Phone, red_phone: Phone
) -> None:
    def asked(typed: str) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            blue_browser.get(SEARCH, {"q": typed})
        return [query["sql"].lower().replace(typed.lower(), "?") for query in queries]

    there, nowhere = asked(red_phone.mac), asked("00041300FFFF")

    assert len(there) == len(nowhere)


def test_the_operator_finds_everybodys(
    as_user: Callable[[User], Browser], operator: User, blue_phone: Phone, red_phone: Phone
) -> None:
    assert found(as_user(operator), "000413")[2] == [blue_phone, red_phone]


def test_at_most_eight_of_each_and_a_way_to_all_of_them(
    blue_browser: Browser, blue_reseller: Reseller, blue_client: Client
) -> None:
    for _ in range(9):
        ClientFactory(reseller=blue_reseller, legal_name="Zed")
        AssignedPhoneFactory(
            subscriber=SubscriberFactory(client=blue_client, name="Zed"), description="Zed"
        )

    response = blue_browser.get(SEARCH, {"q": "ZED"})
    page = response.content.decode()
    everything = response.context["found"]

    for section in (everything.clients, everything.lines, everything.phones):
        assert (len(section.rows), section.total) == (8, 9)
    for link, words in (
        ("/extranet/clients/?q=zed", "Tous les 9\xa0clients"),
        (f"{ACCOUNT}?qu=zed#users-title", "Toutes les 9\xa0lignes"),
        (f"{ACCOUNT}?qt=zed#phones-title", "Tous les 9\xa0téléphones"),
    ):
        assert f'<a href="{link}">' in page
        assert f">{words}<" in re.sub(r"[ \n]*([<>])[ \n]*", r"\1", page)


def test_what_several_clients_have_is_told_without_a_list(
    blue_browser: Browser, blue_reseller: Reseller, blue_client: Client
) -> None:
    for client in (blue_client, ClientFactory(reseller=blue_reseller)):
        for _ in range(5):
            SubscriberFactory(client=client, name="Zed")

    page = blue_browser.get(SEARCH, {"q": "zed"}).content.decode()

    assert "Les 8 premiers résultats sur 10, chez plusieurs clients." in page


@pytest.mark.parametrize("typed", ["zed", "zed+Zed", "0970"])
def test_the_search_asks_as_much_for_one_row_as_for_a_page(
    typed: str, blue_browser: Browser, blue_client: Client, blue_reseller: Reseller
) -> None:
    def add() -> None:
        for _ in range(9):
            client = ClientFactory(reseller=blue_reseller, legal_name="Zed")
            AssignedPhoneFactory(subscriber=SubscriberFactory(client=client, name="Zed"))
            PhoneFactory(client=client, description="Zed")

    ClientFactory(reseller=blue_reseller, legal_name="Zed")
    AssignedPhoneFactory(subscriber=SubscriberFactory(client=blue_client, name="Zed"))

    assert_same_queries(blue_browser, f"{SEARCH}?q={typed}", add)


@pytest.mark.parametrize(
    "typed", ["", " ", "\0", "%00", "x" * 5000, "a " * 500, "'; --", "<script>", "\ud800", "%", "_"]
)
def test_no_search_breaks_the_page(typed: str, blue_browser: Browser, blue_phone: Phone) -> None:
    response = blue_browser.get(SEARCH, {"q": typed.encode(errors="replace")})

    assert response.status_code == 200
    assert "<script>" not in response.content.decode().partition("<main")[2]


def test_without_a_word_nothing_is_asked_and_the_page_says_what_can_be(
    blue_browser: Browser,
) -> None:
    page = blue_browser.get(SEARCH).content.decode()

    assert "Que cherchez-vous\u202f?" in page and "adresse IP" in page


def test_what_is_not_found_is_repeated(blue_browser: Browser, blue_phone: Phone) -> None:
    page = blue_browser.get(SEARCH, {"q": "absent & co"}).content.decode()

    assert "Rien ne contient «\xa0absent &amp; co\xa0»" in page
    assert 'value="absent &amp; co"' in page


def test_the_field_is_on_every_page_in_the_bar_and_in_the_menu(
    blue_browser: Browser, blue_phone: Phone
) -> None:
    for path in ("/extranet/clients/", ACCOUNT, "/extranet/a-traiter/", "/extranet/taches/"):
        page = blue_browser.get(path).content.decode()
        assert page.count(f'action="{SEARCH}"') == 2
