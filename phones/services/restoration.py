"""Clears from a restored database what must not come back: windows, and credentials renewed since
the backup (docs/adr/009).

Every step works in batches and may be repeated: an interrupted adoption starts again from the
beginning.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from clients.services.audit import PLATFORM, record
from phones.enums import Refusal
from phones.models import Phone
from phones.services.window import end_window, forget_addresses, renew_secrets, window_facts

T = TypeVar("T")

BATCH = 200
# Large enough to skip the generations of renewals that may not have been recorded: none is used
# twice.
JUMP = 1000


def forgotten(known: Mapping[uuid.UUID, int]) -> list[int]:
    """The pks of the phones whose credentials were renewed since this database was written."""
    found: list[int] = []
    for uids in _slices(list(known)):
        rows = Phone.unscoped.filter(uid__in=uids)  # unscoped: of the whole installation
        for pk, uid, generation in rows.values_list("pk", "uid", "credential_generation"):
            if generation < known[uid]:
                found.append(pk)
    return sorted(found)


def close_windows(now: datetime) -> list[Phone]:
    """Close every open or planned window; returns the phones. Phones with credentials keep them."""
    # unscoped: of the whole installation
    open_or_planned = Phone.unscoped.filter(authorized_until__gt=now)
    return _each(open_or_planned, _close, now)


def forget_previous_credentials() -> list[int]:
    """End every pending renewal, since the backup does not know whether the phone took its new
    credentials. Returns the pks of the phones.
    """
    # unscoped: of the whole installation
    rows = Phone.unscoped.filter(previous_generation__isnull=False)
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.update(previous_generation=None)
    return pks


def revoke(pks: list[int], known: Mapping[uuid.UUID, int], now: datetime) -> list[Phone]:
    """Give these phones a generation that was never used, which revokes all their credentials."""

    def act(phone: Phone, now: datetime) -> bool:
        _revoke(phone, max(phone.credential_generation, known.get(phone.uid, 0)), now)
        return True

    return [
        phone
        for part in _slices(pks)
        # unscoped: of the whole installation
        for phone in _each(Phone.unscoped.filter(pk__in=part), act, now)
    ]


def revoke_all(known: Mapping[uuid.UUID, int], now: datetime) -> list[Phone]:
    """Revoke the credentials of every phone."""
    # unscoped: of the whole installation
    pks = Phone.unscoped.order_by("pk").values_list("pk", flat=True)
    return revoke(list(pks), known, now)


def end_sessions() -> int:
    """Log everybody out: a session in the backup may have ended since."""
    deleted, _ = Session.objects.all().delete()
    return deleted


def _close(phone: Phone, now: datetime) -> bool:
    if phone.authorized_until is None or phone.authorized_until <= now:
        return False
    before = window_facts(phone)
    if phone.is_in_service:
        end_window(phone)
    else:
        # It still waits for its configuration: shown as « Délai dépassé », so that somebody acts.
        phone.authorized_from = None
        phone.authorized_until = phone.expiry_recorded_at = now
    phone.save()
    after = {**window_facts(phone), "because": "restored"}
    record(
        "window.closed",
        phone,
        actor=PLATFORM,
        client=phone.client,
        before=before,
        after=after,
        at=now,
    )
    return True


def _revoke(phone: Phone, highest: int, now: datetime) -> None:
    phone.credential_generation = highest + JUMP
    phone.credentials_seen_at = phone.authenticated_at = None
    end_window(phone)
    forget_addresses(phone)
    renew_secrets(phone)
    if phone.subscriber is not None:
        # Its next request will be refused; its reseller need not wait for that to see what to do.
        phone.refused_at = phone.refused_since = now
        phone.refused_count, phone.refused_reason = 1, Refusal.BAD_CREDENTIALS
    phone.save()
    after = {"because": "restored"}
    record(
        "phone.credentials_revoked", phone, actor=PLATFORM, client=phone.client, after=after, at=now
    )


def to_reopen(closed: Iterable[Phone], cut_short: Iterable[int], revoked: Iterable[Phone]) -> int:
    """Count the phones that somebody has to re-authorize, each once; phones without a line do not
    count.
    """
    waiting = {phone.pk for phone in closed if not phone.is_in_service}
    return len(
        waiting | set(cut_short) | {phone.pk for phone in revoked if phone.subscriber is not None}
    )


def _each(
    rows: QuerySet[Phone], act: Callable[[Phone, datetime], bool], now: datetime
) -> list[Phone]:
    """Run `act` on each of these phones in batches, locked in the order of all other
    transactions.
    """
    done: list[Phone] = []
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    for part in _slices(pks):
        with transaction.atomic():
            # unscoped: of the whole installation
            held = Phone.unscoped.select_for_update(of=("self",)).select_related(
                "client", "subscriber"
            )
            done += [phone for phone in held.filter(pk__in=part).order_by("pk") if act(phone, now)]
    return done


def _slices(items: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
