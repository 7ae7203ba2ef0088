"""Phones that need attention: one rule for « À traiter », its menu indicator, the clients' counts
and the daily mail.

An entry is a phone and a cause. tests/phones/test_todo.py checks that page, indicator and counts
agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import NamedTuple

from django.db.models import CharField, DateTimeField, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from clients.scoping import Scope
from phones import catalogue
from phones.enums import Refusal
from phones.models import Phone
from phones.services.release import is_releasable
from phones.states import LOOKS as STATES
from phones.states import Code, state_filter


class Cause(Enum):
    """Why a phone needs attention, in the order of the filters."""

    OVERDUE = "overdue"
    REFUSED = "refused"
    FIRMWARE = "firmware"
    MISMATCH = "mismatch"
    DOUBLED = "doubled"
    KNOCKED = "knocked"
    RELEASABLE = "releasable"  # the operator's alone
    ENDING = "ending"  # nothing is wrong yet: shown beside the others, never counted with them


# label, tone, icon
LOOKS: dict[Cause, tuple[str | Promise, str, str]] = {
    Cause.OVERDUE: (STATES[Code.OVERDUE][0], "mc-depasse", "alarm-fill"),
    Cause.REFUSED: (STATES[Code.REFUSED][0], "mc-refuse", "x-octagon-fill"),
    Cause.FIRMWARE: (_("Firmware too old"), "mc-refuse", "x-octagon-fill"),
    Cause.MISMATCH: (_("Model mismatch"), "mc-depasse", "exclamation-triangle-fill"),
    Cause.DOUBLED: (_("Served at two addresses"), "mc-depasse", "exclamation-triangle-fill"),
    Cause.KNOCKED: (_("Requested from elsewhere"), "mc-depasse", "question-circle"),
    Cause.RELEASABLE: (_("Never used"), "mc-suspendu", "dash-circle"),
    Cause.ENDING: (_("Ends within 6 h"), "mc-autorise", "clock"),
}
SOON = timedelta(hours=6)  # as in the labels
COUNTED = {
    Cause.OVERDUE: ngettext_lazy("%(count)s overdue", "%(count)s overdue", "count"),
    Cause.REFUSED: ngettext_lazy("%(count)s refused", "%(count)s refused", "count"),
    Cause.FIRMWARE: ngettext_lazy(
        "%(count)s with firmware too old", "%(count)s with firmware too old", "count"
    ),
    Cause.MISMATCH: ngettext_lazy(
        "%(count)s model mismatch", "%(count)s model mismatches", "count"
    ),
    Cause.DOUBLED: ngettext_lazy(
        "%(count)s served at two addresses", "%(count)s served at two addresses", "count"
    ),
    Cause.KNOCKED: ngettext_lazy(
        "%(count)s requested from elsewhere", "%(count)s requested from elsewhere", "count"
    ),
    Cause.RELEASABLE: ngettext_lazy("%(count)s never used", "%(count)s never used", "count"),
    Cause.ENDING: ngettext_lazy(
        "%(count)s window ends within 6 h", "%(count)s windows end within 6 h", "count"
    ),
}
# Explanations shown under the counts.
MEANINGS = {
    Cause.OVERDUE: ngettext_lazy(
        "Never fetched its configuration", "Never fetched their configuration", "count"
    ),
    Cause.REFUSED: ngettext_lazy(
        "It keeps asking and is refused", "They keep asking and are refused", "count"
    ),
    Cause.FIRMWARE: ngettext_lazy(
        "Its firmware must be updated first", "Their firmware must be updated first", "count"
    ),
    Cause.MISMATCH: ngettext_lazy("Not the declared model", "Not the declared models", "count"),
    Cause.DOUBLED: ngettext_lazy(
        "Two devices fetched the same configuration",
        "Two devices fetched the same configuration",
        "count",
    ),
    Cause.KNOCKED: ngettext_lazy(
        "Refused somewhere other than where it was last served",
        "Refused somewhere other than where they were last served",
        "count",
    ),
    Cause.RELEASABLE: ngettext_lazy(
        "Registered long ago; its MAC address can be released",
        "Registered long ago; their MAC addresses can be released",
        "count",
    ),
    Cause.ENDING: ngettext_lazy(
        "No request received so far", "No request received so far", "count"
    ),
}
# Since when: for refusals the first one, so that a phone that retries does not jump to the top.
SINCE: dict[Cause, Combinable] = {
    Cause.OVERDUE: F("authorized_until"),
    Cause.REFUSED: Coalesce("refused_since", "refused_at"),
    Cause.FIRMWARE: Coalesce("refused_since", "refused_at"),
    Cause.MISMATCH: Coalesce("authenticated_at", "served_at", "created_at"),
    Cause.DOUBLED: F("doubled_at"),
    Cause.KNOCKED: Coalesce("knocked_since", "knocked_at"),
    Cause.RELEASABLE: F("created_at"),
    Cause.ENDING: F("authorized_until"),
}


class Shown(NamedTuple):
    """A cause for display: code, count as text, explanation, tone and icon."""

    code: str
    words: str
    meaning: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Counts:
    """How many entries there are, by cause."""

    by_cause: dict[Cause, int]

    @property
    def total(self) -> int:
        """The number of entries, without windows that are only about to end."""
        return sum(count for cause, count in self.by_cause.items() if cause is not Cause.ENDING)

    @property
    def shown(self) -> list[Shown]:
        """The causes with at least one entry."""
        found = ((cause, {"count": count}) for cause, count in self.by_cause.items() if count)
        return [
            Shown(cause.value, COUNTED[cause] % count, MEANINGS[cause] % count, *LOOKS[cause][1:])
            for cause, count in found
        ]


def causes_seen_by(scope: Scope) -> tuple[Cause, ...]:
    """The causes that a scope must handle; unused MACs concern only the operator."""
    others = {Cause.ENDING} if scope.is_operator else {Cause.ENDING, Cause.RELEASABLE}
    return tuple(cause for cause in Cause if cause not in others)


def causes_listed_for(scope: Scope) -> tuple[Cause, ...]:
    """The causes that a scope can list: those it must handle, and windows about to end."""
    return (*causes_seen_by(scope), Cause.ENDING)


def cause_named(text: str, causes: Iterable[Cause]) -> Cause | None:
    """The cause with this code in a URL, if it is one of these."""
    return next((cause for cause in causes if cause.value == text), None)


def cause_filter(cause: Cause, now: datetime) -> Q:
    """Match the phones with an entry for this cause."""
    if cause is Cause.RELEASABLE:
        return is_releasable(now)
    refused = state_filter(Code.REFUSED, now) & Q(dismissed_at=None)
    for_firmware = Q(refused_reason=Refusal.FIRMWARE_TOO_OLD)
    return {
        Cause.OVERDUE: state_filter(Code.OVERDUE, now),
        Cause.REFUSED: refused & ~for_firmware,
        Cause.FIRMWARE: refused & for_firmware,
        Cause.MISMATCH: Q(model__gt="", detected_model__gt="")
        & ~Q(model=F("detected_model"))
        & ~_declared_as_seen(),
        Cause.DOUBLED: Q(doubled_at__isnull=False),
        Cause.KNOCKED: Q(knocked_at__isnull=False),
        Cause.ENDING: state_filter(Code.AUTHORIZED, now) & Q(authorized_until__lte=now + SOON),
    }[cause]


@cache
def _declared_as_seen() -> Q:
    """The opposite of Phone.contradicts_declaration, in SQL."""
    tokens = {token for model in catalogue.all() for token in model.user_agents}
    same = Q(pk=None)
    for token in sorted(tokens):
        codes = [model.code for model in catalogue.by_user_agent(token)]
        same |= Q(detected_token__iexact=token, model__in=codes)
    return same


def any_cause(causes: Iterable[Cause], now: datetime) -> Q:
    """Match the phones with an entry for any of these causes."""
    found = Q()
    for cause in causes:
        found |= cause_filter(cause, now)
    return found


def count_by_cause(rows: QuerySet[Phone], causes: Iterable[Cause], now: datetime) -> Counts:
    """Count the entries of each cause, one query per cause: each then reads its own small index."""
    return Counts(
        {cause: rows.filter(cause_filter(cause, now)).order_by().count() for cause in causes}
    )


def entries_among(
    rows: QuerySet[Phone], causes: Sequence[Cause], now: datetime
) -> QuerySet[Phone, tuple]:
    """(phone's id, cause, since when), the newest first, windows about to end by their end; always
    one query.
    """
    parts = [
        rows.filter(cause_filter(cause, now))
        .order_by()
        .annotate(
            cause=Cast(Value(cause.value), CharField(max_length=20)),
            since=Cast(SINCE[cause], DateTimeField()),
        )
        .values_list("id", "cause", "since")
        for cause in causes
    ]
    whole = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
    if list(causes) == [Cause.ENDING]:
        return whole.order_by("since", "id")
    return whole.order_by("-since", "-id", "cause")
