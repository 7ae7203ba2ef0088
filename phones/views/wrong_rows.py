"""Exports an import's refused rows as a file to correct: original columns, and the reason."""

from collections.abc import Callable

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import pgettext

from clients.access import AuthenticatedRequest
from clients.enums import RowState
from clients.models import JobRow
from clients.views.exports import ExportView, read
from clients.views.jobs import job_or_404
from metacentrex.ui.exports import Column
from phones.imports.headers import REASON, is_reason
from phones.imports.runner import KIND


class WrongRowsView(ExportView):
    """Serves the file. When it is imported again, the reason column is ignored."""

    def get(self, request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
        job = job_or_404(self.scope, pk)
        heads = job.options.get("heads")
        if job.kind != KIND or not heads:  # an import older than this export
            raise Http404
        rows = job.rows.filter(state=RowState.BAD).order_by("position")
        columns: list[Column[JobRow]] = [
            *(Column(head, _cell(at)) for at, head in enumerate(heads) if not is_reason(head)),
            Column(REASON, lambda row: row.message),
        ]
        title = pgettext("file name", "rows-to-correct")
        return self.send(
            "job",
            read(rows),
            columns,
            title=f"{title}-{job.pk}",
            of=job,
            count=rows.count(),
            client=job.client,
        )


def _cell(at: int) -> Callable[[JobRow], str]:
    return lambda row: str(row.payload["cells"][at]) if at < len(row.payload["cells"]) else ""
