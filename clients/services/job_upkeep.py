"""What keeps jobs going and their table small: run by beat, harmless when run twice, late or never."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from clients.models import Job
from clients.models.job import ACTIVE
from clients.services.jobs import LATE, wake_after_commit

KEPT = timedelta(days=30)


def wake_what_is_due() -> int:
    """Wake again the jobs whose message was lost or whose worker died; returns how many."""
    now, woken = timezone.now(), 0
    due = Job.unscoped.filter(state__in=ACTIVE, due_at__lte=now)  # unscoped: the platform's own task
    for job in due.only("pk", "turn", "due_at"):
        same = due.filter(pk=job.pk, turn=job.turn)
        with transaction.atomic():
            if same.update(due_at=now + LATE):
                wake_after_commit(job.pk, job.turn)
                woken += 1
    return woken


def drop_old(now: datetime | None = None) -> int:
    """Delete jobs and their reports after their time; returns how many jobs."""
    past = (now or timezone.now()) - KEPT
    old = Job.unscoped.filter(created_at__lt=past).exclude(
        state__in=ACTIVE
    )  # unscoped: the platform's own task
    return old.delete()[1].get("clients.Job", 0)
