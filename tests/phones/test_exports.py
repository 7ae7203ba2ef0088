"""The lists as files: what the page shows, every row of it, and nobody else's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clients.models import AuditEvent, Client, Subscriber, User
from phones.models import Phone
from tests.downloads import rows_of
from tests.factories.clients import SubscriberFactory
from tests.factories.phones import AssignedPhoneFactory

REFERENCE = "10100"


def read(browser: Browser, name: str, *args: str, **query: str) -> list[list[str]]:
    return rows_of(browser.get(reverse(f"extranet:{name}", args=args), query))


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_users_are_exported_as_they_are_shown(
    file_format: str, blue_browser: Browser, alice: Subscriber, bob: Subscriber, mallory: Subscriber
) -> None:
    rows = read(blue_browser, "user-export", REFERENCE, format=file_format)

    assert rows[0][:5] == ["SDA", "N° court", "Nom", "Licence", "Site"]
    assert [row[:3] for row in rows[1:]] == [
        ["0970719001", "901", "Alice Bleu"],
        ["0970719002", "902", "Bob Bleu"],
    ]


def test_the_search_and_the_sort_of_the_page_hold_for_the_file(
    blue_browser: Browser, alice: Subscriber, bob: Subscriber
) -> None:
    found = read(blue_browser, "user-export", REFERENCE, qu="alice")
    turned = read(blue_browser, "user-export", REFERENCE, tu="-name", pu="9")

    assert [row[2] for row in found[1:]] == ["Alice Bleu"]
    assert [row[2] for row in turned[1:]] == ["Bob Bleu", "Alice Bleu"]


def test_phones_are_exported_with_their_state_in_words(
    blue_browser: Browser, blue_phone: Phone, red_phone: Phone
) -> None:
    rows = read(blue_browser, "phone-export", REFERENCE, f="authorized")

    assert [row[:2] for row in rows[1:]] == [["00:04:13:00:B1:0E", "0970719001"]]
    assert "Autorisé" in rows[1]
    assert len(read(blue_browser, "phone-export", REFERENCE, f="refused")) == 1


def test_clients_are_exported_with_their_counts(
    blue_browser: Browser, blue_phone: Phone, bob: Subscriber, red_client: Client
) -> None:
    rows = read(blue_browser, "client-export")

    assert [row[1:3] for row in rows[1:]] == [["10100", "Client Bleu"]]
    assert rows[1][-3:-1] == ["2", "1"]


def test_a_formula_that_somebody_called_a_person_is_none(
    blue_browser: Browser, blue_client: Client
) -> None:
    SubscriberFactory(client=blue_client, name="=HYPERLINK(1)")

    assert read(blue_browser, "user-export", REFERENCE)[1][2] == "'=HYPERLINK(1)"
    assert read(blue_browser, "user-export", REFERENCE, format="xlsx")[1][2] == "=HYPERLINK(1)"


def test_an_export_is_audited_with_what_was_asked_and_how_many_rows_left(
    blue_browser: Browser, alice: Subscriber, blue_staff: User
) -> None:
    read(blue_browser, "user-export", REFERENCE, qu="alice", format="xlsx")

    event = AuditEvent.objects.get(kind="export")
    assert (event.actor, event.client) == (blue_staff, alice.client)
    assert event.after == {"list": "users", "format": "xlsx", "rows": 1, "asked": {"qu": "alice"}}


@pytest.mark.parametrize("query", [{"format": "exe"}, {"qu": "a\0b"}, {"tu": "password"}])
def test_a_nonsensical_address_gives_a_file_all_the_same(
    query: dict[str, str], blue_browser: Browser, alice: Subscriber
) -> None:
    assert read(blue_browser, "user-export", REFERENCE, **query)[0][0] == "SDA"


def test_the_operators_reader_in_english_gets_english_heads(
    as_user: Callable[[User], Browser], blue_staff: User, alice: Subscriber
) -> None:
    blue_staff.language = "en"
    blue_staff.save()

    assert read(as_user(blue_staff), "user-export", REFERENCE)[0][:3] == [
        "Number (SDA)",
        "Extension",
        "Name",
    ]


@pytest.mark.parametrize("name", ["user-export", "phone-export"])
def test_a_file_costs_the_same_for_one_row_and_for_many(
    name: str, blue_browser: Browser, blue_phone: Phone, blue_client: Client
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            read(blue_browser, name, REFERENCE)
        return len(captured)

    queries()
    one = queries()
    for _ in range(5):
        AssignedPhoneFactory(subscriber=SubscriberFactory(client=blue_client))

    assert queries() == one


def test_what_is_to_do_is_exported_with_its_cause(
    blue_browser: Browser, blue_phone: Phone, red_phone: Phone
) -> None:
    Phone.unscoped.update(authorized_until=timezone.now() - timedelta(hours=1))

    rows = read(blue_browser, "todo-export")

    assert [row[:3] for row in rows[1:]] == [
        ["Client Bleu [10100]", "00:04:13:00:B1:0E", "0970719001"]
    ]
    assert rows[1][4] == "Délai dépassé"
    assert len(read(blue_browser, "todo-export", f="refused")) == 1
    assert AuditEvent.objects.filter(kind="export", after__list="todo").count() == 2
