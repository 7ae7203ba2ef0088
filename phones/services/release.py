"""Frees MAC addresses: unused ones at the operator's request, those of terminated clients after a
delay.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from clients.models import PlatformSettings
from clients.services.audit import PLATFORM, Actor, record
from clients.signals import documents_changed
from phones.errors import NotReleasable
from phones.models import Phone
from phones.services.deletion import delete_phone
from phones.services.window import locked

BATCH = 200


def is_releasable(now: datetime) -> Q:
    """Match phones registered long ago that never fetched anything, with no window open or to
    come.
    """
    closed = Q(authorized_until=None) | Q(authorized_until__lte=now)
    return Q(served_at=None, authenticated_at=None, created_at__lt=_long_ago(now)) & closed


def releasable(now: datetime) -> QuerySet[Phone]:
    """All phones of the platform that can be released."""
    return Phone.unscoped.filter(is_releasable(now))  # unscoped: the operator's own list


@transaction.atomic
def release_phone(phone: Phone, *, actor: Actor, now: datetime | None = None) -> None:
    """Delete a never used phone, for the operator alone. Raises NotReleasable, PhoneGone."""
    now = now or timezone.now()
    phone = locked(phone)
    if not releasable(now).filter(pk=phone.pk).exists():
        raise NotReleasable
    before = {"mac": phone.mac, "client": str(phone.client)}
    record("phone.released", phone, actor=actor, client=phone.client, before=before, at=now)
    if phone.subscriber_id is not None:
        # of the other phones on it
        documents_changed.send(sender=Phone, lines=[phone.subscriber_id])
    phone.delete()  # last: deletes its document too


def release_terminated(now: datetime | None = None) -> int:
    """Delete the phones of clients terminated long ago, to free their MACs; returns how many."""
    now = now or timezone.now()
    # unscoped: the platform's own task
    due = Phone.unscoped.filter(client__terminated_at__lt=_long_ago(now))
    total = 0
    while batch := list(due.order_by("pk")[:BATCH]):
        for phone in batch:
            delete_phone(phone, actor=PLATFORM)
        total += len(batch)
    return total


def _long_ago(now: datetime) -> datetime:
    return now - timedelta(days=PlatformSettings.current().release_after_days)
