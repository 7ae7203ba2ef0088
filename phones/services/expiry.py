"""Records that windows have ended. Security does not depend on it: requests check the clock."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clients.services.audit import PLATFORM, record
from phones.models import Phone
from phones.services.window import window_facts

BATCH = 500


def record_expired_windows(now: datetime | None = None) -> int:
    """Record the windows that have ended; returns how many this call recorded.

    Compare-and-set per row: two workers write one event, and none for a window re-opened meanwhile.
    """
    now = now or timezone.now()
    # unscoped: the platform's own task
    due = Phone.unscoped.filter(authorized_until__lte=now, expiry_recorded_at=None)
    total = 0
    # In the journal's order, to avoid deadlocks.
    while batch := list(due.select_related("client").order_by("pk")[:BATCH]):
        with transaction.atomic():
            first = sum(_record_expiry(phone, now) for phone in batch)
        total += first
        if not first:
            break  # another worker has them all; whatever is left is for the next tick
    return total


def _record_expiry(phone: Phone, now: datetime) -> bool:
    same = Phone.unscoped.filter(  # unscoped: the platform's own task
        pk=phone.pk,
        authorized_until=phone.authorized_until,
        authenticated_at=phone.authenticated_at,  # it may have fetched since the batch was read
        expiry_recorded_at=None,
    )
    if not same.update(expiry_recorded_at=now):
        return False
    kind = "window.expired" if phone.authenticated_at is None else "window.ended"
    after = window_facts(phone)
    record(kind, phone, actor=PLATFORM, client=phone.client, after=after, at=phone.authorized_until)
    return True
