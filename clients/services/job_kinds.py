"""Kinds of jobs: an app defines one `Runner` for each kind of long work."""

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
    """The result of one row, with a message."""

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
    """Ends the whole job as failed, with this message; rows already written stay."""


@dataclass(frozen=True)
class Column:
    """A column of a job's page and report: `payload[key]` as text, number (tel) or MAC (mac)."""

    key: str
    label: str | Promise
    kind: str = "text"


@dataclass(frozen=True)
class Work:
    """The context of a runner: the job, the actor, their scope, and the time. Permissions have just
    been checked again.
    """

    job: Job
    actor: Actor
    scope: Scope
    now: datetime = field(default_factory=timezone.now)


class Runner:
    """The work of one kind of job. A subclass sets `kind` and `columns` and implements `run_item`.

    `run_item` runs in its own transaction and returns a RowOutcome. A DomainError that it raises
    rolls back the row and becomes its message. For speed, a kind may handle several rows at once
    (`batch` and `run_rows`); if that fails, they are done again one by one. A kind with `checks`
    first shows what would happen (`check_rows`, which changes nothing), and goes on once the user
    confirms (`proceed`).
    """

    kind: str
    columns: Sequence[Column] = ()
    batch = 1
    checks = False
    ready_template = ""  # the choices offered once the check is over

    def run_item(self, work: Work, payload: Mapping[str, Any]) -> RowOutcome:
        raise NotImplementedError

    def run_rows(self, work: Work, payloads: Sequence[Mapping[str, Any]]) -> list[RowOutcome]:
        return [self.run_item(work, payload) for payload in payloads]

    def check_rows(self, work: Work, payloads: Sequence[Mapping[str, Any]]) -> list[RowOutcome]:
        raise NotImplementedError

    def links(self, scope: Scope, payloads: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
        """URLs of the objects named in cells, by cell value, within `scope`."""
        return {}

    def warning(self, scope: Scope, job: Job) -> str:
        """A sentence that says what applying a checked job would cut off; "" if nothing."""
        return ""


RUNNERS: dict[str, Runner] = {}


def register(runner: Runner) -> None:
    """Register a kind of job. Each app registers its own."""
    RUNNERS[runner.kind] = runner


def runner_of(job: Job) -> Runner:
    """The job's runner; one without columns if its kind no longer exists."""
    return RUNNERS.get(job.kind, Runner())
