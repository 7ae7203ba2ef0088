"""The document rendered ahead: fresh or not served, encrypted, and marked with
the change itself.
"""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from clients.models import Subscriber
from clients.services.audit import PLATFORM
from clients.services.subscribers import update_subscriber
from phones.models import Phone
from phones.services.deletion import delete_phone
from provisioning.models import PublishedDocument
from provisioning.sealing import seal, unseal
from provisioning.services.publishing import mark_stale, publish, render, render_stale, stale
from provisioning.views import fetch as fetch_module
from provisioning.writing import write
from tests.conftest import SNOM_710
from tests.provisioning.asking import given_to

Fetching = Callable[..., HttpResponse]


@pytest.fixture
def served(blue_phone: Phone, fetch: Fetching) -> HttpResponse:
    """Bob's colleague has fetched once, and her document is rendered ahead."""
    response = fetch(blue_phone.mac)
    assert render_stale() is False
    return response


def again(phone: Phone) -> Phone:
    return Phone.unscoped.get(pk=phone.pk)


def rename(line: Subscriber, name: str) -> None:
    line.name = name
    update_subscriber(line, actor=PLATFORM)


def test_a_fresh_document_is_served_without_composing_it(
    blue_phone: Phone, served: HttpResponse
) -> None:
    with CaptureQueriesContext(connection) as captured:
        response = Browser().get(
            f"/sip-ps/{blue_phone.mac}.xml", HTTP_USER_AGENT=SNOM_710, **given_to(served)
        )

    assert response.content == served.content
    asked = [query["sql"] for query in captured if query["sql"].startswith("SELECT")]
    assert len(asked) == 2  # the row, and the phone with its document


def test_a_phone_never_gets_an_old_document(
    blue_phone: Phone, bob: Subscriber, served: HttpResponse, fetch: Fetching
) -> None:
    rename(bob, "Bob Durand")

    response = fetch(blue_phone.mac, **given_to(served))

    assert "Bob Durand" in response.content.decode()
    assert not again(blue_phone).has_changes


def test_changes_that_come_faster_than_documents_refuse_no_phone(
    blue_phone: Phone,
    bob: Subscriber,
    served: HttpResponse,
    fetch: Fetching,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given, made = given_to(served), []

    def written_while_another_change_is_published(*args: Any) -> Any:
        written = write(*args)
        made.append(written.digest)
        rename(bob, f"Bob {len(made)}")
        render([blue_phone.pk])
        rename(bob, f"Bob {len(made)} again")
        return written

    rename(bob, "Bob Durand")
    PublishedDocument.objects.update(rendered=0)
    monkeypatch.setattr(fetch_module, "write", written_while_another_change_is_published)

    response = fetch(blue_phone.mac, **given)

    assert response.status_code == 200
    phone = again(blue_phone)
    assert (len(made), phone.served_digest) == (fetch_module.TRIES, made[-1])
    assert phone.has_changes
    assert phone.changed_at is not None
    monkeypatch.undo()
    assert b"Bob 3 again" in fetch(blue_phone.mac, **given).content
    assert (again(blue_phone).has_changes, again(blue_phone).changed_at) == (False, None)


def test_a_colleagues_new_name_waits_until_the_phone_has_come(
    blue_phone: Phone, bob: Subscriber, served: HttpResponse, fetch: Fetching
) -> None:
    rename(bob, "Bob Durand")
    render_stale()

    waiting = again(blue_phone)
    assert waiting.has_changes
    assert waiting.changed_at is not None

    assert "Bob Durand" in fetch(blue_phone.mac, **given_to(served)).content.decode()
    assert not again(blue_phone).has_changes
    assert again(blue_phone).changed_at is None


def test_a_change_taken_back_leaves_nothing_waiting(
    blue_phone: Phone, bob: Subscriber, served: HttpResponse
) -> None:
    rename(bob, "Bob Durand")
    render_stale()
    rename(bob, "Bob Bleu")
    render_stale()

    assert not again(blue_phone).has_changes
    assert again(blue_phone).changed_at is None


def test_what_no_phone_is_told_marks_nobody(bob: Subscriber, served: HttpResponse) -> None:
    bob.is_locked = True
    update_subscriber(bob, actor=PLATFORM)

    assert not stale().exists()


def test_a_change_rolled_back_leaves_nothing_marked(bob: Subscriber, served: HttpResponse) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        rename(bob, "Bob Durand")
        raise ZeroDivisionError

    assert not stale().exists()


def test_a_change_while_it_was_rendered_leaves_it_stale(
    blue_phone: Phone, served: HttpResponse, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_stale(phones=[blue_phone.pk])

    def late(made: Any, *, ahead: bool) -> int:
        mark_stale(phones=[blue_phone.pk])
        return publish(made, ahead=ahead)

    monkeypatch.setattr("provisioning.services.publishing.publish", late)

    assert render([blue_phone.pk]) == 0
    assert stale().count() == 1


def test_a_broker_that_is_down_keeps_no_change_from_being_made(
    bob: Subscriber,
    served: HttpResponse,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def down(*_args: Any, **_kwargs: Any) -> None:
        raise OSError

    monkeypatch.setattr("provisioning.services.publishing.AT_ONCE", 0)
    monkeypatch.setattr("provisioning.services.publishing.current_app.send_task", down)

    with django_capture_on_commit_callbacks(execute=True):
        rename(bob, "Bob Durand")

    assert Subscriber.unscoped.get(pk=bob.pk).name == "Bob Durand"
    assert stale().count() == 1


def test_one_of_another_client_is_not_marked(
    red_phone: Phone, bob: Subscriber, served: HttpResponse, fetch: Fetching
) -> None:
    fetch(red_phone.mac)
    render_stale()

    rename(bob, "Bob Durand")

    assert not stale().filter(phone=red_phone).exists()


def test_the_table_holds_no_document_in_clear(blue_phone: Phone, served: HttpResponse) -> None:
    body = bytes(PublishedDocument.objects.get().body)

    assert b"snom" not in body
    assert b"Alice" not in body
    assert unseal(blue_phone.pk, again(blue_phone).published_digest, body) == served.content


def test_what_was_tampered_with_or_written_under_another_key_is_stale(settings: Any) -> None:
    sealed = seal(1, "d", b"body")

    assert unseal(1, "d", sealed) == b"body"
    assert unseal(2, "d", sealed) is None
    assert unseal(1, "e", sealed) is None
    assert unseal(1, "d", sealed[:-1] + bytes([sealed[-1] ^ 1])) is None
    settings.METACENTREX_FIELD_KEYS = [Fernet.generate_key().decode()]
    assert unseal(1, "d", sealed) is None


def test_a_new_field_key_has_everything_rendered_again(served: HttpResponse, settings: Any) -> None:
    settings.METACENTREX_FIELD_KEYS = [
        Fernet.generate_key().decode(),
        *settings.METACENTREX_FIELD_KEYS,
    ]

    assert stale().count() == 1


def test_a_deleted_phone_takes_its_document_along(blue_phone: Phone, served: HttpResponse) -> None:
    delete_phone(blue_phone, actor=PLATFORM)

    assert not PublishedDocument.objects.exists()
