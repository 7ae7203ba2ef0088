"""Counts duplicates outside a reseller's scope, so that nobody can probe for registered MACs."""

import logging
from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from clients.models import AuditEvent, Reseller
from clients.scoping import Scope
from clients.services.audit import PLATFORM, Actor, record
from metacentrex import correlation

logger = logging.getLogger("metacentrex.security")

PER_DAY = 20
KIND = "phone.duplicate_elsewhere"
BUDGET_SPENT = "phone.duplicate_budget_spent"


def count_foreign(
    macs: Collection[str],
    *,
    reseller: Reseller,
    scope: Scope,
    actor: Actor,
    now: datetime,
    numbers: Collection[str] = (),
) -> None:
    """Record others' MACs and numbers that this reseller tried, and once a day that the budget is
    spent.
    """
    if not (macs or numbers) or scope.is_operator:
        return
    tried = {"macs": sorted(macs)} | ({"numbers": sorted(numbers)} if numbers else {})
    record(KIND, reseller, actor=actor, after=tried, at=now)
    if budget_spent(reseller, scope, now) and not _today(BUDGET_SPENT, reseller, now):
        logger.warning(
            "duplicate_budget_spent reseller=%s correlator=%s", reseller.pk, correlation.current()
        )
        record(BUDGET_SPENT, reseller, actor=PLATFORM, at=now)


def budget_spent(reseller: Reseller, scope: Scope, now: datetime) -> bool:
    """Whether today's tries hit more of others' MACs and numbers than honest mistakes would; each
    counts once.
    """
    if scope.is_operator:
        return False
    events = _today(KIND, reseller, now)
    tried = {
        text for event in events for text in (*event.after["macs"], *event.after.get("numbers", ()))
    }
    return len(tried) > PER_DAY


def _today(kind: str, reseller: Reseller, now: datetime) -> list[AuditEvent]:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = AuditEvent.objects.filter(kind=kind, object_type="reseller", object_id=str(reseller.pk))
    return list(rows.filter(at__gte=midnight))
