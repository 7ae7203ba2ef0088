"""The lease of a job: which worker may write, and how a job changes hands or ends.

Races covered:
- two workers with one job: each increments `turn` when taking it, and an older turn cannot write;
- a worker killed halfway: its transaction is rolled back; after the lease, a sweep wakes another;
- a message lost, late or sent twice: it names the turn that it is for.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NoReturn

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext

from clients.enums import JobState, RowState
from clients.models import Job
from clients.models.job import ACTIVE
from clients.services.audit import Actor, record
from clients.services.jobs import CHECK, LATE, wake_after_commit

LEASE = timedelta(seconds=30)


class Halt(Exception):
    """Ends the slice."""


class Lost(Halt):
    """Another worker holds the job now, so this one must not write."""


class StopAsked(Halt):
    """Somebody stopped the job; rows already done stay done."""


class Ended(Halt):
    """The job was ended in the middle of the slice."""


def take(job_id: int, turn: int) -> Job | None:
    """Take the lease of the job, if this is still its turn. None if another worker was faster, or
    if the job is over.
    """
    now = timezone.now()
    # unscoped: the platform's own task
    rows = Job.unscoped.filter(pk=job_id, turn=turn, state__in=ACTIVE)
    taken = rows.update(
        turn=turn + 1,
        state=JobState.RUNNING,
        due_at=now + LEASE,
        attempts=F("attempts") + 1,
        started_at=Coalesce("started_at", now),
    )
    if not taken:
        return None
    # unscoped: the job just taken
    whole = Job.unscoped.select_related("actor__reseller", "client__reseller")
    return whole.get(pk=job_id)


def hold(job: Job) -> None:
    """Renew the lease. Must be the first statement of each transaction, so that nothing is written
    in another worker's turn. Raises StopAsked, Lost.
    """
    mine = _mine(job)
    if mine.filter(stop_asked_at=None).update(due_at=timezone.now() + LEASE):
        return
    raise StopAsked if mine.exists() else Lost


def _mine(job: Job) -> QuerySet[Job]:
    # unscoped: the job in hand
    return Job.unscoped.filter(pk=job.pk, turn=job.turn, state=JobState.RUNNING)


def count(job: Job, states: Iterable[RowState]) -> None:
    """Add the rows just done to the job's counts, and reset its attempts."""
    counts = Counter(states)
    _mine(job).update(
        ok_count=F("ok_count") + counts[RowState.OK],
        skipped_count=F("skipped_count") + counts[RowState.SKIPPED],
        bad_count=F("bad_count") + counts[RowState.BAD],
        attempts=0,
    )


def hand_on(job: Job) -> None:
    """Release the job and wake the next worker."""
    with transaction.atomic():
        if _mine(job).update(turn=job.turn + 1, due_at=timezone.now() + LATE):
            wake_after_commit(job.pk, job.turn + 1)


def fail(job: Job, notice: str) -> NoReturn:
    """End the job as failed, and the slice with it. Raises Ended."""
    close(job, JobState.FAILED, notice)
    raise Ended


@transaction.atomic
def close(job: Job, state: JobState, notice: str = "") -> None:
    """End the job, or let it wait for the user. If a stop was requested meanwhile, it does not wait
    but stops.
    """
    now = timezone.now()
    if state == JobState.READY:
        if _mine(job).filter(stop_asked_at=None).update(state=state, ended_at=None):
            return
        state = JobState.STOPPED
    changes: dict[str, Any] = {"state": state, "ended_at": now}
    if notice:
        changes["notice"] = notice
    if not _mine(job).update(**changes):
        return
    job.refresh_from_db(fields=["ok_count", "skipped_count", "bad_count"])
    after = {
        "state": str(state),
        "done": job.ok_count,
        "skipped": job.skipped_count,
        "refused": job.bad_count,
    }
    record("job.ended", job, actor=Actor(job.actor), client=job.client, after=after, at=now)


def check_again(job: Job, *, too_long: bool) -> NoReturn:
    """Go back to the check after « tout ou rien » wrote nothing: say why, and show the rows'
    current problems.
    """
    notice = (
        gettext(
            "Nothing was saved: importing everything at once takes too long. Import only the "
            "correct rows."
        )
        if too_long
        else gettext(
            "Nothing was saved: something has changed since the preview. Here is a new one."
        )
    )
    with transaction.atomic():
        restarted = _mine(job).update(
            state=JobState.WAITING,
            step=CHECK,
            whole=False,
            turn=job.turn + 1,
            due_at=timezone.now() + LATE,
            ok_count=0,
            skipped_count=0,
            bad_count=0,
            settled=0,
            started_at=None,
            notice=notice,
        )
        if restarted:
            job.rows.update(state=RowState.WAITING, message="")
            wake_after_commit(job.pk, job.turn + 1)
    raise Ended
