"""Jobs: long work in rows, with progress, a stop and a report. How to use it:

* write a `Runner` in the app that knows the work and `register` it in that app's `AppConfig.ready`
  (clients.services.job_kinds);
* call `start` with one item per row: it returns at once, a worker does the rest
  (clients.services.job_runs);
* redirect the user to `extranet:job-detail`.

The rows are authoritative; a broker's message is only a wake-up.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clients.enums import JobState, RowState
from clients.models import Client, Job, JobRow, Reseller
from clients.models.job import ACTIVE, most_whole
from clients.services.audit import Actor, record
from clients.services.job_kinds import RUNNERS
from metacentrex import correlation
from metacentrex.errors import DomainError

TASK = "clients.run_job"
CHECK, APPLY = "check", "apply"
MOST_AT_WORK = 5  # active jobs of one login: the workers share their time among everybody's jobs
LATE = timedelta(seconds=15)  # a wake-up not taken by then is sent again


def token_of(form_token: uuid.UUID | None, *asked: object) -> uuid.UUID | None:
    """The form's token for exactly these values: after the browser's back button, the same form may
    be sent with others.
    """
    return uuid.uuid5(form_token, repr(asked)) if form_token else None


@dataclass(frozen=True)
class Item:
    """One row to do: payload (JSON), row number to show (default: 1, 2, …), rank (lower first)."""

    payload: Mapping[str, Any]
    position: int | None = None
    rank: int = 0


def start(
    kind: str,
    *,
    actor: Actor,
    items: Iterable[Mapping[str, Any] | Item],
    summary: str,
    client: Client | None = None,
    reseller: Reseller | None = None,
    token: uuid.UUID | None = None,
    detail: str = "",
    notice: str = "",
    options: Mapping[str, Any] | None = None,
) -> Job:
    """Save the job and its rows, and wake a worker after the commit. The same `token` (token_of)
    never starts a second job.

    The job belongs to the client's reseller, to `reseller`, or with neither to the operator alone.
    Raises TooManyJobs.
    """
    if actor.user is None:
        raise TypeError("a job is somebody's: its rights are asked again when it runs")
    own_token = uuid.uuid5(token, f"{actor.user.pk} {kind}") if token else None
    if again := _of_the_same_form(own_token):
        return again
    at_work = Job.unscoped.filter(actor=actor.user, state__in=ACTIVE)  # unscoped: the actor's own
    if at_work.count() >= MOST_AT_WORK:
        raise TooManyJobs
    job = Job(
        kind=kind,
        step=CHECK if RUNNERS[kind].checks else "",
        client=client,
        reseller=client.reseller if client else reseller,
        actor=actor.user,
        actor_label=actor.label[:310],
        language=get_language() or "fr",
        summary=summary[:200],
        detail=detail[:300],
        notice=notice[:500],
        options=dict(options or {}),
        due_at=timezone.now() + LATE,
        form_token=own_token,
        correlator=correlation.current(),
    )
    try:
        return _save(job, items, actor)
    except IntegrityError:
        if again := _of_the_same_form(own_token):
            return again
        raise


def _of_the_same_form(own_token: uuid.UUID | None) -> Job | None:
    if own_token is None:
        return None
    return Job.unscoped.filter(form_token=own_token).first()  # unscoped: the actor's own form


@transaction.atomic
def _save(job: Job, items: Iterable[Mapping[str, Any] | Item], actor: Actor) -> Job:
    job.save()
    asked = (item if isinstance(item, Item) else Item(item) for item in items)
    rows = [
        JobRow(job=job, position=item.position or at, rank=item.rank, payload=dict(item.payload))
        for at, item in enumerate(asked, start=1)
    ]
    JobRow.unscoped.bulk_create(rows, batch_size=500)  # unscoped: of the job just created
    job.total = len(rows)
    job.save(update_fields=["total"])
    record(
        "job.asked",
        job,
        actor=actor,
        client=job.client,
        after={"kind": job.kind, "rows": job.total},
    )
    wake_after_commit(job.pk, job.turn)
    return job


def wake_after_commit(job_id: int, turn: int) -> None:
    """Send the wake-up. If the broker is down, the next sweep finds the job."""

    # A function, not a partial, because Django logs the name of a failed callback.
    def send() -> None:
        current_app.send_task(TASK, kwargs={"job_id": job_id, "turn": turn})

    transaction.on_commit(send, robust=True)


@transaction.atomic
def stop(job: Job, *, actor: Actor) -> bool:
    """Stop the job: at once if no worker is running it, else between two rows. False if it had
    ended.
    """
    now = timezone.now()
    rows = Job.unscoped.filter(pk=job.pk)  # unscoped: the caller found this job within its scope
    # Lock the row: otherwise a check that becomes ready between the two updates would match
    # neither.
    held = rows.select_for_update(no_key=True).first()
    if held is None:
        return False
    if held.state in (JobState.WAITING, JobState.READY):
        rows.update(state=JobState.STOPPED, ended_at=now, stop_asked_at=now, turn=F("turn") + 1)
    elif held.state == JobState.RUNNING and held.stop_asked_at is None:
        rows.update(stop_asked_at=now)
    else:
        return False
    record("job.stopped", job, actor=actor, client=job.client, at=now)
    return True


class TooManyJobs(DomainError):
    """A login has too many running jobs."""

    def __init__(self) -> None:
        words = _("You have %(most)s jobs running: wait until one ends, or stop one (“Jobs”).")
        super().__init__(words % {"most": MOST_AT_WORK})


class NotAllGood(DomainError):
    """« Tout ou rien » needs a list without invalid rows."""

    def __init__(self) -> None:
        super().__init__(
            _("Some rows are wrong: import only the correct rows, or correct the file.")
        )


class TooLong(DomainError):
    """The list is too long for « Tout ou rien », which is one transaction."""

    def __init__(self) -> None:
        words = _(
            "“All or nothing” takes at most %(most)s rows: import only the correct rows, or split "
            "the file."
        )
        super().__init__(words % {"most": most_whole()})


@transaction.atomic
def proceed(job: Job, *, whole: bool, actor: Actor) -> bool:
    """Apply a checked job: all or nothing, or only the valid rows. False if somebody already did.

    Raises NotAllGood, TooLong.
    """
    # unscoped: found within the caller's scope
    mine = Job.unscoped.filter(pk=job.pk, state=JobState.READY)
    if whole and mine.filter(bad_count__gt=0).exists():
        raise NotAllGood
    if whole and mine.filter(ok_count__gt=most_whole()).exists():
        raise TooLong
    changed = mine.update(
        state=JobState.WAITING,
        step=APPLY,
        whole=whole,
        actor=actor.user,
        actor_label=actor.label[:310],
        turn=F("turn") + 1,
        due_at=timezone.now() + LATE,
        ok_count=0,
        settled=F("bad_count") + F("skipped_count"),
        started_at=None,
        stop_asked_at=None,
        notice="",
    )
    if not changed:
        return False
    job.rows.filter(state=RowState.OK).update(state=RowState.WAITING)
    job.refresh_from_db()
    record(
        "job.confirmed",
        job,
        actor=actor,
        client=job.client,
        after={"whole": whole, "rows": job.left},
    )
    wake_after_commit(job.pk, job.turn)
    return True
