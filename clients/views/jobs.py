"""« Tâches »: the list of a scope's jobs; one job's progress, rows, stop and report."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, npgettext_lazy, pgettext, pgettext_lazy

from clients.access import AuthenticatedRequest, ExtranetView
from clients.enums import JobState, RowState
from clients.models import Job, JobRow
from clients.numbers import national
from clients.scoping import scoped_or_404
from clients.services import jobs
from clients.services.audit import record
from clients.services.jobs import CHECK, RUNNERS, Column, Runner
from metacentrex.moments import moment
from metacentrex.templatetags.house import mac_text
from metacentrex.ui import exports
from metacentrex.ui.durations import duration_words
from metacentrex.ui.tables import Filter, page_of, with_params

JOBS_PER_PAGE = 25
ROWS_PER_PAGE = 50
SECOND = timedelta(seconds=1)
MINUTE = 60
# tone, icon
LOOKS = {
    JobState.WAITING: ("mc-attente", "hourglass-split"),
    JobState.RUNNING: ("mc-attente", "arrow-repeat"),
    JobState.READY: ("mc-depasse", "exclamation-triangle-fill"),
    JobState.DONE: ("mc-provisionne", "check-circle"),
    JobState.STOPPED: ("mc-suspendu", "stop-circle"),
    JobState.FAILED: ("mc-refuse", "x-octagon-fill"),
}
ROW_LOOKS = {
    RowState.OK: ("mc-provisionne", "check-circle"),
    RowState.SKIPPED: ("mc-suspendu", "dash-circle"),
    RowState.BAD: ("mc-refuse", "x-octagon-fill"),
    RowState.WAITING: ("mc-muted", "hourglass-split"),
}
# What a row's state is called, before it is done, then after: French tells one row from several, English does not.
CHECKED_WORDS = {
    RowState.OK: npgettext_lazy("rows checked", "Right", "Right", "count"),
    RowState.SKIPPED: npgettext_lazy("rows checked", "Unchanged", "Unchanged", "count"),
    RowState.BAD: npgettext_lazy("rows checked", "Wrong", "Wrong", "count"),
    RowState.WAITING: npgettext_lazy("rows checked", "To check", "To check", "count"),
}
DONE_WORDS = {
    RowState.OK: npgettext_lazy("rows done", "Done", "Done", "count"),
    RowState.SKIPPED: npgettext_lazy("rows done", "Skipped", "Skipped", "count"),
    RowState.BAD: npgettext_lazy("rows done", "Refused", "Refused", "count"),
    RowState.WAITING: npgettext_lazy("rows done", "To do", "To do", "count"),
}


@dataclass(frozen=True)
class Look:
    """A state as a page shows it."""

    label: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Cell:
    value: str
    kind: str
    label: str


@dataclass(frozen=True)
class ShownRow:
    """One row of the work as the page shows it."""

    position: int
    cells: list[Cell]
    look: Look
    message: str
    is_wrong: bool


def look_of(job: Job) -> Look:
    state = JobState(job.state)
    label = gettext("Stopping") if job.stop_asked_at and job.state == JobState.RUNNING else str(state.label)
    return Look(label, *LOOKS[state])


def _row_look(job: Job, state: RowState, count: int = 1) -> Look:
    words = CHECKED_WORDS if job.step == CHECK else DONE_WORDS
    return Look(words[state] % {"count": count}, *ROW_LOOKS[state])


class JobListView(ExtranetView):
    """The jobs of a scope, the newest first."""

    def get(self, request: AuthenticatedRequest) -> HttpResponse:
        rows = Job.objects.within(self.scope).select_related("client")
        page = page_of(request, rows, size=JOBS_PER_PAGE)
        page.object_list = [(job, look_of(job)) for job in page.object_list]
        return render(request, "extranet/jobs/list.html", {"page": page, "section": "jobs"})


class JobView(ExtranetView):
    """A page or an act about one job of the scope."""

    def job_or_404(self, pk: int) -> Job:
        return scoped_or_404(Job, self.scope, "client", pk=pk)


class JobDetailView(JobView):
    """Progress, asked again each second by htmx until it ends; the rows, what is wrong first."""

    def get(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        job = self.job_or_404(pk)
        runner = RUNNERS.get(job.kind, Runner())
        live = request.htmx and request.htmx.target == "job-live"
        context = progress_of(job, self.now) | {"section": "jobs", "live": live}
        context |= {"filters": list(_chips(request, job))}
        if not (live and job.is_active):
            context |= _rows(request, job, runner)
        template = "extranet/jobs/live.html" if live else "extranet/jobs/detail.html"
        return render(request, template, context)


def progress_of(job: Job, now: datetime) -> dict[str, Any]:
    """What the parts of a job's page show, its rows apart."""
    left = job.time_left(now)
    runner = RUNNERS.get(job.kind, Runner())
    return {
        "job": job,
        "look": look_of(job),
        "asked_at": moment(job.created_at),
        "checking": job.step == CHECK,
        "time_left": _roughly(left) if left is not None and left >= SECOND and job.is_active else "",
        "counts": [
            (_row_look(job, state, count), count)
            for state, count in (
                (RowState.OK, job.ok_count),
                (RowState.SKIPPED, job.skipped_count),
                (RowState.BAD, job.bad_count),
                (RowState.WAITING, job.left),
            )
            if count or state is RowState.OK
        ],
        "ready_template": runner.ready_template if job.state == JobState.READY else "",
    }


def _roughly(left: timedelta) -> str:
    """As a clock says it, without the minutes where there is none."""
    seconds = int(left.total_seconds())
    return gettext("%(seconds)d s") % {"seconds": seconds} if seconds < MINUTE else duration_words(left)


def _rows(request: AuthenticatedRequest, job: Job, runner: Runner) -> dict[str, Any]:
    page = page_of(request, _filtered(request, job).order_by("state", "position"), size=ROWS_PER_PAGE)
    page.object_list = [_shown(job, row, runner) for row in page.object_list]
    return {"page": page, "columns": runner.columns}


def _chosen(request: AuthenticatedRequest) -> RowState | None:
    return next((state for state in RowState if state.value == request.GET.get("f")), None)


def _filtered(request: AuthenticatedRequest, job: Job) -> QuerySet[JobRow]:
    chosen = _chosen(request)
    return job.rows.filter(state=chosen) if chosen else job.rows.all()


def _shown(job: Job, row: JobRow, runner: Runner) -> ShownRow:
    cells = [Cell(_raw(row.payload, column), column.kind, str(column.label)) for column in runner.columns]
    state = RowState(row.state)
    return ShownRow(row.position, cells, _row_look(job, state), row.message, state is RowState.BAD)


def _raw(payload: Mapping[str, Any], column: Column) -> str:
    value = payload.get(column.key)
    return "" if value is None else str(value)


def _chips(request: AuthenticatedRequest, job: Job) -> Iterator[Filter]:
    chosen = _chosen(request)
    yield Filter(
        pgettext_lazy("rows", "All"), job.total, with_params(request.GET, f=None, page=None), chosen is None
    )
    counts = (
        (RowState.BAD, job.bad_count),
        (RowState.OK, job.ok_count),
        (RowState.SKIPPED, job.skipped_count),
        (RowState.WAITING, job.left),
    )
    for state, count in counts:
        if count or state is chosen:
            look = _row_look(job, state, count)
            url = with_params(request.GET, f=state.value, page=None)
            yield Filter(look.label, count, url, chosen is state, look.icon, look.tone)


class JobStopView(JobView):
    """« Arrêter »."""

    http_method_names = ["post"]

    def post(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        job = self.job_or_404(pk)
        if jobs.stop(job, actor=self.actor):
            messages.success(request, gettext("Stop asked. What is done stays done."))
        else:
            messages.warning(request, gettext("It had already ended."))
        return redirect("extranet:job-detail", job.pk)


class JobReportView(JobView):
    """Every row and what became of it, as a file."""

    def get(self, request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
        job = self.job_or_404(pk)
        columns: list[exports.Column[JobRow]] = [
            exports.Column(gettext("Row"), lambda row: row.position),
            *(_exported(column) for column in RUNNERS.get(job.kind, Runner()).columns),
            exports.Column(gettext("Result"), lambda row: _row_look(job, RowState(row.state)).label),
            exports.Column(gettext("Why"), lambda row: row.message),
        ]
        title, file_format = pgettext("file name", "report"), exports.format_asked(request)
        rows = _filtered(request, job).order_by("position")
        after = {"list": "job", "format": file_format, "rows": rows.count()}
        record("export", job, actor=self.actor, client=job.client, after=after)
        return exports.export(
            rows.iterator(chunk_size=500),
            columns,
            name=f"{title}-{job.pk}",
            file_format=file_format,
        )


def _exported(column: Column) -> exports.Column[JobRow]:
    shows: dict[str, Callable[[str], str]] = {"tel": national, "mac": mac_text}
    show = shows.get(column.kind, str)
    return exports.Column(column.label, lambda row: show(_raw(row.payload, column)))
