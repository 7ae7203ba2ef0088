"""Kinds of jobs: what an app writes to have long work done, one `Runner` a kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise

from clients.enums import RowState
from clients.models import Job
from clients.scoping import Scope
from clients.services.audit import Actor
from metacentrex.errors import DomainError


@dataclass(frozen=True)
class RowOutcome:
    """What became of one row, in words."""

    state: RowState
    message: str

    @classmethod
    def done(cls, message: str = "") -> "RowOutcome":
        return cls(RowState.OK, message)

    @classmethod
    def skipped(cls, message: str) -> "RowOutcome":
        """There was nothing to do for this row."""
        return cls(RowState.SKIPPED, message)

    @classmethod
    def refused(cls, message: str) -> "RowOutcome":
        return cls(RowState.BAD, message)


class StopJob(DomainError):
    """End the whole job as failed, with this message; what was written so far stays."""


@dataclass(frozen=True)
class Column:
    """What a page and a report show of a payload: `payload[key]` as text, a number (tel) or a MAC
    (mac).
    """

    key: str
    label: str | Promise
    kind: str = "text"


@dataclass(frozen=True)
class Work:
    """What a runner gets: the job, the actor, their scope, and the time. Rights were just checked
    again.
    """

    job: Job
    actor: Actor
    scope: Scope
    now: datetime = field(default_factory=timezone.now)


class Runner:
    """What one kind of job does. A subclass sets `kind` and `columns` and writes `run_item`.

    `run_item` runs in a transaction of its own: it returns an RowOutcome, and a DomainError it
    raises undoes what it wrote and becomes the row's message. For speed a kind may take several
    rows at once (`batch` and `run_rows`); when that fails, the rows are done again one by one. A
    kind with `checks` first shows what would happen (`check_rows`, which changes nothing) and goes
    on when a person says so (`proceed`).
    """

    kind: str
    columns: Sequence[Column] = ()
    batch = 1
    checks = False
    ready_template = ""  # what a person may decide once the check is over

    def run_item(self, work: Work, payload: Mapping[str, Any]) -> RowOutcome:
        raise NotImplementedError

    def run_rows(self, work: Work, payloads: Sequence[Mapping[str, Any]]) -> list[RowOutcome]:
        return [self.run_item(work, payload) for payload in payloads]

    def check_rows(self, work: Work, payloads: Sequence[Mapping[str, Any]]) -> list[RowOutcome]:
        raise NotImplementedError

    def links(self, scope: Scope, payloads: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
        """The pages of what cells name, by the cell's value, as far as `scope` goes."""
        return {}

    def warning(self, scope: Scope, job: Job) -> str:
        """What going on with a checked job would cut, in a sentence; "" if nothing."""
        return ""


RUNNERS: dict[str, Runner] = {}


def register(runner: Runner) -> None:
    """Register a kind of job. Each app registers its own."""
    RUNNERS[runner.kind] = runner


def runner_of(job: Job) -> Runner:
    """The job's runner; one without columns if its kind no longer exists."""
    return RUNNERS.get(job.kind, Runner())
