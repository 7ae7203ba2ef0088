"""Working at jobs, in slices: a stop acts between two rows, and other tasks get their turn.

Races thought of: two workers with one job (each taking adds to `turn`; who holds an older one writes
nothing more), a worker killed in the middle (its transaction is undone; after the lease the sweep gives
the job to another), a message lost, late or sent twice (it names the turn it is for).
"""

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NoReturn

from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext

from clients.enums import JobState, RowState
from clients.models import Client, Job, JobRow
from clients.models.job import ACTIVE
from clients.scoping import scope_for
from clients.services.audit import Actor, record
from clients.services.jobs import CHECK, LATE, RUNNERS, Outcome, Runner, StopJob, Work, wake_after_commit
from metacentrex import correlation
from metacentrex.errors import DomainError

logger = logging.getLogger(__name__)

SLICE = 4.0  # seconds; a batch may overrun it a little, and 5 is the promise
LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 5  # takings without a step forward: the work itself kills its workers


class Halt(Exception):
    """The slice ends here, whatever was planned."""


class Lost(Halt):
    """Somebody else holds the job now: nothing may be written any more."""


class StopAsked(Halt):
    """A person stopped the job: what is done stays done."""


class Ended(Halt):
    """The job was ended on the way."""


class WholeRefused(Exception):
    """All or nothing, and something stands against it."""


def run_slice(job_id: int, turn: int) -> None:
    """Work at the job for a few seconds, if this wake-up is still its turn; then hand on to the next."""
    job = _take(job_id, turn)
    if job is None:
        return
    with translation.override(job.language), correlation.correlated(job.correlator):
        try:
            _work(job)
        except StopAsked:
            _close(job, JobState.STOPPED)
        except Halt:
            return


def _take(job_id: int, turn: int) -> Job | None:
    now = timezone.now()
    rows = Job.unscoped.filter(pk=job_id, turn=turn, state__in=ACTIVE)  # unscoped: the platform's own task
    taken = rows.update(
        turn=turn + 1,
        state=JobState.RUNNING,
        due_at=now + LEASE,
        attempts=F("attempts") + 1,
        started_at=Coalesce("started_at", now),
    )
    if not taken:
        return None
    whole = Job.unscoped.select_related(
        "actor__reseller", "client__reseller"
    )  # unscoped: the platform's own task
    return whole.get(pk=job_id)


def _work(job: Job) -> None:
    runner, until = RUNNERS.get(job.kind), time.monotonic() + SLICE
    if runner is None or job.attempts > MOST_ATTEMPTS:
        logger.error("job_given_up job=%s kind=%s attempts=%s", job.pk, job.kind, job.attempts)
        return _close(
            job, JobState.FAILED, gettext("The platform could not finish this work. Contact support.")
        )
    work = _permitted(job)
    if work is None:
        return _close(job, JobState.FAILED, gettext("The login that asked for it may no longer do so."))
    while rows := _next_rows(job, runner):
        _do(job, runner, work, rows)
        if time.monotonic() >= until:
            return _hand_on(job)
    return _close(job, JobState.READY if job.step == CHECK else JobState.DONE)


def _permitted(job: Job) -> Work | None:
    """Whoever asked must still be allowed to: a login or a client may have changed hands since."""
    if job.actor is None:
        return None
    try:
        scope = scope_for(job.actor)
    except PermissionDenied:
        return None
    seen = Job.objects.within(scope).filter(pk=job.pk).exists()
    if job.client_id is not None:
        seen = seen and Client.objects.within(scope).filter(pk=job.client_id).exists()
    return Work(job, Actor(job.actor), scope) if seen else None


def _next_rows(job: Job, runner: Runner) -> list[JobRow]:
    waiting = job.rows.filter(state=RowState.WAITING).order_by("rank", "position")
    return list(waiting if job.whole else waiting[: runner.batch])


def _do(job: Job, runner: Runner, work: Work, rows: list[JobRow]) -> None:
    """One batch in one transaction; where it fails, its rows one by one. All or nothing: nothing, and it is said."""
    try:
        _batch(job, runner, work, rows)
    except Halt:
        raise
    except Exception as error:
        if not isinstance(error, DomainError | IntegrityError | WholeRefused):
            logger.exception("job_batch_failed job=%s rows=%s", job.pk, len(rows))
        if job.whole:
            _check_again(job, too_long=isinstance(error, SoftTimeLimitExceeded))
        for row in rows:
            _single(job, runner, work, row)


def _batch(job: Job, runner: Runner, work: Work, rows: list[JobRow]) -> None:
    with transaction.atomic():
        _hold(job)
        outcomes = _run(job, runner, work, rows)
        if isinstance(outcomes, list):
            if job.whole and any(outcome.state == RowState.BAD for outcome in outcomes):
                raise WholeRefused
            _write(job, rows, outcomes)
    if isinstance(outcomes, StopJob):
        _fail(job, outcomes)


def _single(job: Job, runner: Runner, work: Work, row: JobRow) -> None:
    try:
        with transaction.atomic():
            _hold(job)
            outcomes = _alone(job, runner, work, row)
            if isinstance(outcomes, list):
                _write(job, [row], outcomes)
    except IntegrityError:  # what only the commit finds out: a line that ended meanwhile
        logger.warning("job_row_not_committed job=%s row=%s", job.pk, row.position, exc_info=True)
        with transaction.atomic():
            _hold(job)
            _write(job, [row], [_given_up()])
        return
    if isinstance(outcomes, StopJob):
        _fail(job, outcomes)


def _run(job: Job, runner: Runner, work: Work, rows: Sequence[JobRow]) -> list[Outcome] | StopJob:
    act = runner.check_rows if job.step == CHECK else runner.run_rows
    try:
        return act(work, [row.payload for row in rows])
    except StopJob as refusal:
        return refusal  # caught inside the transaction: what the runner wrote is kept


def _alone(job: Job, runner: Runner, work: Work, row: JobRow) -> list[Outcome] | StopJob:
    """What becomes of one row, whatever happens; a refusal undoes what the row wrote."""
    # Twice: what lost a race the first time sees the winner the second time, and says why in its own words.
    for _attempt in range(2):
        try:
            with transaction.atomic():
                return _run(job, runner, work, [row])
        except DomainError as error:
            return [Outcome.refused(str(error))]
        except Exception:
            logger.warning("job_row_failed job=%s row=%s", job.pk, row.position, exc_info=True)
    return [_given_up()]


def _given_up() -> Outcome:
    words = gettext("Not done. Contact support with this number: %(number)s.")
    return Outcome.refused(words % {"number": correlation.current()})


def _hold(job: Job) -> None:
    """Renew the lease: the first statement of each transaction, so that nothing is written in another's turn."""
    mine = _mine(job)
    if mine.filter(stop_asked_at=None).update(due_at=timezone.now() + LEASE):
        return
    raise StopAsked if mine.exists() else Lost


def _mine(job: Job) -> QuerySet[Job]:
    return Job.unscoped.filter(pk=job.pk, turn=job.turn, state=JobState.RUNNING)  # unscoped: the job in hand


def _write(job: Job, rows: Sequence[JobRow], outcomes: Sequence[Outcome]) -> None:
    alike: dict[Outcome, list[int]] = defaultdict(list)  # most rows end in the same few words
    for row, outcome in zip(rows, outcomes, strict=True):
        alike[outcome].append(row.pk)
    for outcome, ids in alike.items():
        job.rows.filter(pk__in=ids).update(state=outcome.state, message=outcome.message)
    counts = Counter(outcome.state for outcome in outcomes)
    _mine(job).update(
        ok_count=F("ok_count") + counts[RowState.OK],
        skipped_count=F("skipped_count") + counts[RowState.SKIPPED],
        bad_count=F("bad_count") + counts[RowState.BAD],
        attempts=0,
    )


def _hand_on(job: Job) -> None:
    with transaction.atomic():
        if _mine(job).update(turn=job.turn + 1, due_at=timezone.now() + LATE):
            wake_after_commit(job.pk, job.turn + 1)


def _fail(job: Job, refusal: StopJob) -> NoReturn:
    _close(job, JobState.FAILED, str(refusal))
    raise Ended


@transaction.atomic
def _close(job: Job, state: JobState, notice: str = "") -> None:
    """End the job, or let it wait for a person, unless a stop was asked for since its last row."""
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


def _check_again(job: Job, *, too_long: bool) -> NoReturn:
    """Nothing was written: say so and why, and show row by row what stands against it now."""
    notice = (
        gettext("Nothing was saved: all at once takes too long. Import the right rows only.")
        if too_long
        else gettext("Nothing was saved: something changed since the preview. Here it is again.")
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
