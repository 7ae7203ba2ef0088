"""Loads the objects that the rows of an import refer to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clients.enums import RowState
from clients.models import BarringClass, Client, Licence, Site, Subscriber
from clients.scoping import Scope, ScopeLevel
from clients.search import fold
from clients.services.job_kinds import Work

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """The objects that the rows refer to, as they are now."""

    lines: dict[str, Subscriber]
    elsewhere: set[str]  # numbers that are lines of other clients
    in_sight: set[str]  # the part of `elsewhere` that the client's reseller may see
    extensions: dict[str, str]  # short number -> number of the line that has it
    sites: dict[str, Site]
    licences: dict[str, Licence]
    barrings: dict[str, BarringClass]
    wrong: set[int]  # invalid rows to which others refer
    main: Site


def look(payloads: Sequence[Payload], client: Client, work: Work, wrong: Collection[int]) -> Known:
    """Load everything these rows refer to, in a constant number of queries."""
    # At most two numbers per row and ten thousand rows: below SQLite's limit for one statement.
    numbers = _of(payloads, "number") | _of(payloads, "presented")
    own = client.subscribers.select_related(
        "client", "site", "licence", "barring", "administered_site"
    )
    lines = {line.number: line for line in own.filter(number__in=numbers)}
    missing = _of(payloads, "number") - set(lines)
    # unscoped: a number is unique on the platform
    taken = Subscriber.unscoped.filter(number__in=missing, ended_at=None)
    elsewhere = set(taken.values_list("number", flat=True))
    seen = Subscriber.objects.within(sight_of(client)).filter(number__in=elsewhere, ended_at=None)
    extensions = client.subscribers.filter(extension__in=_of(payloads, "extension"))
    sites = list(client.sites.all())
    return Known(
        lines,
        elsewhere,
        set(seen.values_list("number", flat=True)),
        {line.extension or "": line.number for line in extensions},
        {fold(site.name): site for site in sites},
        {fold(licence.name): licence for licence in Licence.objects.all()},
        {
            key: row
            for row in BarringClass.objects.all()
            for key in (str(row.code), fold(row.name), fold(str(row)))
        },
        {*wrong, *_wrong_before(payloads, work)},
        next(site for site in sites if site.is_main),
    )


def sight_of(client: Client) -> Scope:
    """The scope that messages may reveal: the reseller reads the report of an operator's import."""
    return Scope(ScopeLevel.RESELLER, client.reseller_id)


def _of(payloads: Sequence[Payload], name: str) -> set[str]:
    return {payload[name] for payload in payloads if payload.get(name) and not payload["problem"]}


def _wrong_before(payloads: Sequence[Payload], work: Work) -> list[int]:
    named = {
        payload[key] for payload in payloads for key in ("first", "presents_row") if key in payload
    }
    bad = work.job.rows.filter(position__in=named, state=RowState.BAD)
    return list(bad.values_list("position", flat=True)) if named else []
