"""« Provisionner @MAC », one phone or several."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from clients.access import AuthenticatedRequest, ExtranetView
from clients.models import Client
from metacentrex.errors import DomainError
from metacentrex.moments import day_moment
from metacentrex.ui.exports import Column, export
from phones.errors import ClientTerminated
from phones.forms.registration import RegisterForm, RegisterManyForm
from phones.imports.headers import left_out
from phones.lists import ListRow, ReadList, read_list
from phones.mac import shown_mac
from phones.models import Phone
from phones.services.registration import check_client, register_list, register_phone


class LiveClientView(ExtranetView):
    """A page that adds phones or lines to a client, unless the client is terminated."""

    def refuse_ended(self, client: Client) -> HttpResponse | None:
        """A redirect for a terminated client; None for any other."""
        try:
            check_client(client)
        except ClientTerminated as error:
            messages.error(self.request, str(error.message))
            return redirect("extranet:account", client.reference)
        return None


class RegisterView(LiveClientView):
    """One phone on one line."""

    def get(self, request: AuthenticatedRequest, reference: str) -> HttpResponse:
        client = self.client_or_404(reference)
        if way_back := self.refuse_ended(client):
            return way_back
        form = RegisterForm(client=client, initial={"line": request.GET.get("line", "")})
        return self._page(client, form)

    def post(self, request: AuthenticatedRequest, reference: str) -> HttpResponse:
        client = self.client_or_404(reference)
        if way_back := self.refuse_ended(client):
            return way_back
        form = RegisterForm(request.POST, client=client)
        phone = self._register(form, client) if form.is_valid() else None
        if phone is None:
            return self._page(client, form)
        messages.success(request, _registered(phone))
        return redirect("extranet:account", client.reference)

    def _register(self, form: RegisterForm, client: Client) -> Phone | None:
        try:
            return register_phone(
                form.registration(), client=client, scope=self.scope, actor=self.actor, now=self.now
            )
        except DomainError as error:
            form.explain(error)
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            return None

    def _page(self, client: Client, form: RegisterForm) -> HttpResponse:
        return render(
            self.request, "extranet/phones/register.html", {"client": client, "form": form}
        )


def _registered(phone: Phone) -> str:
    """« Téléphone 00:04:13:74:07:4C référencé sur 0970711111 – Nom. Il a jusqu'au … »."""
    end = day_moment(phone.authorized_until or phone.created_at, phone.zone)
    names = {"mac": phone, "line": phone.subscriber, "when": end}
    if phone.authorized_from is None:
        return gettext("Phone %(mac)s registered on %(line)s. Plug it in by %(when)s.") % names
    start = day_moment(phone.authorized_from, phone.zone)
    return gettext(
        "Phone %(mac)s registered on %(line)s. It can be plugged in from %(since)s until %(when)s."
    ) % (names | {"since": start})


REPORT: list[Column[ListRow]] = [
    Column(_("Line"), lambda row: row.line),
    Column(_("MAC address"), lambda row: shown_mac(row.mac)),
    Column(_("Number (SDA)"), lambda row: row.number),
    Column(_("Model"), lambda row: row.model_label),
    Column(_("Description"), lambda row: row.description),
    Column(_("Result"), lambda row: row.result),
]


class RegisterManyView(LiveClientView):
    """Registers a list of phones, all or nothing, after a preview of what each row will do."""

    def get(self, request: AuthenticatedRequest, reference: str) -> HttpResponse:
        client = self.client_or_404(reference)
        if way_back := self.refuse_ended(client):
            return way_back
        return self._page(client, RegisterManyForm(client=client))

    def post(self, request: AuthenticatedRequest, reference: str) -> HttpResponseBase:
        client = self.client_or_404(reference)
        if way_back := self.refuse_ended(client):
            return way_back
        form = RegisterManyForm(request.POST, client=client)
        read = self._read(client, form) if form.is_valid() else None
        if read is None:
            return self._page(client, form)
        rows = read.rows
        if "report" in request.POST:
            return export(rows, REPORT, name=pgettext("file name", "phones-report"))
        if "confirm" in request.POST and all(row.ok for row in rows):
            return self._save(client, form, rows)
        return self._page(client, form, read)

    def _read(self, client: Client, form: RegisterManyForm) -> ReadList | None:
        try:
            return read_list(
                form.cleaned_data["lines"],
                form.cleaned_data["vendor_confirmed"],
                client=client,
                scope=self.scope,
                actor=self.actor,
                now=self.now,
            )
        except DomainError as error:
            form.add_error("lines", str(error.message))
            return None

    def _save(self, client: Client, form: RegisterManyForm, rows: list[ListRow]) -> HttpResponse:
        try:
            phones = register_list(
                [row.registration for row in rows if row.registration],
                client=client,
                actor=self.actor,
                now=self.now,
            )
        except DomainError as error:
            form.add_error("lines", str(error.message))
            return self._page(client, form)
        except IntegrityError:
            # A phone was registered by somebody else since the preview: show the list again, with
            # the reason.
            return self._page(client, form, self._read(client, form))
        words = ngettext("%(count)s phone registered.", "%(count)s phones registered.", len(phones))
        messages.success(self.request, words % {"count": len(phones)})
        return redirect(reverse("extranet:account", args=[client.reference]))

    def _page(
        self, client: Client, form: RegisterManyForm, read: ReadList | None = None
    ) -> HttpResponse:
        context: dict[str, Any] = {"client": client, "form": form, "rows": None}
        if read is not None:
            bad_count = sum(not row.ok for row in read.rows)
            context |= {
                "rows": read.rows,
                "left_out": left_out(read.unread),
                "bad_count": bad_count,
            }
        return render(self.request, "extranet/phones/register_many.html", context)
