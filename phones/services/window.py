"""Plans, opens and closes authorization windows, and renews the secrets that go with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from clients.models import PlatformSettings
from clients.services.audit import Actor, record
from clients.signals import documents_changed
from metacentrex import renewals
from metacentrex.moments import moment
from phones.credentials import new_sip_auth_name, new_sip_password
from phones.errors import (
    AssignLineFirst,
    NoSecretsYet,
    PhoneGone,
    RenewalPending,
    StartInThePast,
    WindowEndsBeforeStart,
    WindowInThePast,
    WindowTooFar,
)
from phones.models import Phone, SipCredential

ONE_HOUR = timedelta(hours=1)
# forms have no seconds: "from now" may be up to one minute ago
A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Span:
    """A valid window: `since` None = at once."""

    since: datetime | None
    until: datetime


def span_of(
    since: datetime | None, until: datetime | None, now: datetime, zone: ZoneInfo | None = None
) -> Span:
    """Check the requested window; without an end, it has the operator's length (48 h by default).

    Raises StartInThePast, WindowInThePast, WindowEndsBeforeStart, WindowTooFar.
    """
    if since is not None and since < now - A_MINUTE:
        raise StartInThePast
    start = since if since is not None and since > now else None
    settings = PlatformSettings.current()
    end = until or (start or now) + timedelta(hours=settings.window_hours)
    if end <= now:
        raise WindowInThePast
    if start is not None and end <= start:
        raise WindowEndsBeforeStart
    latest = now + timedelta(days=settings.maximum_window_days)
    if end > latest:
        field = "until" if until is not None else "since"
        raise WindowTooFar(settings.maximum_window_days, moment(latest, zone), field=field)
    return Span(start, end)


def locked(phone: Phone) -> Phone:
    """The phone's row, locked until the transaction ends (SQLite: the transaction itself is
    exclusive).

    Raises PhoneGone.
    """
    # unscoped: the caller found this phone within its scope
    rows = Phone.unscoped.select_for_update(of=("self",))
    found = rows.select_related("client", "subscriber__site", "site").filter(pk=phone.pk).first()
    if found is None:
        raise PhoneGone
    return found


def renew_secrets(phone: Phone, *, keep_previous: bool = False) -> None:
    """Give the phone new HTTP and SIP credentials and forget requests from elsewhere; the caller
    saves the phone.

    The old HTTP credentials end with the commit, or with `keep_previous` at the first use of the
    new ones.
    """
    forget_knocks(phone)
    phone.previous_generation = phone.credential_generation if keep_previous else None
    phone.credential_generation += 1
    transaction.on_commit(partial(renewals.note, phone.uid, phone.credential_generation))
    documents_changed.send(sender=SipCredential, phones=[phone.pk])
    SipCredential.unscoped.filter(phone=phone).delete()  # unscoped: of this phone only
    if phone.subscriber is not None:
        SipCredential.unscoped.create(  # unscoped: of this phone only
            phone=phone,
            subscriber=phone.subscriber,
            auth_name=new_sip_auth_name(),
            password=new_sip_password(),
        )


def first_secrets(phones: Sequence[Phone]) -> None:
    """Give newly created phones their secrets, all at once; their generation is already 2."""
    SipCredential.unscoped.bulk_create(  # unscoped: of these phones only
        SipCredential(
            phone=phone,
            subscriber=phone.subscriber,
            auth_name=new_sip_auth_name(),
            password=new_sip_password(),
        )
        for phone in phones
        if phone.subscriber is not None
    )


def begin_window(phone: Phone, span: Span, now: datetime) -> None:
    """Set the window on the row and forget the previous window's data; the caller saves."""
    phone.authorized_from = span.since
    phone.authorized_until = span.until
    phone.window_opened_at = now
    phone.expiry_recorded_at = None
    phone.authenticated_at = phone.credentials_seen_at = None
    forget_addresses(phone)
    forget_refusals(phone)


def end_window(phone: Phone) -> None:
    """Remove the window from the row; the caller saves."""
    phone.authorized_from = phone.authorized_until = phone.window_opened_at = (
        phone.expiry_recorded_at
    ) = None


def forget_addresses(phone: Phone) -> None:
    """Forget the callers served in the previous window, and their addresses."""
    phone.window_address = phone.window_agent = phone.doubled_with = phone.served_address = ""
    phone.doubled_at = None


def forget_refusals(phone: Phone) -> None:
    phone.refused_at = phone.refused_since = None
    phone.refused_count = 0
    phone.refused_reason = ""


def forget_knocks(phone: Phone) -> None:
    phone.knocked_at = phone.knocked_since = None
    phone.knocked_count = 0
    phone.knocked_reason = phone.knocked_address = ""


@transaction.atomic
def open_window(
    phone: Phone,
    *,
    actor: Actor,
    since: datetime | None = None,
    until: datetime | None = None,
    now: datetime | None = None,
) -> Phone:
    """Open a window, at once or from `since` on, with new secrets.

    Raises AssignLineFirst and the errors of span_of.
    """
    now = now or timezone.now()
    phone = locked(phone)
    if phone.subscriber is None:
        raise AssignLineFirst
    span = span_of(since, until, now, phone.zone)
    before = window_facts(phone)
    begin_window(phone, span, now)
    renew_secrets(phone)
    phone.save()
    after = window_facts(phone)
    record(
        "window.opened", phone, actor=actor, client=phone.client, before=before, after=after, at=now
    )
    return phone


@transaction.atomic
def close_window(phone: Phone, *, actor: Actor, now: datetime | None = None) -> Phone:
    """Close the window at once; any credentials that the phone already has stay valid."""
    phone = locked(phone)
    if phone.authorized_until is None:
        return phone
    before = window_facts(phone)
    end_window(phone)
    phone.save()
    record(
        "window.closed",
        phone,
        actor=actor,
        client=phone.client,
        before=before,
        after=window_facts(phone),
        at=now,
    )
    return phone


@transaction.atomic
def renew(phone: Phone, *, actor: Actor, now: datetime | None = None) -> Phone:
    """« Renouveler les secrets »: the phone fetches new secrets with its old ones, which end when
    the new ones are first used.

    Raises AssignLineFirst, NoSecretsYet, RenewalPending.
    """
    phone = locked(phone)
    if phone.subscriber is None:
        raise AssignLineFirst
    if phone.authenticated_at is None:
        raise NoSecretsYet
    if phone.previous_generation is not None:
        raise RenewalPending
    renew_secrets(phone, keep_previous=True)
    phone.save()
    record("secrets.renewed", phone, actor=actor, client=phone.client, at=now)
    return phone


@transaction.atomic
def acknowledge_double(phone: Phone, *, actor: Actor, now: datetime | None = None) -> Phone:
    """« Vu »: accept the last address as the phone's; another one is reported again."""
    phone = locked(phone)
    if phone.doubled_at is None:
        return phone
    before = {"doubled_with": phone.doubled_with}
    # Not `last_address`: a refused request sets that too.
    address, _space, agent = phone.doubled_with.partition(" ")
    phone.window_address, phone.window_agent = address, agent or phone.window_agent
    phone.doubled_at, phone.doubled_with = None, ""
    phone.save()
    record("window.double_seen", phone, actor=actor, client=phone.client, before=before, at=now)
    return phone


@transaction.atomic
def acknowledge_knock(phone: Phone, *, actor: Actor, now: datetime | None = None) -> Phone:
    """« Vu »: dismiss the requests from elsewhere; new ones are reported again."""
    phone = locked(phone)
    if phone.knocked_at is None:
        return phone
    before = {
        "address": phone.knocked_address,
        "reason": phone.knocked_reason,
        "count": phone.knocked_count,
    }
    forget_knocks(phone)
    phone.save()
    record("phone.knock_seen", phone, actor=actor, client=phone.client, before=before, at=now)
    return phone


def window_facts(phone: Phone) -> dict[str, str | None]:
    """The window as recorded in the audit."""
    until, since = phone.authorized_until, phone.authorized_from
    return {
        "authorized_from": since.isoformat() if since else None,
        "authorized_until": until.isoformat() if until else None,
    }
