"""Exports clients with their counts, lines and phones as files."""

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from clients.access import AuthenticatedRequest
from clients.models import Client, Subscriber
from clients.numbers import national
from clients.queries import clients_seen_by
from clients.views.exports import ExportView, read
from metacentrex.moments import moment
from metacentrex.ui.exports import Column, yes_or_no
from phones.mac import format_mac
from phones.models import Phone
from phones.queries import with_counts, with_todo
from phones.states import PhoneState, state_of
from phones.todo import causes_seen_by
from phones.views.account import phones_asked, users_asked
from phones.views.clients import clients_asked

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


# The headers that an import recognizes, so that an export can be corrected and imported again.
USERS: list[Column[Subscriber]] = [
    Column(_("Number (SDA)"), lambda line: national(line.number)),
    Column(_("Extension"), lambda line: line.extension),
    Column(_("Name"), lambda line: line.name),
    Column(_("Licence"), lambda line: str(line.licence or "")),
    Column(_("Site"), lambda line: line.site.name),
    Column(_("Number to present"), lambda line: national(line.presented_number)),
    Column(_("International restriction"), lambda line: str(line.barring or "")),
    Column(_("Administrator"), lambda line: yes_or_no(line.is_administrator)),
    Column(_("Locked account"), lambda line: yes_or_no(line.is_locked)),
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


class ClientExportView(ExportView):
    def get(self, request: AuthenticatedRequest) -> HttpResponseBase:
        found = clients_seen_by(self.scope, request.GET.get("q", "").strip())
        causes = causes_seen_by(self.scope)
        counted = with_counts(
            with_todo(found.select_related("reseller"), causes, self.now), causes, self.now
        )
        rows, _sort = clients_asked(request, counted)
        return self.send(
            "clients",
            read(rows),
            CLIENTS,
            title=pgettext("file name", "clients"),
            of=request.user,
            count=rows.count(),
        )


class UserExportView(ExportView):
    def get(self, request: AuthenticatedRequest, reference: str) -> HttpResponseBase:
        client = self.client_or_404(reference)
        rows, _sort = users_asked(request, client)
        title = pgettext("file name", "users")
        return self.send(
            "users",
            read(rows),
            USERS,
            title=f"{title}-{client.reference}",
            of=client,
            count=rows.count(),
            client=client,
        )


class PhoneExportView(ExportView):
    def get(self, request: AuthenticatedRequest, reference: str) -> HttpResponseBase:
        client = self.client_or_404(reference)
        rows, _sort = phones_asked(request, client, self.now)
        title = pgettext("file name", "phones")
        shown = ((phone, state_of(phone, self.now)) for phone in read(rows))
        return self.send(
            "phones",
            shown,
            PHONES,
            title=f"{title}-{client.reference}",
            of=client,
            count=rows.count(),
            client=client,
        )
