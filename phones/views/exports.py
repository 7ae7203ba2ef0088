"""The lists of the extranet as files: same search, filter and sort as on the page, every row."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from clients.access import AuthenticatedRequest, ExtranetView
from clients.models import Client, Subscriber
from clients.numbers import national
from clients.queries import clients_seen_by
from clients.services.audit import record
from metacentrex.moments import moment
from metacentrex.ui.exports import Column, export, format_asked
from phones.mac import format_mac
from phones.models import Phone
from phones.queries import with_counts, with_todo
from phones.states import PhoneState, state_of
from phones.todo import causes_seen_by
from phones.views.account import phones_asked, users_asked
from phones.views.clients import clients_asked

CHUNK = 500  # rows read at a time

CLIENTS: list[Column[Client]] = [
    Column(_("Creation date"), lambda client: moment(client.created_at)),
    Column(_("Reference"), lambda client: client.reference),
    Column(_("Company name"), lambda client: client.legal_name),
    Column(_("Reseller"), lambda client: client.reseller.name),
    Column(_("Status"), lambda client: client.get_status_display()),
    Column(_("SIRET number"), lambda client: client.siret),
    Column(_("Address"), lambda client: client.address),
    Column(_("Postcode"), lambda client: client.postal_code),
    Column(_("City"), lambda client: client.city),
    Column(_("Lines"), lambda client: client.line_count),  # type: ignore[attr-defined]
    Column(_("Phones"), lambda client: client.phone_count),  # type: ignore[attr-defined]
    Column(_("To do"), lambda client: client.todo_count),  # type: ignore[attr-defined]
]


def _yes(value: bool) -> str:
    return gettext("yes") if value else gettext("no")


# The heads that an import knows, so that an export can be corrected and sent back.
USERS: list[Column[Subscriber]] = [
    Column(_("Number (SDA)"), lambda line: national(line.number)),
    Column(_("Extension"), lambda line: line.extension),
    Column(_("Name"), lambda line: line.name),
    Column(_("Licence"), lambda line: str(line.licence or "")),
    Column(_("Site"), lambda line: line.site.name),
    Column(_("Number to present"), lambda line: national(line.presented_number)),
    Column(_("International restriction"), lambda line: str(line.barring or "")),
    Column(_("Administrator"), lambda line: _yes(line.is_administrator)),
    Column(_("Locked account"), lambda line: _yes(line.is_locked)),
    Column(_("Status"), lambda line: line.get_status_display()),
]


ShownPhone = tuple[Phone, PhoneState]
PHONES: list[Column[ShownPhone]] = [
    Column(_("MAC address"), lambda row: format_mac(row[0].mac)),
    Column(_("Number (SDA)"), lambda row: national(row[0].number)),
    Column(_("Name"), lambda row: row[0].subscriber.name if row[0].subscriber else ""),
    Column(_("Site"), lambda row: str(row[0].place or "")),
    Column(_("Model"), lambda row: row[0].model_label),
    Column(_("Description"), lambda row: row[0].description),
    Column(_("State"), lambda row: row[1].label),
    Column(_("Detail"), lambda row: row[1].detail),
    Column(_("Firmware"), lambda row: row[0].firmware),
    Column(_("Authorized until"), lambda row: _moment(row[0], row[0].authorized_until)),
    Column(_("Authenticated on"), lambda row: _moment(row[0], row[0].authenticated_at)),
]


def _moment(phone: Phone, at: Any) -> str:
    return moment(at, phone.zone) if at else ""


class ExportView(ExtranetView):
    """A list as a file, with an audit event of how many rows left the house."""

    def send(
        self,
        name: str,
        rows: Any,
        columns: Sequence[Column[Any]],
        *,
        title: str,
        of: Model,
        count: int,
        client: Client | None = None,
    ) -> HttpResponseBase:
        file_format = format_asked(self.request)
        after = {"list": name, "format": file_format, "rows": count, "asked": _asked(self.request)}
        record("export", of, actor=self.actor, client=client, after=after, at=self.now)
        whose = f"-{client.reference}" if client is not None else ""
        return export(rows, columns, name=f"{title}{whose}", file_format=file_format)


def _asked(request: HttpRequest) -> dict[str, str]:
    """The address's search, filter and sort; PostgreSQL takes no NUL."""
    asked = {key: str(value)[:200] for key, value in request.GET.items() if key != "format"}
    return {key: value for key, value in asked.items() if "\0" not in key + value}


class ClientExportView(ExportView):
    def get(self, request: AuthenticatedRequest) -> HttpResponseBase:
        found = clients_seen_by(self.scope, request.GET.get("q", "").strip())
        causes = causes_seen_by(self.scope)
        counted = with_counts(with_todo(found.select_related("reseller"), causes, self.now), causes, self.now)
        rows, _sort = clients_asked(request, counted)
        return self.send(
            "clients",
            _read(rows),
            CLIENTS,
            title=pgettext("file name", "clients"),
            of=request.user,
            count=rows.count(),
        )


class UserExportView(ExportView):
    def get(self, request: AuthenticatedRequest, reference: str) -> HttpResponseBase:
        client = self.client_or_404(reference)
        rows, _sort = users_asked(request, client)
        return self.send(
            "users",
            _read(rows),
            USERS,
            title=pgettext("file name", "users"),
            of=client,
            count=rows.count(),
            client=client,
        )


class PhoneExportView(ExportView):
    def get(self, request: AuthenticatedRequest, reference: str) -> HttpResponseBase:
        client = self.client_or_404(reference)
        rows, _sort = phones_asked(request, client, self.now)
        shown = ((phone, state_of(phone, self.now)) for phone in _read(rows))
        return self.send(
            "phones",
            shown,
            PHONES,
            title=pgettext("file name", "phones"),
            of=client,
            count=rows.count(),
            client=client,
        )


def _read(rows: QuerySet[Any]) -> Any:
    return rows.iterator(chunk_size=CHUNK)
