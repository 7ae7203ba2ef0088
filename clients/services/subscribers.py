"""Creates, changes and ends lines, one or many."""

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clients.changes import changed_fields
from clients.enums import ClientStatus
from clients.models import Client, Subscriber
from clients.search import with_search_text
from clients.services.audit import Actor, changes, record, record_many, record_saved
from clients.services.clients import hold_client
from clients.services.portal_logins import check_login_free, end_login, follow_line
from clients.signals import documents_changed, subscriber_ended, subscriber_ending
from metacentrex.errors import DomainError


class NotANumberOfTheClient(DomainError):
    """The number is not a line of this client."""

    def __init__(self, field: str = "") -> None:
        super().__init__(_("This number is not a line of this client."), field=field or None)


class NumberTaken(DomainError):
    """Another line has the number."""

    code = "number-taken"

    def __init__(self) -> None:
        super().__init__(_("This number is already a line on the platform."), field="number")


def _facts(subscriber: Subscriber) -> dict[str, Any]:
    return {
        "number": subscriber.number,
        "extension": subscriber.extension,
        "name": subscriber.name,
        "licence": str(subscriber.licence or ""),
        "site": str(subscriber.site),
        "presented_number": subscriber.presented_number,
        "barring": str(subscriber.barring or ""),
        "status": str(subscriber.status),
        "is_locked": subscriber.is_locked,
        "is_administrator": subscriber.is_administrator,
        "administered_site": str(subscriber.administered_site or ""),
        "platform_auth_name": subscriber.platform_auth_name,
    }


def check_belongings(subscriber: Subscriber) -> None:
    """Check that a line stays with its client, and that its site and presented number are the
    client's. A terminated client gets no new line. Raises DomainError.
    """
    stored = _stored(subscriber)
    if stored is None and subscriber.client.status == ClientStatus.TERMINATED:
        raise DomainError(_("This client is terminated: it cannot have new lines."), field="client")
    if stored is not None and stored.client_id != subscriber.client_id:
        raise DomainError(_("A line cannot move to another client."), field="client")
    _check_sites(subscriber, subscriber.client)
    _check_account(subscriber)
    _check_numbers(subscriber, stored)


def _check_sites(subscriber: Subscriber, client: Client) -> None:
    for field in ("site", "administered_site"):
        site = getattr(subscriber, field)
        if site is not None and site.client_id != client.pk:
            raise DomainError(_("This site belongs to another client."), field=field)


def _check_account(subscriber: Subscriber) -> None:
    if bool(subscriber.platform_auth_name) != bool(subscriber.platform_password):
        # With half an account, phones would get an empty password and could not register.
        raise DomainError(
            _("An account assigned by the platform has both a name and a password, or neither."),
            field="platform_password",
        )


def _stored(subscriber: Subscriber) -> Subscriber | None:
    return Subscriber.unscoped.filter(pk=subscriber.pk).first()  # unscoped: compared with itself


def _check_numbers(subscriber: Subscriber, stored: Subscriber | None) -> None:
    others = subscriber.client.subscribers.exclude(pk=subscriber.pk)
    if stored and stored.number != subscriber.number:
        check_login_free(subscriber)
    own = {"", subscriber.number} | ({stored.number} if stored else set())
    shown = subscriber.presented_number
    if shown not in own and not others.filter(number=shown).exists():
        raise NotANumberOfTheClient("presented_number")
    if stored and stored.number != subscriber.number and _is_presented(others, stored.number):
        raise DomainError(
            _("Other lines present this number; give them another first."), field="number"
        )


def is_number_taken(number: str, *, besides: int | None = None) -> bool:
    """Whether a line that has not ended has the number; `besides` is the pk of a line to ignore."""
    # unscoped: a number is unique on the platform
    lines = Subscriber.unscoped.filter(number=number, ended_at=None)
    return lines.exclude(pk=besides).exists()


def check_number_free(subscriber: Subscriber) -> None:
    """Check that no other line has the number, ended ones apart. Raises NumberTaken."""
    is_live = subscriber.ended_at is None
    if is_live and is_number_taken(subscriber.number, besides=subscriber.pk):
        raise NumberTaken


def hold_lines(lines: QuerySet[Subscriber]) -> list[int]:
    """Lock these lines until the transaction ends, so that none of them ends meanwhile. Returns the
    pks of those that exist.

    Lock in order, all at once, and before rows of phones and documents (docs/adr/010), in order to
    avoid deadlocks.
    """
    held = lines.order_by("pk").select_for_update(of=("self",), no_key=True)
    return list(held.values_list("pk", flat=True))


def _is_presented(lines: QuerySet[Subscriber], number: str) -> bool:
    return lines.filter(presented_number=number).exists()


def _present_own(subscriber: Subscriber, stored: Subscriber | None = None) -> None:
    """Present the line's own number if it presents none, or its previous number."""
    if subscriber.presented_number in ("", stored.number if stored else ""):
        subscriber.presented_number = subscriber.number


@transaction.atomic
def create_subscriber(subscriber: Subscriber, *, actor: Actor) -> Subscriber:
    """Save a new line; it presents its own number unless told otherwise. Raises DomainError."""
    subscriber.client = hold_client(subscriber.client)
    check_belongings(subscriber)
    check_number_free(subscriber)
    _present_own(subscriber)
    subscriber.save()
    documents_changed.send(sender=Subscriber, client=subscriber.client_id)
    client, facts = subscriber.client, _facts(subscriber)
    record_saved("subscriber", subscriber, actor=actor, client=client, before=None, after=facts)
    return subscriber


@transaction.atomic
def update_subscriber(subscriber: Subscriber, *, actor: Actor) -> Subscriber:
    """Save a changed line; it stays with its client."""
    stored = Subscriber.unscoped.get(pk=subscriber.pk)  # unscoped: compared with itself
    check_belongings(subscriber)
    check_number_free(subscriber)
    _present_own(subscriber, stored)
    before, after = _facts(stored), _facts(subscriber)
    if stored.platform_password != subscriber.platform_password:
        before, after = (
            before | {"platform_password": ""},
            after | {"platform_password": "(changed)"},
        )
    subscriber.save()
    follow_line(subscriber)
    fields = changed_fields(stored, subscriber)
    documents_changed.send(sender=Subscriber, fields=fields, client=subscriber.client_id)
    record_saved(
        "subscriber", subscriber, actor=actor, client=subscriber.client, before=before, after=after
    )
    return subscriber


@transaction.atomic
def create_subscribers(
    lines: Sequence[Subscriber], *, client: Client, actor: Actor
) -> list[Subscriber]:
    """Create many lines of one client, as create_subscriber does, in a few statements.

    A line may present the number of another line of the list. They are created in the order of
    their numbers, so that two lists with common numbers do not deadlock.
    """
    if lines and hold_client(client).status == ClientStatus.TERMINATED:
        raise DomainError(_("This client is terminated: it cannot have new lines."), field="client")
    ordered = sorted(lines, key=lambda line: line.number)
    shown = {line.presented_number for line in ordered}
    numbers = {line.number for line in ordered} | _own_numbers(client, shown)
    for line in ordered:
        _check_sites(line, client)
        _check_account(line)
        if line.presented_number and line.presented_number not in numbers:
            raise NotANumberOfTheClient("presented_number")
        _present_own(line)
    # unscoped: lines of this client
    created = Subscriber.unscoped.bulk_create(with_search_text(ordered))
    if created:
        documents_changed.send(sender=Subscriber, client=client.pk)
    events: list[tuple[Subscriber, dict[str, Any], dict[str, Any]]]
    events = [(line, {}, _facts(line)) for line in created]
    record_many("subscriber.created", events, actor=actor, client=client)
    return created


@transaction.atomic
def update_subscribers(
    values: Mapping[int, Mapping[str, Any]], *, client: Client, actor: Actor
) -> list[Subscriber]:
    """Update many lines of one client, as update_subscriber does. `values`: new values of listed
    fields, by primary key. Lines that have ended in the meantime are skipped.
    """
    rows = client.subscribers.select_for_update(of=("self",)).select_related(*_SHOWN)
    lines = list(rows.filter(pk__in=values).order_by("pk"))
    before = {line.pk: _facts(line) for line in lines}
    stored = {line.pk: copy(line) for line in lines}
    for line in lines:
        for name, value in values[line.pk].items():
            setattr(line, name, value)
        _present_own(line)
        _check_sites(line, client)
    shown = _own_numbers(client, {line.presented_number for line in lines})
    if any(line.presented_number not in shown for line in lines):
        raise NotANumberOfTheClient("presented_number")
    # An upsert: bulk_update takes ten times as long.
    Subscriber.unscoped.bulk_create(  # unscoped: lines of this client, locked above
        with_search_text(lines),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*_LISTED, "search_text"],
    )
    fields = set().union(*(changed_fields(stored[line.pk], line) for line in lines))
    documents_changed.send(sender=Subscriber, fields=fields, client=client.pk)
    events = [(line, *changes(before[line.pk], _facts(line))) for line in lines]
    record_many(
        "subscriber.updated", [event for event in events if event[2]], actor=actor, client=client
    )
    return lines


# The fields that a list of lines may change, and the relations that its rules and texts need.
_LISTED = ["name", "extension", "licence", "site", "presented_number", "barring"]
_SHOWN = ["client", "site", "licence", "barring", "administered_site"]


def _own_numbers(client: Client, numbers: Collection[str]) -> set[str]:
    found = client.subscribers.filter(number__in=[number for number in numbers if number])
    return set(found.values_list("number", flat=True))


@transaction.atomic
def end_subscriber(subscriber: Subscriber, *, actor: Actor) -> None:
    """End a line: a receiver of phones unassigns its phones, then the row is deleted; audit stays.

    Raises DomainError when other lines present its number.
    """
    client = subscriber.client
    # Lock the line, the keys about it, its phones, then documents: the order used everywhere, to
    # avoid deadlocks.
    if not hold_lines(client.subscribers.filter(pk=subscriber.pk)):
        return  # already ended by somebody else
    if _is_presented(client.subscribers.exclude(pk=subscriber.pk), subscriber.number):
        raise DomainError(_("Other lines present this number; give them another first."))
    subscriber_ending.send(sender=Subscriber, subscriber=subscriber)
    subscriber_ended.send(sender=Subscriber, subscriber=subscriber, actor=actor)
    documents_changed.send(sender=Subscriber, client=client.pk)
    record("subscriber.ended", subscriber, actor=actor, client=client, before=_facts(subscriber))
    end_login(subscriber)
    subscriber.delete()
