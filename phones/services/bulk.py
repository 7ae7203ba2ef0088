"""One action on many phones, each in its own transaction, so that a failure affects no other."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from clients.models import AuditEvent, PlatformSettings
from clients.services.audit import Actor
from metacentrex.errors import DomainError
from phones.errors import NobodyKnocked
from phones.models import Phone
from phones.services.window import (
    ONE_HOUR,
    acknowledge_knock,
    close_window,
    locked,
    open_window,
    renew,
)

AT_ONCE = 100  # phones handled within the request; for more, a job is started


class Act(Enum):
    """Actions on many phones; the values are those of the form."""

    REOPEN = "reopen"
    HOUR = "hour"
    CLOSE = "close"
    RENEW = "renew"
    KNOCK_SEEN = "knock-seen"


# Audit event of each action; a user who has already written one clicked twice.
KINDS = {
    Act.REOPEN: "window.opened",
    Act.HOUR: "window.opened",
    Act.CLOSE: "window.closed",
    Act.RENEW: "secrets.renewed",
    Act.KNOCK_SEEN: "phone.knock_seen",
}
# « Vu » changes nothing that another action depends on.
CHANGING = {*KINDS.values(), "phone.assigned", "phone.unassigned"} - {KINDS[Act.KNOCK_SEEN]}


# Messages that say how many phones were handled.
DONE = {
    Act.REOPEN: ngettext_lazy(
        "%(count)s phone re-authorized.", "%(count)s phones re-authorized.", "count"
    ),
    Act.HOUR: ngettext_lazy(
        "%(count)s phone authorized for an hour.",
        "%(count)s phones authorized for an hour.",
        "count",
    ),
    Act.CLOSE: ngettext_lazy("%(count)s window closed.", "%(count)s windows closed.", "count"),
    Act.RENEW: ngettext_lazy(
        "Secrets of %(count)s phone renewed.", "Secrets of %(count)s phones renewed.", "count"
    ),
    Act.KNOCK_SEEN: ngettext_lazy(
        "Requests from elsewhere for %(count)s phone marked as seen.",
        "Requests from elsewhere for %(count)s phones marked as seen.",
        "count",
    ),
}


class ChangedMeanwhile(DomainError):
    """Somebody acted on the phone since the list was shown."""

    def __init__(self, who: str) -> None:
        super().__init__(_("%(who)s made a change after this list was shown.") % {"who": who})


@dataclass
class BulkOutcome:
    """How many phones were handled, and why the others were not."""

    done: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)  # MAC, reason

    def by_reason(self) -> dict[str, list[str]]:
        """The MACs by reason, in the order they were refused."""
        grouped: dict[str, list[str]] = {}
        for mac, reason in self.refused:
            grouped.setdefault(reason, []).append(mac)
        return grouped


def act_on(
    phones: Iterable[Phone], act: Act, *, actor: Actor, seen_at: datetime | None, now: datetime
) -> BulkOutcome:
    """Apply the action to each of these phones, found within a scope, in the order of their ids.

    `seen_at` is when the list was shown. A phone that somebody else changed since then is left as
    it is, and a second click by the same user does nothing.
    """
    outcome = BulkOutcome()
    for phone in sorted(phones, key=lambda phone: phone.pk):
        try:
            act_on_one(phone, act, actor=actor, seen_at=seen_at, now=now)
        except DomainError as error:
            outcome.refused.append((str(phone), str(error.message)))
        else:
            outcome.done += 1
    return outcome


@transaction.atomic
def act_on_one(
    phone: Phone, act: Act, *, actor: Actor, seen_at: datetime | None, now: datetime
) -> None:
    """Apply the action to one phone, unless the user already did since `seen_at`. Raises
    ChangedMeanwhile and the errors of the action.
    """
    phone = locked(phone)
    latest = _latest_act(phone, act, seen_at) if seen_at else None
    if latest is None:
        ACTS[act](phone, actor, now)
    elif not (latest.actor_id == (actor.user and actor.user.pk) and _is_of(latest, act)):
        raise ChangedMeanwhile(latest.actor_label)


def _is_of(event: AuditEvent, act: Act) -> bool:
    """Whether this action wrote the event; two actions open windows, for an hour or the usual
    length.
    """
    if event.kind != KINDS[act] or act not in (Act.HOUR, Act.REOPEN):
        return event.kind == KINDS[act]
    usual = timedelta(hours=PlatformSettings.current().window_hours)
    end = event.at + (ONE_HOUR if act is Act.HOUR else usual)
    return bool(event.after.get("authorized_until") == end.isoformat())


def _latest_act(phone: Phone, act: Act, since: datetime) -> AuditEvent | None:
    events = AuditEvent.objects.filter(object_type="phone", object_id=str(phone.pk))
    return (
        events.filter(at__gt=since, kind__in=CHANGING | {KINDS[act]}).order_by("-at", "-pk").first()
    )


def _reopen(phone: Phone, actor: Actor, now: datetime) -> None:
    open_window(phone, actor=actor, now=now)


def _open_for_an_hour(phone: Phone, actor: Actor, now: datetime) -> None:
    open_window(phone, actor=actor, until=now + ONE_HOUR, now=now)


def _close(phone: Phone, actor: Actor, now: datetime) -> None:
    close_window(phone, actor=actor, now=now)


def _renew(phone: Phone, actor: Actor, now: datetime) -> None:
    renew(phone, actor=actor, now=now)


def _see_knock(phone: Phone, actor: Actor, now: datetime) -> None:
    if phone.knocked_at is None:
        raise NobodyKnocked
    acknowledge_knock(phone, actor=actor, now=now)


ACTS: dict[Act, Callable[[Phone, Actor, datetime], None]] = {
    Act.REOPEN: _reopen,
    Act.HOUR: _open_for_an_hour,
    Act.CLOSE: _close,
    Act.RENEW: _renew,
    Act.KNOCK_SEEN: _see_knock,
}
