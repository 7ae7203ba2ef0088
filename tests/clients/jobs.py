"""A kind of job made for tests: it writes sites, which one can count."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded

from clients.models import Job, Site
from clients.services import job_kinds, job_runs
from clients.services.job_kinds import Column, RowOutcome, Runner, StopJob, Work
from metacentrex.errors import DomainError


class SiteRunner(Runner):
    """One site a row; names say what goes wrong."""

    kind = "test.sites"
    columns = (
        Column("name", "Name"),
        Column("number", "Number", "tel"),
        Column("mac", "MAC", "mac"),
    )

    def run_item(self, work: Work, payload: Mapping[str, Any]) -> RowOutcome:
        name = payload["name"]
        assert work.job.client is not None
        Site.unscoped.create(client=work.job.client, name=name)
        if name.startswith("refused"):
            raise DomainError("This one may not be.")
        if name.startswith("broken"):
            raise KeyError(name)
        if name.startswith("slow"):
            raise SoftTimeLimitExceeded
        if name.startswith("stop"):
            raise StopJob("Enough.")
        return RowOutcome.done(f"{name} made")


class CheckedRunner(SiteRunner):
    """The same after a check, many at once."""

    kind = "test.checked"
    batch = 3
    checks = True

    def check_rows(self, work: Work, payloads: Sequence[Mapping[str, Any]]) -> list[RowOutcome]:
        assert work.job.client is not None
        taken = set(work.job.client.sites.values_list("name", flat=True))
        return [
            RowOutcome.refused("bad")
            if row["name"].startswith("bad")
            else RowOutcome.skipped("there")
            if row["name"] in taken else RowOutcome.done("will be made")
            for row in payloads
        ]  # fmt: skip


@contextmanager
def kinds(*runners: Runner) -> Iterator[None]:
    """These kinds are known for the time of a test."""
    for runner in runners:
        job_kinds.register(runner)
    yield
    for runner in runners:
        job_kinds.RUNNERS.pop(runner.kind)


def work_through(job: Job, slices: int = 100) -> Job:
    """What the worker does, wake-up after wake-up, until the job rests."""
    for _ in range(slices):
        job.refresh_from_db()
        if not job.is_active:
            return job
        job_runs.run_slice(job.pk, job.turn)
    job.refresh_from_db()
    return job
