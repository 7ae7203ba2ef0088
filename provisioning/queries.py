"""Read-only questions about what phones asked for."""

from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from clients.models import AuditEvent
from phones.enums import Refusal
from phones.models import Phone
from phones.services.duplicates import BUDGET_SPENT
from provisioning.models import Fetch

RECENT = timedelta(hours=24)
UNKNOWN_MACS = "provisioning.unknown_macs"
MOST_NOTICES = 20


def with_refused_firmware(phones: QuerySet[Phone]) -> QuerySet[Phone]:
    """Phones with `said_model` and `said_firmware`: what they said when they were last refused for it."""
    said = Fetch.objects.filter(phone=OuterRef("pk"), reason=Refusal.FIRMWARE_TOO_OLD).order_by("-at", "-pk")
    return phones.annotate(
        said_model=Subquery(said.values("model")[:1]), said_firmware=Subquery(said.values("firmware")[:1])
    )


def recent_notices(now: datetime) -> list[AuditEvent]:
    """What the operator is told of the last day: budgets of guesses spent, floods of unknown MACs."""
    kinds = [BUDGET_SPENT, UNKNOWN_MACS]
    return list(AuditEvent.objects.filter(kind__in=kinds, at__gt=now - RECENT)[:MOST_NOTICES])
