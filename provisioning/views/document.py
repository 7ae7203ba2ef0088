"""« Ce que le téléphone recevrait », and the trace of a request: read-only pages."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from clients.access import AuthenticatedRequest
from phones.models import Phone
from phones.states import state_of
from phones.views.phone import PhoneView
from provisioning.forms.asking import OWN, AsModelForm, TraceForm
from provisioning.preview import Preview, preview_of
from provisioning.trace import trace

SHOWN_DIFFERENCES = 6  # on the phone's page; the page of its document has them all


class PhoneDocumentView(PhoneView):
    """The document that would be served now, secrets masked, and the changes since the last one."""

    def get(self, request: AuthenticatedRequest, mac: str) -> HttpResponse:
        phone = self.phone_or_404(mac)
        form = AsModelForm(request.GET, phone=phone)
        preview = self.preview(phone, form) if form.is_valid() else None
        template = "phone_document_card" if request.htmx else "phone_document"
        with timezone.override(phone.zone):
            return render(
                request,
                f"extranet/provisioning/{template}.html",
                {
                    "phone": phone,
                    "form": form,
                    "preview": preview,
                    "state": state_of(phone, self.now),
                    "most": SHOWN_DIFFERENCES,
                    "reopens": preview is not None and preview.is_mended_by_window,
                },
            )

    def preview(self, phone: Phone, form: AsModelForm) -> Preview:
        data = form.cleaned_data
        return preview_of(phone, self.now, code=data["model"], firmware=data["firmware"])


class PhoneDocumentFileView(PhoneDocumentView):
    """The document as a file; if there is none, the page that says what is missing."""

    def get(self, request: AuthenticatedRequest, mac: str) -> HttpResponse:
        phone = self.phone_or_404(mac)
        form = AsModelForm(request.GET, phone=phone)
        preview = self.preview(phone, form) if form.is_valid() else None
        if preview is None or not preview.xml:
            return redirect("extranet:phone-document", phone.mac)
        response = HttpResponse(preview.xml, content_type="text/xml; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{phone.mac}-masked.xml"'
        return response


class PhoneTraceView(PhoneView):
    """« Tracer une demande », for the operator alone; nothing is served, changed or recorded."""

    def get(self, request: AuthenticatedRequest, mac: str) -> HttpResponse:
        phone = self.phone_or_404(mac)
        if not self.scope.is_operator:
            raise PermissionDenied
        # By default as the phone would ask: with its own credentials.
        form = TraceForm(request.GET or {"credentials": OWN}, phone=phone, now=self.now)
        traced = trace(form.asked()) if form.is_valid() else None
        with timezone.override(phone.zone):
            return render(
                request,
                "extranet/provisioning/phone_trace.html",
                {"phone": phone, "form": form, "trace": traced},
            )
