"""Keeps jobs going and their table small: run by beat, harmless if run twice, late or never."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from clients.enums import JobState
from clients.models import Job
from clients.models.job import ACTIVE
from clients.services.audit import PLATFORM, record
from clients.services.jobs import LATE, wake_after_commit

KEPT = timedelta(days=30)


def wake_what_is_due() -> int:
    """Wake the jobs whose message was lost or whose worker died; returns how many."""
    now, woken = timezone.now(), 0
    # unscoped: the platform's own task
    due = Job.unscoped.filter(state__in=ACTIVE, due_at__lte=now)
    for job in due.only("pk", "turn", "due_at"):
        same = due.filter(pk=job.pk, turn=job.turn)
        with transaction.atomic():
            if same.update(due_at=now + LATE):
                wake_after_commit(job.pk, job.turn)
                woken += 1
    return woken


def stop_all(now: datetime) -> int:
    """Stop every unfinished job, running ones included, for a restored database that no worker
    uses; returns how many.

    After the backup, the work of these jobs was done or stopped.
    """
    pending = Job.unscoped.filter(  # unscoped: of the whole installation, after a restoration
        state__in=[*ACTIVE, JobState.READY]
    )
    stopped = 0
    for job in pending.select_related("client").order_by("pk"):
        with transaction.atomic():
            same = pending.filter(pk=job.pk, turn=job.turn)
            if same.update(
                state=JobState.STOPPED, ended_at=now, stop_asked_at=now, turn=F("turn") + 1
            ):
                record(
                    "job.stopped",
                    job,
                    actor=PLATFORM,
                    client=job.client,
                    after={"because": "restored"},
                    at=now,
                )
                stopped += 1
    return stopped


def drop_old(now: datetime | None = None) -> int:
    """Delete old jobs and their reports; returns how many jobs."""
    past = (now or timezone.now()) - KEPT
    ended = Job.unscoped.exclude(state__in=ACTIVE)  # unscoped: the platform's own task
    old = ended.filter(created_at__lt=past)
    return old.delete()[1].get("clients.Job", 0)
