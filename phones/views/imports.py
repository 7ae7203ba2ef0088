"""« Importer un fichier »: the upload, the template file, and the start of a checked import."""

from collections.abc import Callable
from dataclasses import asdict

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext, pgettext

from clients.access import AuthenticatedRequest, ExtranetView, attempt
from clients.models import Client, Job
from clients.scoping import scoped_or_404
from clients.services import jobs
from clients.services.jobs import Item
from metacentrex.ui import exports
from phones.forms.imports import ApplyForm, ImportForm
from phones.imports.headers import LABELS, left_out
from phones.imports.names import LineNames
from phones.imports.reading import read_rows
from phones.imports.runner import KIND
from phones.services.registration import check_client
from phones.views.registration import LiveClientView

# Example rows of the template file; the last one has only the required cells.
EXAMPLES = [
    {
        "number": "0970711111",
        "extension": "1111",
        "name": "Camille Martin",
        "site": "",
        "mac": "00:04:13:74:07:4C",
        "model": "snom D765",
        "description": "Accueil",
    },
    {"number": "0970711112", "name": "Dominique Petit"},
]
MODEL = [name for name in LABELS if name != "first_name"]


class ImportView(LiveClientView):
    """Uploads a file of lines and phones: read at once, checked by a job, imported on request."""

    def get(self, request: AuthenticatedRequest, reference: str) -> HttpResponse:
        client = self.client_or_404(reference)
        if way_back := self.refuse_ended(client):
            return way_back
        return self._page(client, ImportForm(client=client))

    def post(self, request: AuthenticatedRequest, reference: str) -> HttpResponse:
        client = self.client_or_404(reference)
        if way_back := self.refuse_ended(client):
            return way_back
        # Read first: only this shows that the upload is too large.
        posted, files = request.POST, request.FILES
        too_large = bool(getattr(request, "upload_too_large", False))
        form = ImportForm(posted, files, client=client, too_large=too_large)
        job = attempt(form, lambda: self._start(form, client))
        return redirect("extranet:job-detail", job.pk) if job else self._page(client, form)

    def _start(self, form: ImportForm, client: Client) -> Job:
        check_client(client)
        options = form.options()
        payloads = read_rows(form.header, options, LineNames(client))
        words = ngettext("Import of %(count)s row", "Import of %(count)s rows", len(payloads))
        return jobs.start(
            KIND,
            client=client,
            actor=self.actor,
            items=[Item(payload, payload["row"], payload.get("rank", 0)) for payload in payloads],
            summary=words % {"count": len(payloads)},
            # PostgreSQL does not accept NUL
            detail=str(form.cleaned_data["file"].name).replace("\0", "")[:200],
            notice=left_out(form.header.unknown),
            options={"ticked": asdict(options), "heads": form.header.cells},
            token=jobs.token_of(form.cleaned_data["form_token"], options, payloads),
        )

    def _page(self, client: Client, form: ImportForm) -> HttpResponse:
        context = {"client": client, "form": form, "columns": [LABELS[name] for name in MODEL]}
        return render(self.request, "extranet/phones/import.html", context)


class ImportModelView(ExtranetView):
    """A template file to fill in, with headers and two examples."""

    def get(self, request: AuthenticatedRequest, reference: str) -> HttpResponseBase:
        client = self.client_or_404(reference)
        site = client.sites.get(is_main=True).name
        columns = [exports.Column(LABELS[name], _cell(name, site)) for name in MODEL]
        file_format = exports.format_asked(request)
        return exports.export(
            EXAMPLES,
            columns,
            name=pgettext("file name", "import-template"),
            file_format=file_format,
        )


def _cell(name: str, site: str) -> Callable[[dict[str, str]], str]:
    return lambda row: site if name == "site" else row.get(name, "")


class ImportApplyView(ExtranetView):
    """Starts a checked import: « Tout ou rien » or « Seulement les bonnes lignes »."""

    http_method_names = ["post"]

    def post(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        job = scoped_or_404(Job, self.scope, "client", pk=pk)
        if job.kind != KIND:
            raise Http404
        form = ApplyForm(request.POST)
        going = attempt(
            form,
            lambda: jobs.proceed(job, whole=form.cleaned_data["what"] == "whole", actor=self.actor),
        )
        if going is None:
            messages.error(
                request,
                " ".join(str(error) for error in form.non_field_errors())
                or gettext("Choose what to import."),
            )
        return redirect("extranet:job-detail", job.pk)
