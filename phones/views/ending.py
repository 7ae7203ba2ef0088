"""Changes of a client's status, for the operator alone: suspend, terminate, reactivate."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.access import AuthenticatedRequest, ExtranetView, attempt
from clients.enums import ClientStatus
from clients.models import Client
from clients.services.clients import set_status
from phones.endings import Losses, freed_on, phones_cut
from phones.forms.ending import EndClientForm, StatusForm


class OperatorsClientView(ExtranetView):
    """A view of a client for the operator alone: others may see the client, but not change it."""

    def operators_client(self, reference: str) -> Client:
        client = self.client_or_404(reference)
        if not self.scope.is_operator:
            raise PermissionDenied
        return client

    def change(self, client: Client, status: ClientStatus) -> Client:
        return set_status(client, status, actor=self.actor)

    def sheet(self, client: Client) -> HttpResponse:
        return redirect("extranet:client-detail", client.reference)


class CutClientView(OperatorsClientView):
    """Shows what will be cut off, and asks, before suspending or terminating a client."""

    status: ClientStatus
    form_class: type[StatusForm]
    title: str | Promise
    done: str | Promise

    def get(self, request: AuthenticatedRequest, reference: str) -> HttpResponse:
        client = self.operators_client(reference)
        return self._page(client) if self._is_open(client) else self._too_late(client)

    def post(self, request: AuthenticatedRequest, reference: str) -> HttpResponse:
        client = self.operators_client(reference)
        if not self._is_open(client):
            return self._too_late(client)
        losses = Losses.of(client, self.now)
        form = self._form(client, losses)
        if not attempt(form, lambda: self.change(client, self.status)):
            return self._page(client, form, losses)
        messages.success(request, str(self.done) % {"client": client, "phones": losses.phones})
        return self.sheet(client)

    def _is_open(self, client: Client) -> bool:
        return client.status not in (self.status, ClientStatus.TERMINATED)

    def _too_late(self, client: Client) -> HttpResponse:
        label = client.get_status_display()
        messages.info(
            self.request,
            gettext("The status of this client is already “%(status)s”.") % {"status": label},
        )
        return self.sheet(client)

    def _form(self, client: Client, losses: Losses) -> StatusForm:
        sheet = reverse("extranet:client-detail", args=[client.reference])
        data = self.request.POST if self.request.method == "POST" else None
        return self.form_class(data, client=client, cancel_url=sheet, seen=losses.signature)

    def _page(
        self, client: Client, form: StatusForm | None = None, losses: Losses | None = None
    ) -> HttpResponse:
        losses = losses or Losses.of(client, self.now)
        phones = phones_cut(client)
        context = {
            "client": client,
            "title": self.title,
            "ends": self.status == ClientStatus.TERMINATED,
            "losses": losses,
            "phones": phones,
            "more": losses.phones - len(phones),
            "freed_on": timezone.localtime(freed_on(self.now)),
            "form": form or self._form(client, losses),
        }
        return render(self.request, "extranet/phones/cut_client.html", context)


class SuspendClientView(CutClientView):
    status, form_class = ClientStatus.SUSPENDED, StatusForm
    title = _("Suspend the client")
    done = _("%(client)s is suspended. Phones cut off: %(phones)s.")


class EndClientView(CutClientView):
    status, form_class = ClientStatus.TERMINATED, EndClientForm
    title = _("Terminate the client")
    done = _("%(client)s is terminated. Phones taken off their line: %(phones)s.")


class ReactivateClientView(OperatorsClientView):
    """Reactivates a client without asking, as nothing is cut off."""

    http_method_names = ["post"]

    def post(self, request: AuthenticatedRequest, reference: str) -> HttpResponse:
        client = self.operators_client(reference)
        if client.status == ClientStatus.TERMINATED:
            messages.error(
                request,
                gettext("A terminated client cannot be made active again; create a new one."),
            )
            return self.sheet(client)
        self.change(client, ClientStatus.ACTIVE)
        messages.success(request, gettext("%(client)s is active again.") % {"client": client})
        return self.sheet(client)
