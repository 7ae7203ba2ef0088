"""Registers MAC addresses on a client's lines: one, or a whole list."""

import logging
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from clients.enums import ClientStatus
from clients.models import Client, Site, Subscriber
from clients.scoping import Scope
from clients.search import with_search_text
from clients.services.audit import Actor, record_many
from clients.services.subscribers import hold_lines
from clients.signals import documents_changed
from metacentrex.errors import DomainError
from phones import catalogue
from phones.errors import (
    AnotherClientsLine,
    ClientTerminated,
    DuplicateMac,
    ForeignVendor,
    ListRefused,
    VendorNotConfirmed,
)
from phones.mac import is_snom, parse_mac
from phones.models import Phone
from phones.services.duplicates import budget_spent, count_foreign
from phones.services.window import Span, begin_window, first_secrets, span_of, window_facts

logger = logging.getLogger("metacentrex.security")


@dataclass(frozen=True)
class Registration:
    """The values to register a phone with; `model` "" = « Automatique », `subscriber` None = no
    line yet.
    """

    mac: str
    subscriber: Subscriber | None = None
    model: str = ""
    description: str = ""
    vendor_confirmed: bool = False
    form_token: uuid.UUID | None = None
    since: datetime | None = None  # « à partir du », for a planned visit


def check_maker(mac: str, model: str) -> None:
    """Check that a snom model has a snom address. Raises ForeignVendor."""
    if model and catalogue.get(model).vendor == "snom" and not is_snom(mac):
        raise ForeignVendor


def check_vendor(asked: Registration) -> None:
    """Check the manufacturer: a snom model needs a snom address, and « Automatique » with any other
    address needs a confirmation. Raises ForeignVendor, VendorNotConfirmed.
    """
    check_maker(asked.mac, asked.model)
    if not is_snom(asked.mac) and not asked.vendor_confirmed:
        raise VendorNotConfirmed


def register_phone(
    asked: Registration, *, client: Client, scope: Scope, actor: Actor, now: datetime | None = None
) -> Phone:
    """Register one phone and, if it has a line, open its window.

    The same form sent twice gives the same phone. Raises DuplicateMac, ForeignVendor,
    VendorNotConfirmed, AnotherClientsLine, ClientTerminated.
    """
    now = now or timezone.now()
    try:
        check_vendor(asked)
        with transaction.atomic():
            return _create([asked], client=client, actor=actor, now=now)[0]
    except IntegrityError:
        # Another row was committed before or during ours, maybe by a double click on this form.
        again = _same_form(asked, client)
        if again is not None:
            return again
        if asked.mac not in _taken([asked.mac]):
            if (
                asked.subscriber is not None
                and not client.subscribers.filter(pk=asked.subscriber.pk).exists()
            ):
                raise AnotherClientsLine from None  # the line ended while the form was open
            raise
        error = _duplicate(asked.mac, _seen([asked.mac], scope), client)
        foreign = [asked.mac] if error.phone is None else []
        count_foreign(foreign, reseller=client.reseller, scope=scope, actor=actor, now=now)
        raise error from None


def check_list(
    asked: list[Registration],
    *,
    client: Client,
    scope: Scope,
    actor: Actor,
    now: datetime | None = None,
    sight: Scope | None = None,
) -> list[DomainError | None]:
    """Return for each row the error that registering it would raise, or None.

    `sight`: the scope that errors may reveal, if others than the actor will read them. Writes only
    the count of guesses. Raises ClientTerminated, and ListRefused once today's budget of guesses is
    spent.
    """
    now = now or timezone.now()
    check_client(client)
    taken = _taken([row.mac for row in asked])
    seen = _seen(taken, sight or scope)
    errors = [_check_row(row, taken, seen, client) for row in asked]
    foreign = {row.mac for row in asked if row.mac in taken and row.mac not in seen}
    count_foreign(foreign, reseller=client.reseller, scope=scope, actor=actor, now=now)
    if budget_spent(client.reseller, scope, now):
        raise ListRefused
    return errors


@transaction.atomic
def register_list(
    asked: list[Registration], *, client: Client, actor: Actor, now: datetime | None = None
) -> list[Phone]:
    """Register the whole list, or nothing. Raises IntegrityError only for a race, as the list was
    checked before.
    """
    now = now or timezone.now()
    # Always in the same order: two lists with two common addresses would otherwise deadlock.
    return _create(sorted(asked, key=lambda row: row.mac), client=client, actor=actor, now=now)


def _create(
    asked: Sequence[Registration], *, client: Client, actor: Actor, now: datetime
) -> list[Phone]:
    check_client(client)
    lines = {row.subscriber.pk for row in asked if row.subscriber is not None}
    if len(hold_lines(client.subscribers.filter(pk__in=lines))) != len(lines):
        raise AnotherClientsLine  # or one that has ended
    main = client.sites.get(is_main=True) if any(row.subscriber is None for row in asked) else None
    usual = span_of(None, None, now)
    phones = with_search_text(_phone(row, client, main, usual, now) for row in asked)
    Phone.unscoped.bulk_create(phones)  # unscoped: phones of this client
    first_secrets(phones)
    if lines:
        documents_changed.send(sender=Phone, lines=lines)  # of the other phones on them
    events: list[tuple[Phone, dict[str, str | None], dict[str, str | None]]] = [
        (phone, {}, _facts(phone)) for phone in phones
    ]
    record_many("phone.registered", events, actor=actor, client=client, at=now)
    return phones


def _phone(
    asked: Registration, client: Client, main: Site | None, usual: Span, now: datetime
) -> Phone:
    phone = Phone(
        mac=parse_mac(asked.mac),
        description=asked.description,
        model=asked.model,
        client=client,
        subscriber=asked.subscriber,
        # generation 1 is never used: a new phone starts with its secrets renewed once
        credential_generation=2,
        form_token=_token(asked),
    )
    if asked.subscriber is None:
        phone.site = main
    else:
        begin_window(
            phone, span_of(asked.since, None, now, phone.zone) if asked.since else usual, now
        )
    return phone


def _facts(phone: Phone) -> dict[str, str | None]:
    return {
        "mac": phone.mac,
        "model": phone.model,
        "description": phone.description,
        "line": phone.number,
    } | window_facts(phone)


def check_client(client: Client) -> None:
    """Check that the client can get phones. Raises ClientTerminated."""
    if client.status == ClientStatus.TERMINATED:
        raise ClientTerminated


def _check_row(
    asked: Registration, taken: Collection[str], seen: Mapping[str, Phone], client: Client
) -> DomainError | None:
    try:
        check_vendor(asked)
    except DomainError as error:
        return error
    return _duplicate(asked.mac, seen, client) if asked.mac in taken else None


def _taken(macs: Collection[str]) -> set[str]:
    rows = Phone.unscoped.filter(mac__in=macs)  # unscoped: a MAC is unique on the platform
    return set(rows.values_list("mac", flat=True))


def _seen(macs: Collection[str], scope: Scope) -> dict[str, Phone]:
    """The registered phones among these that the scope may see, by MAC."""
    return {phone.mac: phone for phone in Phone.objects.within(scope).filter(mac__in=macs)}


def _same_form(asked: Registration, client: Client) -> Phone | None:
    token = _token(asked)
    return client.phones.filter(mac=asked.mac, form_token=token).first() if token else None


def _token(asked: Registration) -> uuid.UUID | None:
    """The form's token for this address: after the browser's back button, the same form may be sent
    for another address.
    """
    return uuid.uuid5(asked.form_token, asked.mac) if asked.form_token else None


def _duplicate(mac: str, seen: Mapping[str, Phone], client: Client) -> DuplicateMac:
    phone = seen.get(mac)
    error = DuplicateMac(phone, same_client=phone is not None and phone.client_id == client.pk)
    # The correlator shown under « Détail de l'erreur » leads the operator to this log line.
    logger.info("duplicate_mac mac=%s client=%s own=%s", mac, client.reference, phone is not None)
    return error
