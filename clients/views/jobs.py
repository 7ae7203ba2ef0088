"""« Tâches »: the list of a scope's jobs; one job's progress, rows and stop."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, pgettext_lazy

from clients.access import AuthenticatedRequest, ExtranetView
from clients.enums import JobState, RowState
from clients.models import Job, JobRow
from clients.queries import jobs_of, with_progress
from clients.scoping import Scope, scoped_or_404
from clients.services import jobs
from clients.services.job_kinds import Column, Runner, runner_of
from clients.services.jobs import CHECK
from clients.views.job_looks import LOOKS, Look, look_of, row_look
from metacentrex.moments import moment
from metacentrex.ui.durations import duration_words
from metacentrex.ui.tables import Choice, Sort, chips, page_of

COLUMNS = {
    "summary": "search_text",
    "client": "client__search_text",
    "created": "created_at",
    "by": "actor_label",
    "state": "stage",
    "progress": "share",
}
JOBS_PER_PAGE = 25
ROWS_PER_PAGE = 50
SECOND = timedelta(seconds=1)
MINUTE = 60


@dataclass(frozen=True)
class Cell:
    value: str
    kind: str
    label: str
    url: str = ""


@dataclass(frozen=True)
class ShownRow:
    """One row of a job as shown on its page."""

    position: int
    cells: list[Cell]
    look: Look
    message: str
    is_wrong: bool


class JobListView(ExtranetView):
    """The jobs of a scope: searched, filtered by state, sorted; the newest first."""

    def get(self, request: AuthenticatedRequest) -> HttpResponse:
        text, chosen = _words(request), _state(request)
        filters = chips(request, _states(jobs_of(self.scope, text)), chosen.value if chosen else "")
        rows, sort = jobs_asked(request, self.scope)
        count = next(chip.count for chip in filters if chip.active)
        page = page_of(request, rows, size=JOBS_PER_PAGE, count=count)
        page.object_list = [(job, look_of(job)) for job in page.object_list]
        context = {"page": page, "section": "jobs", "query": text, "sort": sort, "filters": filters}
        return render(request, "extranet/jobs/list.html", context)


def jobs_asked(request: AuthenticatedRequest, scope: Scope) -> tuple[QuerySet[Job], Sort]:
    """The jobs selected by the query string, in its sort order."""
    sort = Sort.read(request, COLUMNS, default="-created")
    rows, chosen = with_progress(jobs_of(scope, _words(request))), _state(request)
    return (rows.filter(state=chosen) if chosen else rows).order_by(*sort.order_by), sort


def _words(request: AuthenticatedRequest) -> str:
    return request.GET.get("q", "").strip()


def _state(request: AuthenticatedRequest) -> JobState | None:
    return next((state for state in JobState if state.value == request.GET.get("f")), None)


def _states(rows: QuerySet[Job]) -> Iterator[Choice]:
    wanted = {state.value: Count("pk", filter=Q(state=state)) for state in JobState}
    counts = rows.order_by().aggregate(**wanted)
    yield Choice("", pgettext_lazy("rows", "All"), sum(counts.values()))
    for state in JobState:
        yield Choice(state.value, state.label, counts[state.value], *LOOKS[state])


def job_or_404(scope: Scope, pk: int) -> Job:
    return scoped_or_404(Job, scope, "client", pk=pk)


class JobDetailView(ExtranetView):
    """A job's progress, polled every second by htmx until it ends, and its rows, wrong first."""

    def get(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        job = job_or_404(self.scope, pk)
        runner = runner_of(job)
        live = request.htmx and request.htmx.target == "job-live"
        context = progress_of(job, self.now) | {"section": "jobs", "live": live}
        if job.state == JobState.READY:
            context["warning"] = runner.warning(self.scope, job)
        chosen = _chosen(request)
        context |= {"filters": chips(request, _choices(job), chosen.value if chosen else "")}
        if not (live and job.is_active):
            context |= _rows(request, job, runner, self.scope)
        template = "extranet/jobs/live.html" if live else "extranet/jobs/detail.html"
        return render(request, template, context)


def progress_of(job: Job, now: datetime) -> dict[str, Any]:
    """The context for a job's page, without its rows."""
    left = job.time_left(now)
    runner = runner_of(job)
    return {
        "job": job,
        "look": look_of(job),
        "asked_at": moment(job.created_at),
        "checking": job.step == CHECK,
        "time_left": _roughly(left)
        if left is not None and left >= SECOND and job.is_active
        else "",
        "counts": [
            (row_look(job, state, count), count)
            for state in (RowState.OK, RowState.SKIPPED, RowState.BAD, RowState.WAITING)
            if (count := _count(job, state)) or state is RowState.OK
        ],
        "ready_template": runner.ready_template if job.state == JobState.READY else "",
    }


def _count(job: Job, state: RowState) -> int:
    return {
        RowState.OK: job.ok_count,
        RowState.SKIPPED: job.skipped_count,
        RowState.BAD: job.bad_count,
        RowState.WAITING: job.left,
    }[state]


def _roughly(left: timedelta) -> str:
    """The remaining time as text, without the minutes below one minute."""
    seconds = int(left.total_seconds())
    return (
        gettext("%(seconds)d s") % {"seconds": seconds}
        if seconds < MINUTE
        else duration_words(left)
    )


def _rows(request: AuthenticatedRequest, job: Job, runner: Runner, scope: Scope) -> dict[str, Any]:
    page = page_of(
        request, filtered(request, job).order_by("state", "position"), size=ROWS_PER_PAGE
    )
    rows = list(page.object_list)
    links = runner.links(scope, [row.payload for row in rows])
    page.object_list = [_shown(job, row, runner, links) for row in rows]
    return {"page": page, "columns": runner.columns}


def _chosen(request: AuthenticatedRequest) -> RowState | None:
    return next((state for state in RowState if state.value == request.GET.get("f")), None)


def filtered(request: AuthenticatedRequest, job: Job) -> QuerySet[JobRow]:
    chosen = _chosen(request)
    return job.rows.filter(state=chosen) if chosen else job.rows.all()


def _shown(job: Job, row: JobRow, runner: Runner, links: Mapping[str, str]) -> ShownRow:
    cells = []
    for column in runner.columns:
        value = raw(row.payload, column)
        cells.append(Cell(value, column.kind, str(column.label), links.get(value, "")))
    state = RowState(row.state)
    return ShownRow(row.position, cells, row_look(job, state), row.message, state is RowState.BAD)


def raw(payload: Mapping[str, Any], column: Column) -> str:
    value = payload.get(column.key)
    return "" if value is None else str(value)


def _choices(job: Job) -> Iterator[Choice]:
    yield Choice("", pgettext_lazy("rows", "All"), job.total)
    for state in (RowState.BAD, RowState.OK, RowState.SKIPPED, RowState.WAITING):
        count = _count(job, state)
        look = row_look(job, state, count)
        yield Choice(state.value, look.label, count, look.tone, look.icon)


class JobStopView(ExtranetView):
    """The « Arrêter » button: stops the job."""

    http_method_names = ["post"]

    def post(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        job = job_or_404(self.scope, pk)
        if jobs.stop(job, actor=self.actor):
            messages.success(request, gettext("Stop requested. What is done stays done."))
        else:
            messages.warning(request, gettext("This job had already ended."))
        return redirect("extranet:job-detail", job.pk)
