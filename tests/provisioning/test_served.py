"""What a phone received last: kept masked after the answer, and never in its way."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import Subscriber
from clients.services.audit import PLATFORM
from phones.models import Phone
from phones.services.deletion import delete_phone
from phones.services.window import open_window
from provisioning import journal, served
from provisioning.masking import DOTS
from provisioning.models import ServedDocument
from tests.conftest import SNOM_710
from tests.provisioning.asking import change, end_of_window, given_to, settings_of

Fetching = Callable[..., HttpResponse]


def kept(phone: Phone) -> ServedDocument | None:
    return served.last_served(Phone.unscoped.get(pk=phone.pk))


def test_what_is_served_is_kept_without_its_secrets(blue_phone: Phone, fetch: Fetching) -> None:
    response = fetch(blue_phone.mac)

    row = kept(blue_phone)
    assert row is not None
    told = settings_of(response)
    assert row.model == "snom-710"
    assert row.digest == Phone.unscoped.get(pk=blue_phone.pk).served_digest
    assert "<user_realname" in row.body
    assert [
        name for name, value in told.items() if "pass" in name and value and value in row.body
    ] == []
    assert row.body.count(DOTS) == 5


def test_the_same_content_again_writes_nothing(blue_phone: Phone, fetch: Fetching) -> None:
    first = fetch(blue_phone.mac)
    ServedDocument.objects.update(body="untouched")

    fetch(blue_phone.mac)
    fetch(blue_phone.mac, HTTP_IF_NONE_MATCH=first.headers["ETag"])

    row = kept(blue_phone)
    assert row is not None
    assert row.body == "untouched"


def test_new_content_replaces_the_row(
    blue_phone: Phone, alice: Subscriber, fetch: Fetching
) -> None:
    first = fetch(blue_phone.mac)
    alice.name = "Alice Durand"
    alice.save()

    fetch(blue_phone.mac, **given_to(first))

    row = ServedDocument.objects.get()
    assert "Alice Durand" in row.body
    assert row == kept(blue_phone)


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_refusal_or_a_look_keeps_nothing(method: str, blue_phone: Phone, fetch: Fetching) -> None:
    if method == "get":
        end_of_window(blue_phone)

    fetch(blue_phone.mac, method=method)

    assert not ServedDocument.objects.exists()


def test_nothing_is_written_before_the_answer(blue_phone: Phone) -> None:
    with CaptureQueriesContext(connection) as captured:
        Browser().get(f"/sip-ps/{blue_phone.mac}.xml", HTTP_USER_AGENT=SNOM_710)

    assert [
        query["sql"] for query in captured if "served" in query["sql"] and "INSERT" in query["sql"]
    ] == []
    journal.flush()
    assert ServedDocument.objects.count() == 1


def test_a_process_killed_before_writing_loses_the_comparison_and_no_more(
    blue_phone: Phone, alice: Subscriber, fetch: Fetching
) -> None:
    first = fetch(blue_phone.mac)
    alice.name = "Alice Durand"
    alice.save()

    response = Browser().get(
        f"/sip-ps/{blue_phone.mac}.xml", HTTP_USER_AGENT=SNOM_710, **given_to(first)
    )
    served._waiting.clear()
    journal.flush()

    assert response.status_code == 200
    assert kept(blue_phone) is None


def test_a_database_that_does_not_take_it_costs_the_journal_nothing(
    blue_phone: Phone, fetch: Fetching
) -> None:
    def broken(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "provisioning_serveddocument" in sql:
            raise DatabaseError("no room for it")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(broken):
        response = fetch(blue_phone.mac)

    assert response.status_code == 200
    assert blue_phone.fetches.count() == 1
    assert kept(blue_phone) is None


def test_an_answer_that_another_process_overtook_is_not_kept(
    blue_phone: Phone, fetch: Fetching
) -> None:
    Browser().get(f"/sip-ps/{blue_phone.mac}.xml", HTTP_USER_AGENT=SNOM_710)
    change(blue_phone, served_digest="f" * 64)

    journal.flush()

    assert not ServedDocument.objects.exists()


def test_a_phone_deleted_meanwhile_keeps_nothing_and_a_mac_sold_on_starts_empty(
    blue_phone: Phone, mallory: Subscriber, fetch: Fetching
) -> None:
    fetch(blue_phone.mac)
    open_window(blue_phone, actor=PLATFORM)
    Browser().get(f"/sip-ps/{blue_phone.mac}.xml", HTTP_USER_AGENT=SNOM_710)
    delete_phone(blue_phone, actor=PLATFORM)

    journal.flush()

    assert not ServedDocument.objects.exists()


def test_a_queue_that_is_not_written_stays_small(blue_phone: Phone, fetch: Fetching) -> None:
    Browser().get(f"/sip-ps/{blue_phone.mac}.xml", HTTP_USER_AGENT=SNOM_710)
    (answer,) = served._waiting

    for _ in range(served.MOST_WAITING + 10):
        served.remember_later(answer)

    assert len(served._waiting) == served.MOST_WAITING
    assert answer.at <= timezone.now()
