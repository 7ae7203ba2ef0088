"""The record of who did what, written by every service that changes something."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone

from clients.models import AuditEvent, Client, PlatformSettings, User
from clients.numbers import national
from metacentrex import correlation

LONGEST_LABEL = 310  # length of the columns for the actor; PostgreSQL refuses more


@dataclass(frozen=True)
class Actor:
    """Who acts: a login, or the platform itself (no login)."""

    user: User | None = None

    @property
    def label(self) -> str:
        """The name to show, with the company."""
        if self.user is None:
            return "MetaCentrex"
        line = self.user.subscriber
        if line is not None:
            return f"{line.name}, {national(line.number)} ({line.client.legal_name})"[
                :LONGEST_LABEL
            ]
        reseller = self.user.reseller
        company = reseller.name if reseller else PlatformSettings.current().operator_name
        return f"{self.user} ({company})"[:LONGEST_LABEL]


PLATFORM = Actor()


def record(
    kind: str,
    target: Model,
    *,
    actor: Actor,
    client: Client | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEvent:
    """Write one event about `target`. Callers must keep secrets out of `before` and `after`
    (tested).
    """
    written = event(kind, target, actor=actor, client=client, before=before, after=after, at=at)
    written.save(force_insert=True)
    return written


def record_many(
    kind: str,
    targets: Iterable[tuple[Model, Mapping[str, Any], Mapping[str, Any]]],
    *,
    actor: Actor,
    client: Client,
    at: datetime | None = None,
) -> None:
    """Write events for many rows at once, one for each (target, before, after)."""
    at = at or timezone.now()
    AuditEvent.objects.bulk_create(
        event(kind, target, actor=actor, client=client, before=before, after=after, at=at)
        for target, before, after in targets
    )


def event(
    kind: str,
    target: Model,
    *,
    actor: Actor,
    client: Client | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEvent:
    """Build the event that `record` writes, for callers that write many at once."""
    return AuditEvent(
        at=at or timezone.now(),
        kind=kind,
        actor=actor.user,
        actor_label=actor.label,
        client=client,
        object_type=target._meta.model_name or "",
        object_id=str(target.pk),
        object_label=str(target)[:300],
        before=dict(before or {}),
        after=dict(after or {}),
        correlator=correlation.current(),
    )


def record_saved(
    noun: str,
    target: Model,
    *,
    actor: Actor,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    client: Client | None = None,
) -> None:
    """Record `noun.created` with all values, or `noun.updated` with the differences; nothing if
    there are none.
    """
    if before is None:
        record(f"{noun}.created", target, actor=actor, client=client, after=after)
        return
    old, new = changes(before, after)
    if new:
        record(f"{noun}.updated", target, actor=actor, client=client, before=old, after=new)


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only the values that differ, before and after."""
    differing = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in differing}, {key: after[key] for key in differing}
