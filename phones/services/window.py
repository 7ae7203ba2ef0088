"""The authorization window: opening, closing, and writing down that it ended."""

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from clients.models import PlatformSettings
from clients.services.audit import PLATFORM, Actor, record
from metacentrex import renewals
from metacentrex.moments import moment
from phones.credentials import new_sip_auth_name, new_sip_password
from phones.errors import AssignLineFirst, PhoneGone, WindowInThePast, WindowTooFar
from phones.models import Phone, SipCredential

ONE_HOUR = timedelta(hours=1)
BATCH = 500


def default_end(now: datetime) -> datetime:
    """The end of a window opened now: the operator's setting, 48 h unless changed."""
    return now + timedelta(hours=PlatformSettings.current().window_hours)


def check_end(until: datetime, now: datetime, zone: ZoneInfo | None = None) -> None:
    """Refuse an end that is past or too far ahead. Raises WindowInThePast, WindowTooFar."""
    if until <= now:
        raise WindowInThePast
    days = PlatformSettings.current().maximum_window_days
    latest = now + timedelta(days=days)
    if until > latest:
        raise WindowTooFar(days, moment(latest, zone))


def locked(phone: Phone) -> Phone:
    """The phone's row, held until the transaction ends (SQLite: the transaction itself is exclusive).

    Raises PhoneGone.
    """
    rows = Phone.unscoped.select_for_update(
        of=("self",)
    )  # unscoped: the caller found this phone within its scope
    found = rows.select_related("client", "subscriber__site", "site").filter(pk=phone.pk).first()
    if found is None:
        raise PhoneGone
    return found


def renew_secrets(phone: Phone) -> None:
    """New HTTP and SIP credentials; the old ones are worth nothing from the commit on."""
    phone.credential_generation += 1
    transaction.on_commit(partial(renewals.note, phone.uid, phone.credential_generation))
    SipCredential.unscoped.filter(phone=phone).delete()  # unscoped: of this phone only
    if phone.subscriber is not None:
        SipCredential.unscoped.create(  # unscoped: of this phone only
            phone=phone,
            subscriber=phone.subscriber,
            auth_name=new_sip_auth_name(),
            password=new_sip_password(),
        )


def begin_window(phone: Phone, until: datetime, now: datetime) -> None:
    """Set the window on the row and forget what belongs to the one before; the caller saves."""
    phone.authorized_from = None
    phone.authorized_until = until
    phone.window_opened_at = now
    phone.expiry_recorded_at = None
    phone.authenticated_at = phone.credentials_seen_at = None
    forget_refusals(phone)


def end_window(phone: Phone) -> None:
    """No window at all; the caller saves."""
    phone.authorized_from = phone.authorized_until = phone.window_opened_at = phone.expiry_recorded_at = None


def forget_refusals(phone: Phone) -> None:
    phone.refused_at = phone.refused_since = None
    phone.refused_count = 0
    phone.refused_reason = ""


@transaction.atomic
def open_window(
    phone: Phone, *, actor: Actor, until: datetime | None = None, now: datetime | None = None
) -> Phone:
    """Open a window until `until` (default: the operator's length) with new secrets.

    Raises AssignLineFirst, WindowInThePast, WindowTooFar.
    """
    now = now or timezone.now()
    phone = locked(phone)
    if phone.subscriber is None:
        raise AssignLineFirst
    end = until or default_end(now)
    check_end(end, now, phone.zone)
    before = _window(phone)
    begin_window(phone, end, now)
    renew_secrets(phone)
    phone.save()
    record(
        "window.opened", phone, actor=actor, client=phone.client, before=before, after=_window(phone), at=now
    )
    return phone


@transaction.atomic
def close_window(phone: Phone, *, actor: Actor, now: datetime | None = None) -> Phone:
    """Close the window at once; the phone's credentials, if it has them, go on working."""
    phone = locked(phone)
    if phone.authorized_until is None:
        return phone
    before = _window(phone)
    end_window(phone)
    phone.save()
    record(
        "window.closed", phone, actor=actor, client=phone.client, before=before, after=_window(phone), at=now
    )
    return phone


def record_expired_windows(now: datetime | None = None) -> int:
    """Write down the windows that have ended; returns how many this call was first to see.

    Safety does not depend on it: a request is decided by the clock. Compare-and-set per row, so two
    workers, or a window re-opened meanwhile, give one event or none.
    """
    now = now or timezone.now()
    due = Phone.unscoped.filter(
        authorized_until__lte=now, expiry_recorded_at=None
    )  # unscoped: the platform's own task
    total = 0
    # In the journal's order: two transactions must not wait for each other.
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
        authenticated_at=phone.authenticated_at,  # it may have come since the batch was read
        expiry_recorded_at=None,
    )
    if not same.update(expiry_recorded_at=now):
        return False
    kind = "window.expired" if phone.authenticated_at is None else "window.ended"
    record(kind, phone, actor=PLATFORM, client=phone.client, after=_window(phone), at=phone.authorized_until)
    return True


def _window(phone: Phone) -> dict[str, str | None]:
    until, since = phone.authorized_until, phone.authorized_from
    return {
        "authorized_from": since.isoformat() if since else None,
        "authorized_until": until.isoformat() if until else None,
    }
