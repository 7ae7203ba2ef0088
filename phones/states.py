"""The state of a phone, derived from its row and the clock; never stored.

`state_of` describes it for a page; `state_filter` is the same rule in SQL, for chips and counts.
tests/phones/test_states.py checks that they agree.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db.models import F, Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from clients.enums import ClientStatus, SubscriberStatus
from metacentrex.moments import day_moment, moment
from metacentrex.ui.durations import duration_words
from phones import catalogue
from phones.enums import Refusal, is_mended_by_renewal, is_mended_by_window
from phones.models import Phone


class Code(Enum):
    REFUSED = "refused"
    SUSPENDED = "suspended"
    OVERDUE = "overdue"
    PENDING = "pending"
    PROVISIONED = "provisioned"
    PLANNED = "planned"
    AUTHORIZED = "authorized"
    CLOSED = "closed"
    UNASSIGNED = "unassigned"


# label, tone, icon, loud (a filled pill in lists: needs attention)
LOOKS = {
    Code.REFUSED: (_("Refused"), "mc-refuse", "x-octagon-fill", True),
    Code.SUSPENDED: (_("Suspended"), "mc-suspendu", "pause-circle", False),
    Code.OVERDUE: (_("Overdue"), "mc-depasse", "alarm-fill", True),
    Code.PENDING: (_("Changes pending"), "mc-modifications", "arrow-repeat", False),
    Code.PROVISIONED: (_("Provisioned"), "mc-provisionne", "check-circle", False),
    Code.PLANNED: (_("Planned"), "mc-attente", "hourglass-split", False),
    Code.AUTHORIZED: (_("Authorized"), "mc-autorise", "clock", False),
    Code.CLOSED: (_("Window closed"), "mc-suspendu", "lock", False),
    Code.UNASSIGNED: (_("Not assigned"), "mc-suspendu", "dash-circle", False),
}


@dataclass(frozen=True)
class PhoneState:
    """A phone's state for display: icon, label, and the time or the reason."""

    code: str
    label: str
    detail: str
    tone: str
    icon: str
    loud: bool
    until: datetime | None = None
    fraction: float = 0.0
    needs_window: bool = False  # whether « Ré-autoriser » is the remedy
    needs_renewal: bool = False  # whether « Renouveler les secrets » is


def code_named(text: str) -> Code | None:
    """The state with this code in a URL, or None."""
    return next((code for code in Code if code.value == text), None)


def code_of(phone: Phone, now: datetime) -> Code:
    """The first state that applies; states that need attention come first."""
    if phone.refused_at is not None:
        return Code.REFUSED
    if phone.subscriber is None:
        return Code.UNASSIGNED
    if not is_active(phone):
        return Code.SUSPENDED
    if phone.authenticated_at is not None:
        return Code.PENDING if phone.has_changes else Code.PROVISIONED
    if phone.authorized_until is None:
        return Code.CLOSED
    if phone.authorized_until <= now:
        return Code.OVERDUE
    if phone.authorized_from is not None and phone.authorized_from > now:
        return Code.PLANNED
    return Code.AUTHORIZED


def state_filter(code: Code, now: datetime) -> Q:
    """Match the rows for which `code_of` returns `code`."""
    not_refused = Q(refused_at=None)
    active = Q(client__status=ClientStatus.ACTIVE, subscriber__status=SubscriberStatus.ACTIVE)
    waiting = not_refused & active & Q(authenticated_at=None)
    in_service = not_refused & active & Q(authenticated_at__isnull=False)
    changed = Q(served_digest__gt="", published_digest__gt="") & ~Q(
        published_digest=F("served_digest")
    )
    return {
        Code.REFUSED: Q(refused_at__isnull=False),
        Code.UNASSIGNED: not_refused & Q(subscriber=None),
        Code.SUSPENDED: not_refused & Q(subscriber__isnull=False) & ~active,
        Code.PENDING: in_service & changed,
        Code.PROVISIONED: in_service & ~changed,
        Code.CLOSED: waiting & Q(authorized_until=None),
        Code.OVERDUE: waiting & Q(authorized_until__lte=now),
        Code.PLANNED: waiting & Q(authorized_until__gt=now, authorized_from__gt=now),
        Code.AUTHORIZED: waiting
        & Q(authorized_until__gt=now)
        & (Q(authorized_from=None) | Q(authorized_from__lte=now)),
    }[code]


def state_of(phone: Phone, now: datetime) -> PhoneState:
    """The state for display; needs `client`, `subscriber` and its site loaded."""
    code = code_of(phone, now)
    label, tone, icon, loud = LOOKS[code]
    until = phone.authorized_until if code is Code.AUTHORIZED else None
    return PhoneState(
        code.value,
        str(label),
        _detail(phone, code, now),
        tone,
        icon,
        loud,
        until,
        _fraction(phone, until, now),
        needs_window=_needs_window(phone, code),
        needs_renewal=code is Code.REFUSED and is_active(phone) and wants_renewal(phone),
    )


def _needs_window(phone: Phone, code: Code) -> bool:
    if code is Code.REFUSED:
        return is_active(phone) and wants_window(phone)
    return code in (Code.OVERDUE, Code.CLOSED)


def wants_window(phone: Phone) -> bool:
    """Whether « Ré-autoriser » fixes the phone's last refusal."""
    return is_mended_by_window(phone.refused_reason, in_service=phone.is_in_service)


def wants_renewal(phone: Phone) -> bool:
    """Whether « Renouveler les secrets » fixes the last refusal and no renewal is pending."""
    return _is_renewal_left(phone, phone.refused_reason)


def wants_renewal_for_knock(phone: Phone) -> bool:
    """Whether a request from elsewhere used secrets that « Renouveler les secrets » must revoke."""
    return is_active(phone) and _is_renewal_left(phone, phone.knocked_reason)


def _is_renewal_left(phone: Phone, reason: str) -> bool:
    mended = is_mended_by_renewal(reason, in_service=phone.is_in_service)
    return mended and phone.previous_generation is None


def is_active(phone: Phone) -> bool:
    """Whether the phone is on an active line of an active client; no other phone is ever served."""
    line = phone.subscriber
    return (
        phone.client.status == ClientStatus.ACTIVE
        and line is not None
        and line.status == SubscriberStatus.ACTIVE
    )


def mismatch_of(phone: Phone) -> str:
    """« déclaré snom 720, vu snom D725 », or "" if declared and detected models agree."""
    if not phone.contradicts_declaration:
        return ""
    names = {"declared": catalogue.get(phone.model).label, "seen": phone.seen_label}
    return gettext("declared %(declared)s, detected %(seen)s") % names


def too_old(model: str, firmware: str) -> str:
    """Text that says why this firmware is refused on this model."""
    minimum = catalogue.get(model).minimum_firmware_text
    words = gettext("firmware %(version)s, at least %(minimum)s is needed")
    return words % {"version": firmware, "minimum": minimum}


def _detail(phone: Phone, code: Code, now: datetime) -> str:
    zone = phone.zone
    if code is Code.REFUSED:
        return _refusal_in_words(phone)
    if code is Code.OVERDUE and phone.authorized_until is not None:
        return gettext("since %(when)s, never fetched") % {
            "when": day_moment(phone.authorized_until, zone)
        }
    if code is Code.PENDING and phone.changed_at is not None:
        return gettext("since %(when)s") % {"when": moment(phone.changed_at, zone)}
    if code is Code.PROVISIONED and phone.authenticated_at is not None:
        return gettext("on %(when)s") % {"when": moment(phone.authenticated_at, zone)}
    if code is Code.PLANNED and phone.authorized_from is not None:
        return gettext("window scheduled for %(when)s") % {
            "when": day_moment(phone.authorized_from, zone)
        }
    if code is Code.AUTHORIZED and phone.authorized_until is not None:
        return duration_words(phone.authorized_until - now)
    if code is Code.SUSPENDED:
        return (
            gettext("client not active")
            if phone.client.status != ClientStatus.ACTIVE
            else gettext("line suspended")
        )
    return ""


def _refusal_in_words(phone: Phone) -> str:
    reason = str(Refusal(phone.refused_reason).label)
    since = phone.refused_since or phone.refused_at
    if since is None:
        return reason
    words = ngettext(
        "%(reason)s, on %(when)s", "%(reason)s, %(count)s times since %(when)s", phone.refused_count
    )
    return words % {
        "reason": reason,
        "count": phone.refused_count,
        "when": day_moment(since, phone.zone),
    }


def _fraction(phone: Phone, until: datetime | None, now: datetime) -> float:
    """How much of the window is left, 0 to 1; `window_opened_at` is its beginning."""
    if until is None:
        return 0.0
    start = phone.authorized_from or phone.window_opened_at or phone.created_at
    whole = (until - start).total_seconds()
    return max(0.0, min(1.0, (until - now).total_seconds() / whole)) if whole > 0 else 0.0
