"""Assigns a phone to a line, unassigns it, and changes its description and model."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clients.enums import ClientStatus
from clients.models import Subscriber
from clients.services.audit import Actor, changes, record
from clients.services.subscribers import hold_lines
from clients.signals import documents_changed
from phones import catalogue
from phones.errors import AnotherClientsLine, ClientTerminated
from phones.models import Phone
from phones.services.registration import check_maker
from phones.services.window import (
    begin_window,
    end_window,
    forget_addresses,
    forget_refusals,
    locked,
    open_window,
    renew_secrets,
    span_of,
    window_facts,
)


@transaction.atomic
def assign(
    phone: Phone,
    subscriber: Subscriber,
    *,
    actor: Actor,
    since: datetime | None = None,
    until: datetime | None = None,
    now: datetime | None = None,
) -> Phone:
    """Put the phone on a line of its client: new secrets, and a window.

    Raises AnotherClientsLine, ClientTerminated and the errors of span_of.
    """
    now = now or timezone.now()
    _hold_line(phone, subscriber)
    phone = locked(phone)
    if phone.client.status == ClientStatus.TERMINATED:
        raise ClientTerminated
    before = {"line": phone.number}
    left = phone.subscriber_id
    phone.subscriber = subscriber
    begin_window(phone, span_of(since, until, now, phone.zone), now)
    renew_secrets(phone)
    phone.save()
    _tell_lines(left, subscriber.pk)
    record(
        "phone.assigned",
        phone,
        actor=actor,
        client=phone.client,
        before=before,
        after={"line": phone.number} | window_facts(phone),
        at=now,
    )
    return phone


@transaction.atomic
def unassign(phone: Phone, *, actor: Actor, now: datetime | None = None) -> Phone:
    """Take the phone off its line: window and credentials end at once."""
    phone = locked(phone)
    if phone.subscriber is None:
        return phone
    before, left = {"line": phone.number}, phone.subscriber_id
    phone.site = phone.subscriber.site
    phone.subscriber = None
    phone.authenticated_at = phone.credentials_seen_at = None
    end_window(phone)
    forget_addresses(phone)
    forget_refusals(phone)
    renew_secrets(phone)
    phone.save()
    _tell_lines(left)
    record(
        "phone.unassigned",
        phone,
        actor=actor,
        client=phone.client,
        before=before,
        after={"line": ""},
        at=now,
    )
    return phone


@dataclass(frozen=True)
class PhoneChange:
    """The values of « Changer le téléphone »; `subscriber` None = not assigned."""

    description: str
    model: str
    subscriber: Subscriber | None
    since: datetime | None = None
    until: datetime | None = None


@transaction.atomic
def change_phone(
    phone: Phone, change: PhoneChange, *, actor: Actor, now: datetime | None = None
) -> Phone:
    """Apply the form, everything or nothing. Raises ForeignVendor and the errors of assign and
    open_window.
    """
    if change.subscriber is not None:
        _hold_line(phone, change.subscriber)
    phone = locked(phone)
    if change.model and change.model != phone.model:
        check_maker(phone.mac, change.model)
    before, after = changes(
        {"description": phone.description, "model": phone.model},
        {"description": change.description, "model": change.model},
    )
    if after:
        phone.description, phone.model = change.description, change.model
        phone.save()
        if phone.subscriber_id is not None:
            lines = [phone.subscriber_id]
            documents_changed.send(sender=Phone, fields=set(after), lines=lines)
        record(
            "phone.updated",
            phone,
            actor=actor,
            client=phone.client,
            before=before,
            after=after,
            at=now,
        )
    if change.subscriber is None:
        return unassign(phone, actor=actor, now=now)
    if phone.subscriber_id != change.subscriber.pk:
        return assign(
            phone, change.subscriber, actor=actor, since=change.since, until=change.until, now=now
        )
    if change.since is not None or change.until is not None:
        return open_window(phone, actor=actor, since=change.since, until=change.until, now=now)
    return phone


@transaction.atomic
def take_seen_model(phone: Phone, *, actor: Actor, now: datetime | None = None) -> Phone:
    """Declare the detected model, or « Automatique » if its User-Agent fits several. Idempotent."""
    phone = locked(phone)
    if not phone.contradicts_declaration:
        return phone
    before = {"model": phone.model}
    seen = catalogue.by_user_agent(phone.detected_token)
    phone.model = phone.detected_model if len(seen) <= 1 else ""
    phone.save()
    _tell_lines(phone.subscriber_id)
    record(
        "phone.updated",
        phone,
        actor=actor,
        client=phone.client,
        before=before,
        after={"model": phone.model},
        at=now,
    )
    return phone


def _hold_line(phone: Phone, line: Subscriber) -> None:
    """Lock the line's row before the phone's, in the order used everywhere. Raises
    AnotherClientsLine, also for an ended line.
    """
    if not hold_lines(phone.client.subscribers.filter(pk=line.pk)):
        raise AnotherClientsLine


def _tell_lines(*lines: int | None) -> None:
    """Signal these lines' documents as changed: the keys of a line's phones depend on which models
    are on the line.
    """
    found = [line for line in lines if line is not None]
    if found:
        documents_changed.send(sender=Phone, lines=found)
