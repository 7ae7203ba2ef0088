"""The text of an entry of « À traiter », and its remedy."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.utils.translation import gettext, ngettext

from clients.enums import ClientStatus, SubscriberStatus
from metacentrex.moments import day_moment, moment
from phones.enums import Refusal, knock_words
from phones.models import Phone
from phones.states import (
    PhoneState,
    mismatch_of,
    state_of,
    wants_renewal,
    wants_renewal_for_knock,
    wants_window,
)
from phones.todo import LOOKS, Cause


class Remedy(Enum):
    """The remedy offered on an entry's row."""

    REOPEN = "reopen"
    RENEW = "renew"
    ASSIGN = "assign"
    CHANGE = "change"
    LOOK = "look"
    GUIDE = "guide"
    TAKE_MODEL = "take-model"
    SEEN = "seen"
    KNOCK_SEEN = "knock-seen"
    DISMISS = "dismiss"
    RELEASE = "release"
    WAIT = "wait"  # for a client or a line to be active again: no button would help


REMEDIES = {
    Cause.OVERDUE: Remedy.REOPEN,
    Cause.MISMATCH: Remedy.TAKE_MODEL,
    Cause.DOUBLED: Remedy.SEEN,
    Cause.RELEASABLE: Remedy.RELEASE,
    Cause.ENDING: Remedy.REOPEN,
}
# Refusals that « Changer le téléphone » fixes; the others are explained on the phone's page.
MENDED_BY_CHANGE = {Refusal.UNKNOWN_MODEL, Refusal.UNSUPPORTED_MODEL, Refusal.NOT_YET}


@dataclass(frozen=True)
class TodoEntry:
    """One phone, and one reason why it needs attention."""

    phone: Phone
    cause: Cause
    state: PhoneState
    remedy: Remedy
    note: str = ""
    lifted_at: str = ""  # what the operator must reactivate: "client", "line"


def entry_of(phone: Phone, cause: Cause, now: datetime) -> TodoEntry:
    """Build one entry with its texts; needs the relations that state_of needs."""
    label, tone, icon = LOOKS[cause]
    if cause is Cause.ENDING:
        state = state_of(phone, now)
    else:
        state = PhoneState(
            cause.value, str(label), _detail(phone, cause, now), tone, icon, loud=True
        )
    remedy = remedy_of(phone, cause)
    if remedy not in (Remedy.WAIT, Remedy.DISMISS):
        return TodoEntry(phone, cause, state, remedy)
    return TodoEntry(phone, cause, state, remedy, _waits_for(phone), _lifted_at(phone))


def remedy_of(phone: Phone, cause: Cause) -> Remedy:
    """The remedy for this entry."""
    if cause in REMEDIES:
        return REMEDIES[cause]
    if cause is Cause.KNOCKED:
        return Remedy.RENEW if wants_renewal_for_knock(phone) else Remedy.KNOCK_SEEN
    if phone.client.status == ClientStatus.TERMINATED:
        return Remedy.DISMISS
    if phone.subscriber is None:
        return Remedy.ASSIGN
    if _waits_for(phone):
        return Remedy.WAIT
    if cause is Cause.FIRMWARE:
        return Remedy.GUIDE
    if wants_window(phone):
        return Remedy.REOPEN
    if wants_renewal(phone):
        return Remedy.RENEW
    return Remedy.CHANGE if phone.refused_reason in MENDED_BY_CHANGE else Remedy.LOOK


def _waits_for(phone: Phone) -> str:
    """Which terminated or suspended client or line keeps the phone out, as text; "" if none."""
    if phone.client.status == ClientStatus.TERMINATED:
        return gettext("The client is terminated.")
    if phone.client.status != ClientStatus.ACTIVE:
        return gettext("The client is suspended: nothing to do until it is active again.")
    if phone.subscriber is not None and phone.subscriber.status != SubscriberStatus.ACTIVE:
        return gettext("The line is suspended: nothing to do until it is active again.")
    return ""


def _lifted_at(phone: Phone) -> str:
    """What to reactivate; "" for a terminated client, which stays terminated."""
    if phone.client.status == ClientStatus.TERMINATED:
        return ""
    return "client" if phone.client.status != ClientStatus.ACTIVE else "line"


def _detail(phone: Phone, cause: Cause, now: datetime) -> str:
    if cause in (Cause.OVERDUE, Cause.REFUSED, Cause.FIRMWARE):
        return state_of(phone, now).detail
    if cause is Cause.MISMATCH:
        return mismatch_of(phone)
    if cause is Cause.RELEASABLE:
        when = moment(phone.created_at, phone.zone)
        return gettext("registered on %(when)s, never fetched") % {"when": when}
    return _two_addresses(phone) if cause is Cause.DOUBLED else knock_in_words(phone)


def knock_in_words(phone: Phone) -> str:
    """Why, how often, since when and from which address requests from elsewhere were refused."""
    words = ngettext(
        "%(reason)s, from %(address)s on %(when)s",
        "%(reason)s, %(count)s times since %(when)s, last from %(address)s",
        phone.knocked_count,
    )
    return words % {
        "reason": knock_words(phone.knocked_reason),
        "count": phone.knocked_count,
        "address": phone.knocked_address or "?",
        "when": day_moment(phone.knocked_since or phone.knocked_at or phone.created_at, phone.zone),
    }


def _two_addresses(phone: Phone) -> str:
    return gettext("first %(first)s, then %(second)s on %(when)s") % {
        "first": phone.window_address or "?",
        "second": phone.doubled_with or "?",
        "when": day_moment(phone.doubled_at or phone.created_at, phone.zone),
    }
