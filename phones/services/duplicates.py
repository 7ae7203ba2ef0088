"""Duplicates outside a reseller's reach, counted: a list of guesses must not become an oracle."""

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
    macs: Collection[str], *, reseller: Reseller, scope: Scope, actor: Actor, now: datetime
) -> None:
    """Note the MACs of others that this reseller tried; beyond the budget of a day the operator is told, once."""
    if not macs or scope.is_operator:
        return
    record(KIND, reseller, actor=actor, after={"macs": sorted(macs)}, at=now)
    if budget_spent(reseller, scope, now) and not _today(BUDGET_SPENT, reseller, now):
        logger.warning("duplicate_budget_spent reseller=%s correlator=%s", reseller.pk, correlation.current())
        record(BUDGET_SPENT, reseller, actor=PLATFORM, at=now)


def budget_spent(reseller: Reseller, scope: Scope, now: datetime) -> bool:
    """Whether today's tries name more MACs of others than an honest mistake would; the same one counts once."""
    if scope.is_operator:
        return False
    tried = {mac for event in _today(KIND, reseller, now) for mac in event.after["macs"]}
    return len(tried) > PER_DAY


def _today(kind: str, reseller: Reseller, now: datetime) -> list[AuditEvent]:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = AuditEvent.objects.filter(kind=kind, object_type="reseller", object_id=str(reseller.pk))
    return list(rows.filter(at__gte=midnight))
