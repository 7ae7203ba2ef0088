"""Referencing MAC addresses on a client's lines: one, or a whole list."""

import logging
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from clients.models import AuditEvent, Client, Reseller, Subscriber
from clients.scoping import Scope
from clients.services.audit import PLATFORM, Actor, record
from metacentrex import correlation
from metacentrex.errors import DomainError
from phones import catalogue
from phones.errors import AnotherClientsLine, DuplicateMac, ForeignVendor, ListRefused, VendorNotConfirmed
from phones.mac import is_snom, parse_mac
from phones.models import Phone
from phones.services.window import begin_window, default_end, renew_secrets

logger = logging.getLogger("metacentrex.security")

FOREIGN_DUPLICATES_PER_DAY = 20
FOREIGN_DUPLICATE = "phone.duplicate_elsewhere"
BUDGET_SPENT = "phone.duplicate_budget_spent"


@dataclass(frozen=True)
class Registration:
    """What is asked for one phone; `model` "" = « Automatique », `subscriber` None = on no line yet."""

    mac: str
    subscriber: Subscriber | None = None
    model: str = ""
    description: str = ""
    vendor_confirmed: bool = False
    form_token: uuid.UUID | None = None


@dataclass
class Verdict:
    """What would become of each registration of a list: `errors` by position, None where it is fine."""

    errors: list[DomainError | None] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        return sum(error is not None for error in self.errors)


def check_maker(mac: str, model: str) -> None:
    """A snom model needs a snom address. Raises ForeignVendor."""
    if model and catalogue.get(model).vendor == "snom" and not is_snom(mac):
        raise ForeignVendor


def check_vendor(asked: Registration) -> None:
    """A snom model needs a snom address; « Automatique » needs a confirmation for another maker's."""
    check_maker(asked.mac, asked.model)
    if not is_snom(asked.mac) and not asked.vendor_confirmed:
        raise VendorNotConfirmed


def register_phone(
    asked: Registration, *, client: Client, scope: Scope, actor: Actor, now: datetime | None = None
) -> Phone:
    """Register one phone and, where a line is given, open its window.

    The same form sent twice gives the same phone. Raises DuplicateMac, ForeignVendor,
    VendorNotConfirmed, AnotherClientsLine.
    """
    now = now or timezone.now()
    try:
        check_vendor(asked)
        with transaction.atomic():
            return _create(asked, client=client, actor=actor, now=now)
    except IntegrityError:
        # Somebody else's row, committed before or during ours; the second click of our own form too.
        again = _same_form(asked, client)
        if again is not None:
            return again
        if not Phone.unscoped.filter(mac=asked.mac).exists():  # unscoped: a MAC is unique on the platform
            if asked.form_token is None:
                raise
            # The page was gone back to and another MAC typed: the form's number is spent, not the wish.
            anew = replace(asked, form_token=None)
            return register_phone(anew, client=client, scope=scope, actor=actor, now=now)
        error = _duplicate(asked.mac, client=client, scope=scope)
        _count_foreign([error], reseller=client.reseller, scope=scope, actor=actor, now=now)
        raise error from None


def check_list(
    asked: list[Registration], *, client: Client, scope: Scope, actor: Actor, now: datetime | None = None
) -> Verdict:
    """Say row by row what registering this list would do, writing nothing but the count of guesses.

    Raises ListRefused once today's list of foreign duplicates is longer than the budget.
    """
    now = now or timezone.now()
    macs = [row.mac for row in asked]
    taken = set(
        Phone.unscoped.filter(mac__in=macs).values_list("mac", flat=True)
    )  # unscoped: a MAC is unique on the platform
    verdict = Verdict()
    for row in asked:
        verdict.errors.append(_check_row(row, row.mac in taken, client=client, scope=scope))
    _count_foreign(verdict.errors, reseller=client.reseller, scope=scope, actor=actor, now=now)
    if _budget_spent(client.reseller, scope, now):
        raise ListRefused
    return verdict


@transaction.atomic
def register_list(
    asked: list[Registration], *, client: Client, actor: Actor, now: datetime | None = None
) -> list[Phone]:
    """Register the whole list, or nothing: the list was checked, so a failure here is a race (IntegrityError)."""
    now = now or timezone.now()
    # In one order for everybody: two lists with two addresses in common would wait for each other for ever.
    ordered = sorted(asked, key=lambda row: row.mac)
    return [_create(row, client=client, actor=actor, now=now) for row in ordered]


def _create(asked: Registration, *, client: Client, actor: Actor, now: datetime) -> Phone:
    if asked.subscriber is not None and asked.subscriber.client_id != client.pk:
        raise AnotherClientsLine
    phone = Phone(
        mac=parse_mac(asked.mac),
        description=asked.description,
        model=asked.model,
        client=client,
        subscriber=asked.subscriber,
        form_token=_token(asked),
    )
    if asked.subscriber is None:
        phone.site = client.sites.get(is_main=True)
    else:
        begin_window(phone, default_end(now), now)
    phone.save()
    renew_secrets(phone)
    phone.save(update_fields=["credential_generation"])
    record("phone.registered", phone, actor=actor, client=client, after=_facts(phone), at=now)
    return phone


def _facts(phone: Phone) -> dict[str, str]:
    return {
        "mac": phone.mac,
        "model": phone.model,
        "description": phone.description,
        "line": phone.subscriber.number if phone.subscriber else "",
        "authorized_until": phone.authorized_until.isoformat() if phone.authorized_until else "",
    }


def _check_row(asked: Registration, taken: bool, *, client: Client, scope: Scope) -> DomainError | None:
    try:
        check_vendor(asked)
    except DomainError as error:
        return error
    return _duplicate(asked.mac, client=client, scope=scope) if taken else None


def _same_form(asked: Registration, client: Client) -> Phone | None:
    token = _token(asked)
    return client.phones.filter(mac=asked.mac, form_token=token).first() if token else None


def _token(asked: Registration) -> uuid.UUID | None:
    """The form's number for this address: the browser's back button sends the same form for another one."""
    return uuid.uuid5(asked.form_token, asked.mac) if asked.form_token else None


def _duplicate(mac: str, *, client: Client, scope: Scope) -> DuplicateMac:
    seen = Phone.objects.within(scope).filter(mac=mac).first()
    error = DuplicateMac(seen, same_client=seen is not None and seen.client_id == client.pk)
    # The correlator shown under « Détail de l'erreur » leads the operator to this line.
    logger.info("duplicate_mac mac=%s client=%s own=%s", mac, client.reference, seen is not None)
    return error


def _count_foreign(
    errors: list[DomainError | None] | list[DuplicateMac],
    *,
    reseller: Reseller,
    scope: Scope,
    actor: Actor,
    now: datetime,
) -> None:
    """Count duplicates outside the reseller's reach: a list of guesses must not become an oracle."""
    foreign = sum(isinstance(error, DuplicateMac) and error.phone is None for error in errors)
    if not foreign or scope.is_operator:
        return
    record(FOREIGN_DUPLICATE, reseller, actor=actor, after={"count": foreign}, at=now)
    if _budget_spent(reseller, scope, now) and not _events(BUDGET_SPENT, reseller, now):
        logger.warning("duplicate_budget_spent reseller=%s correlator=%s", reseller.pk, correlation.current())
        record(BUDGET_SPENT, reseller, actor=PLATFORM, at=now)


def _budget_spent(reseller: Reseller, scope: Scope, now: datetime) -> bool:
    if scope.is_operator:
        return False
    return (
        sum(event.after["count"] for event in _events(FOREIGN_DUPLICATE, reseller, now))
        > FOREIGN_DUPLICATES_PER_DAY
    )


def _events(kind: str, reseller: Reseller, now: datetime) -> list[AuditEvent]:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return list(
        AuditEvent.objects.filter(
            kind=kind, object_type="reseller", object_id=str(reseller.pk), at__gte=midnight
        )
    )
