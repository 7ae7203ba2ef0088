"""Read-only queries about phones' requests."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from clients.models import AuditEvent
from metacentrex.net import caller_network
from phones.enums import MAYBE_A_STRANGER, Refusal
from phones.models import Phone
from phones.services.duplicates import BUDGET_SPENT
from phones.states import is_active
from provisioning.models import Fetch

RECENT = timedelta(hours=24)
UNKNOWN_MACS = "provisioning.unknown_macs"
MOST_NOTICES = 20


def last_refusal(phone: Phone) -> Fetch | None:
    """The journal line of the phone's own last refusal; one from elsewhere may be newer."""
    if phone.refused_at is None:
        return None
    rows = Fetch.objects.filter(phone=phone, reason=phone.refused_reason, at__lte=phone.refused_at)
    return rows.order_by("-at", "-pk").first()


def with_refused_firmware(phones: QuerySet[Phone]) -> QuerySet[Phone]:
    """Annotate phones with `said_model` and `said_firmware`, as reported when last refused for
    their firmware.
    """
    said = Fetch.objects.filter(
        phone=OuterRef("pk"), reason=Refusal.FIRMWARE_TOO_OLD, at__lte=OuterRef("refused_at")
    ).order_by("-at", "-pk")
    return phones.annotate(
        said_model=Subquery(said.values("model")[:1]),
        said_firmware=Subquery(said.values("firmware")[:1]),
    )


@dataclass(frozen=True)
class Doubt:
    """A refusal that anybody could have caused, and the phone's own last success."""

    address: str
    at: datetime
    own_address: str  # "" if unknown
    own_at: datetime | None

    @property
    def is_same_place(self) -> bool:
        return bool(self.own_address) and caller_network(self.own_address) == caller_network(
            self.address
        )


def doubt_about(phone: Phone) -> Doubt | None:
    """The last refused caller of a phone in service, if it may not be the phone; else None."""
    if phone.refused_at is None or phone.refused_reason not in MAYBE_A_STRANGER:
        return None
    if not phone.is_in_service or not is_active(phone):
        return None
    return Doubt(phone.last_address, phone.refused_at, phone.served_address, phone.served_at)


def recent_notices(now: datetime) -> list[AuditEvent]:
    """The last day's notices for the operator: spent budgets of guesses, floods of unknown MACs."""
    kinds = [BUDGET_SPENT, UNKNOWN_MACS]
    return list(AuditEvent.objects.filter(kind__in=kinds, at__gt=now - RECENT)[:MOST_NOTICES])
