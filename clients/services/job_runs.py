"""Runs jobs in slices, so that a stop takes effect between rows and other tasks get their turn."""

import logging
import time
from collections import defaultdict
from collections.abc import Sequence

from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext

from clients.enums import JobState, RowState
from clients.models import Client, Job, JobRow
from clients.scoping import scope_for
from clients.services import job_lease
from clients.services.audit import Actor
from clients.services.job_kinds import RUNNERS, RowOutcome, Runner, StopJob, Work
from clients.services.jobs import CHECK
from metacentrex import correlation
from metacentrex.errors import DomainError

logger = logging.getLogger(__name__)

SLICE = 4.0  # seconds; a batch may overrun it a little, and the limit is 5
MOST_ATTEMPTS = 5  # times taken without progress: the work itself kills its workers


class WholeRefused(Exception):
    """« Tout ou rien » was asked for, and a row was refused."""


def run_slice(job_id: int, turn: int) -> None:
    """Work on the job for a few seconds, if it is still this turn; then wake the next worker."""
    job = job_lease.take(job_id, turn)
    if job is None:
        return
    with translation.override(job.language), correlation.correlated(job.correlator):
        try:
            _work(job)
        except job_lease.StopAsked:
            job_lease.close(job, JobState.STOPPED)
        except job_lease.Halt:
            return


def _work(job: Job) -> None:
    runner, until = RUNNERS.get(job.kind), time.monotonic() + SLICE
    if runner is None or job.attempts > MOST_ATTEMPTS:
        logger.error("job_given_up job=%s kind=%s attempts=%s", job.pk, job.kind, job.attempts)
        return job_lease.close(
            job,
            JobState.FAILED,
            gettext("The platform could not finish this job. Contact support."),
        )
    work = _permitted(job)
    if work is None:
        return job_lease.close(
            job, JobState.FAILED, gettext("The user who started this job no longer has permission.")
        )
    while rows := _next_rows(job, runner):
        _do(job, runner, work, rows)
        if time.monotonic() >= until:
            return job_lease.hand_on(job)
    return job_lease.close(job, JobState.READY if job.step == CHECK else JobState.DONE)


def _permitted(job: Job) -> Work | None:
    """Check that the actor still has permission: a login or client may have changed hands."""
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
    """Run one batch in one transaction, or its rows one by one if that fails."""
    try:
        _batch(job, runner, work, rows)
    except job_lease.Halt:
        raise
    except Exception as error:
        if not isinstance(error, DomainError | IntegrityError | WholeRefused):
            logger.exception("job_batch_failed job=%s rows=%s", job.pk, len(rows))
        if job.whole:
            job_lease.check_again(job, too_long=isinstance(error, SoftTimeLimitExceeded))
        for row in rows:
            _single(job, runner, work, row)


def _batch(job: Job, runner: Runner, work: Work, rows: list[JobRow]) -> None:
    with transaction.atomic():
        job_lease.hold(job)
        outcomes = _run(job, runner, work, rows)
        if isinstance(outcomes, list):
            if job.whole and any(outcome.state == RowState.BAD for outcome in outcomes):
                raise WholeRefused
            _write(job, rows, outcomes)
    if isinstance(outcomes, StopJob):
        job_lease.fail(job, str(outcomes))


def _single(job: Job, runner: Runner, work: Work, row: JobRow) -> None:
    try:
        with transaction.atomic():
            job_lease.hold(job)
            outcomes = _alone(job, runner, work, row)
            if isinstance(outcomes, list):
                _write(job, [row], outcomes)
    except IntegrityError:  # found only at commit: a line that ended meanwhile
        logger.warning("job_row_not_committed job=%s row=%s", job.pk, row.position, exc_info=True)
        with transaction.atomic():
            job_lease.hold(job)
            _write(job, [row], [_given_up()])
        return
    if isinstance(outcomes, StopJob):
        job_lease.fail(job, str(outcomes))


def _run(
    job: Job, runner: Runner, work: Work, rows: Sequence[JobRow]
) -> list[RowOutcome] | StopJob:
    act = runner.check_rows if job.step == CHECK else runner.run_rows
    try:
        return act(work, [row.payload for row in rows])
    except StopJob as refusal:
        return refusal  # caught inside the transaction: what the runner wrote is kept


def _alone(job: Job, runner: Runner, work: Work, row: JobRow) -> list[RowOutcome] | StopJob:
    """Run one row and return its outcome, even after an error, which rolls the row back."""
    # Twice: a row that lost a race sees the winner the second time, and gets a proper message.
    for _attempt in range(2):
        try:
            with transaction.atomic():
                return _run(job, runner, work, [row])
        except DomainError as error:
            return [RowOutcome.refused(str(error))]
        except Exception:
            logger.warning("job_row_failed job=%s row=%s", job.pk, row.position, exc_info=True)
    return [_given_up()]


def _given_up() -> RowOutcome:
    words = gettext("Not done. Contact support with this number: %(number)s.")
    return RowOutcome.refused(words % {"number": correlation.current()})


def _write(job: Job, rows: Sequence[JobRow], outcomes: Sequence[RowOutcome]) -> None:
    alike: dict[RowOutcome, list[int]] = defaultdict(list)  # most rows end in the same few words
    for row, outcome in zip(rows, outcomes, strict=True):
        alike[outcome].append(row.pk)
    for outcome, ids in alike.items():
        job.rows.filter(pk__in=ids).update(state=outcome.state, message=outcome.message)
    job_lease.count(job, [outcome.state for outcome in outcomes])
