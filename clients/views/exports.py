"""Exports of lists: all rows, with the page's search, filter and sort order, and an audit event."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from clients.access import ExtranetView
from clients.models import Client
from clients.services.audit import record
from metacentrex.ui.exports import Column, export, format_asked

M = TypeVar("M", bound=Model)
CHUNK = 500  # rows read at a time


class ExportView(ExtranetView):
    """Base of the extranet's exports: a list as CSV, or in the format of `?format=`."""

    def send(
        self,
        name: str,
        rows: Iterable[Any],
        columns: Sequence[Column[Any]],
        *,
        title: str,
        of: Model,
        count: int,
        client: Client | None = None,
    ) -> HttpResponseBase:
        """Return the rows as a file called `title`; `name` is the list's name in the audit, `of`
        its target.
        """
        file_format = format_asked(self.request)
        told = told_of(self.request, name, file_format, count)
        record("export", of, actor=self.actor, client=client, after=told, at=self.now)
        return export(rows, columns, name=title, file_format=file_format)


def told_of(request: HttpRequest, name: str, file_format: str, count: int) -> dict[str, Any]:
    """The audit's record of an export: the list, how many rows, and its search, filter and sort."""
    asked = {key: str(value)[:200] for key, value in request.GET.items() if key != "format"}
    # PostgreSQL does not accept NUL.
    clean = {key: value for key, value in asked.items() if "\0" not in key + value}
    return {"list": name, "format": file_format, "rows": count, "asked": clean}


def read(rows: QuerySet[M]) -> Iterator[M]:
    """Iterate over the rows, with a few hundred in memory at a time."""
    return rows.iterator(chunk_size=CHUNK)
