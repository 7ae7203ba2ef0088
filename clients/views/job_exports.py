"""The list of jobs, and the report of one, as files."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from clients.access import AuthenticatedRequest
from clients.enums import RowState
from clients.models import Job, JobRow
from clients.numbers import national
from clients.services import job_kinds
from clients.services.job_kinds import runner_of
from clients.views.exports import ExportView, read
from clients.views.job_looks import look_of, row_look
from clients.views.jobs import filtered, job_or_404, jobs_asked, raw
from metacentrex.moments import moment
from metacentrex.templatetags.house import mac_text
from metacentrex.ui.exports import Column

JOBS: list[Column[Job]] = [
    Column(_("Purpose"), lambda job: job.summary),
    Column(_("Client"), lambda job: str(job.client or "")),
    Column(_("Requested on"), lambda job: moment(job.created_at)),
    Column(_("By"), lambda job: job.actor_label),
    Column(_("State"), lambda job: look_of(job).label),
    Column(_("Rows"), lambda job: job.total),
    Column(_("Rows done"), lambda job: job.ok_count),
    Column(_("Rows unchanged"), lambda job: job.skipped_count),
    Column(_("Rows refused"), lambda job: job.bad_count),
    Column(_("Ended on"), lambda job: moment(job.ended_at) if job.ended_at else ""),
]


class JobExportView(ExportView):
    """The list of jobs as a file, with the page's search, filter and sort order."""

    def get(self, request: AuthenticatedRequest) -> HttpResponseBase:
        rows, _sort = jobs_asked(request, self.scope)
        title = pgettext("file name", "jobs")
        return self.send("jobs", read(rows), JOBS, title=title, of=request.user, count=rows.count())


class JobReportView(ExportView):
    """All rows of a job and their results, as a file."""

    def get(self, request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
        job = job_or_404(self.scope, pk)
        columns: list[Column[JobRow]] = [
            Column(gettext("Row"), lambda row: row.position),
            *(_exported(column) for column in runner_of(job).columns),
            Column(gettext("Result"), lambda row: row_look(job, RowState(row.state)).label),
            Column(gettext("Why"), lambda row: row.message),
        ]
        title = pgettext("file name", "report")
        rows = filtered(request, job).order_by("position")
        return self.send(
            "job",
            read(rows),
            columns,
            title=f"{title}-{job.pk}",
            of=job,
            count=rows.count(),
            client=job.client,
        )


def _exported(column: job_kinds.Column) -> Column[JobRow]:
    shows: dict[str, Callable[[str], str]] = {"tel": national, "mac": mac_text}
    show = shows.get(column.kind, str)
    return Column(column.label, lambda row: show(raw(row.payload, column)))
