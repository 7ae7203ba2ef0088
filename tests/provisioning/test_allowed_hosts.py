"""A host taken off the operator's list: keys that used it do nothing, at once, and say so."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from clients.models import PlatformSettings, Subscriber
from clients.services.audit import PLATFORM
from clients.services.platform import save_settings
from keys.drafts import KeyDraft
from keys.owners import Owner
from keys.places import Place
from keys.queries import layout_of
from phones import catalogue
from phones.models import Phone
from tests.factories.keys import arrange

URL = "https://crm.example.fr/appel"
D765 = catalogue.get("snom-d765")
AGENT = "Mozilla/4.0 (compatible; snomD765-SIP 10.1.54.13 2010.12 {})"


def allow(hosts: str) -> None:
    save_settings(PlatformSettings(pk=1, url_hosts=hosts), actor=PLATFORM)


@pytest.fixture
def keyed(blue_phone: Phone, alice: Subscriber) -> Subscriber:
    """Alice, with a key that calls the CRM."""
    allow("crm.example.fr\nother.example.fr")
    Phone.unscoped.filter(pk=blue_phone.pk).update(model="snom-d765")
    arrange(Owner.of_line(alice), side_1=KeyDraft("url", URL))
    return alice


@pytest.fixture
def sent(blue_phone: Phone, fetch: Callable[..., HttpResponse]) -> Callable[[], bool]:
    """Whether the phone is told the address now."""

    def look() -> bool:
        return (
            URL in fetch(blue_phone.mac, user_agent=AGENT.format(blue_phone.mac)).content.decode()
        )

    return look


def test_the_next_document_has_no_trace_of_the_address(
    keyed: Subscriber, sent: Callable[[], bool]
) -> None:
    assert sent()

    allow("other.example.fr")
    assert not sent()

    allow("crm.example.fr")
    assert sent()


def test_the_key_stays_and_says_why_it_does_nothing(
    keyed: Subscriber, blue_browser: Browser
) -> None:
    page = f"/bg/{keyed.client.reference}/lignes/{keyed.number}/touches/snom-d765/"
    assert "cette adresse n’est plus permise" not in row_of(blue_browser.get(page))

    allow("")

    assert "cette adresse n’est plus permise" in row_of(blue_browser.get(page))
    found = layout_of(Owner.of_line(keyed), D765).layout.at(Place("side", 1))
    assert found is not None
    assert (found.content.value, found.content.is_broken) == (URL, True)


def row_of(page: HttpResponse) -> str:
    """The row of the key in the list of the editor."""
    assert page.status_code == 200
    text = page.content.decode()
    start = text.index('data-place="side-1"')
    return text[start : text.index("</li>", start)]


def test_addresses_cost_one_query_whatever_their_number(
    alice: Subscriber, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    owner = Owner.of_line(alice)
    allow("crm.example.fr")
    arrange(owner, side_1=KeyDraft("speed", "0612"))
    with CaptureQueriesContext(connection) as plain:
        layout_of(owner, D765)

    arrange(owner, side_1=KeyDraft("url", URL))
    with django_assert_num_queries(len(plain) + 1):
        layout_of(owner, D765)

    arrange(owner, side_2=KeyDraft("url", f"{URL}/2"), side_3=KeyDraft("url", f"{URL}/3"))
    with django_assert_num_queries(len(plain) + 1):
        layout_of(owner, D765)
