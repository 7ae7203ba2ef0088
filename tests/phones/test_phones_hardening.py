"""Several phones in one transaction are taken by primary key, as the journal takes them: no
deadlock.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from clients.enums import ClientStatus
from clients.models import AuditEvent, Subscriber
from clients.services.audit import Actor
from clients.services.clients import update_client
from clients.services.subscribers import end_subscriber
from phones.models import Phone
from phones.services.expiry import record_expired_windows
from tests.factories.phones import AssignedPhoneFactory


@pytest.fixture
def phones(alice: Subscriber) -> list[Phone]:
    """Three phones of one line, which lists show the other way round."""
    return AssignedPhoneFactory.create_batch(3, subscriber=alice)


def taken(kind: str) -> list[int]:
    """The phones in the order in which they were acted on."""
    return [int(event.object_id) for event in AuditEvent.objects.filter(kind=kind).order_by("pk")]


def test_a_line_that_ends(phones: list[Phone], alice: Subscriber, blue_actor: Actor) -> None:
    end_subscriber(alice, actor=blue_actor)

    assert taken("phone.unassigned") == [phone.pk for phone in phones]


def test_a_client_that_ends(phones: list[Phone], alice: Subscriber, blue_actor: Actor) -> None:
    alice.client.status = ClientStatus.TERMINATED

    update_client(alice.client, actor=blue_actor)

    assert taken("phone.unassigned") == [phone.pk for phone in phones]


def test_windows_that_end(phones: list[Phone]) -> None:
    record_expired_windows(timezone.now() + timedelta(days=3))

    assert taken("window.expired") == [phone.pk for phone in phones]
