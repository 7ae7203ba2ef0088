"""The phone's page. In this app because it shows the journal and the current document."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from clients.access import AuthenticatedRequest, attempt
from clients.models import PlatformSettings
from clients.numbers import national
from metacentrex.ui.confirm import is_confirmed
from phones import catalogue
from phones.enums import Refusal
from phones.forms.change import WindowForm
from phones.models import Phone
from phones.polling import return_words
from phones.queries import door_of
from phones.questions import before_opening
from phones.services.window import open_window
from phones.states import mismatch_of, state_of
from phones.views.phone import PhoneView, window_opened
from provisioning.assembly.directory import directory_of
from provisioning.queries import doubt_about, last_refusal
from provisioning.timeline import claimed_macs, count_refusals, timeline_of

# The commissioning guide, chapter 2.
FIRMWARE_STEPS = [
    _("Open wiki.snom.com/Firmware/V8/Release_Notes."),
    _("Right-click on the link for the phone's model and choose “Copy link”."),
    _("Open the phone's web page and click on Software Update."),
    _("Paste the link into the Firmware field."),
    _("Click on Load. The phone restarts and updates itself: do not unplug it in the meantime."),
]


class PhoneDetailView(PhoneView):
    """A phone's state, requests and details, and its window, whose dates can be changed."""

    def get(self, request: AuthenticatedRequest, mac: str) -> HttpResponse:
        phone = self.phone_or_404(mac)
        return self._page(phone, WindowForm(phone=phone))

    def post(self, request: AuthenticatedRequest, mac: str) -> HttpResponse:
        phone = self.phone_or_404(mac)
        form = WindowForm(request.POST, phone=phone)
        question = before_opening(phone) if form.is_valid() else None
        if question and not is_confirmed(request):
            return self.ask(phone, question)
        opened = attempt(
            form,
            lambda: open_window(phone, actor=self.actor, now=self.now, **form.cleaned_data),
        )
        if not opened:
            return self._page(phone, form)
        messages.success(request, window_opened(opened))
        return redirect("extranet:phone-detail", phone.mac)

    def _own(self, macs: set[str]) -> set[str]:
        """The addresses among these whose phones the user may see."""
        if not macs:
            return set()
        found = Phone.objects.within(self.scope).filter(mac__in=macs)
        return set(found.values_list("mac", flat=True))

    def _page(self, phone: Phone, form: WindowForm) -> HttpResponse:
        only_refused = "refus" in self.request.GET
        timeline = timeline_of(phone, self.now, only_refused=only_refused)
        with timezone.override(phone.zone):
            context = {
                "phone": phone,
                "state": state_of(phone, self.now),
                "model_label": phone.model_label,
                "mismatch": mismatch_of(phone),
                "door": door_of(phone, self.now),
                "window_form": form if phone.subscriber else None,
                "doubt": doubt_about(phone),
                "recognized": bool(phone.detected_token) and not phone.contradicts_declaration,
                "line_url": _line_url(phone),
                "timeline": timeline,
                "own_macs": self._own(claimed_macs(timeline)),
                "only_refused": only_refused,
                "refusal_count": count_refusals(phone),
                "site": phone.place,
                "return_words": return_words(phone, self.now, PlatformSettings.current()),
            }
            return render(
                self.request,
                "extranet/provisioning/phone_detail.html",
                context | _firmware(phone) | _directory(phone),
            )


def _line_url(phone: Phone) -> str:
    """URL of the client's account page, with the list searched for the phone's line."""
    account = reverse("extranet:account", args=[phone.client.reference])
    return f"{account}?{urlencode({'qu': national(phone.number)})}" if phone.number else account


def _firmware(phone: Phone) -> dict[str, Any]:
    """The phone's firmware and the minimum; for a phone refused for its firmware, the one it then
    reported.
    """
    firmware, code = phone.firmware, phone.effective_model
    too_old = phone.refused_reason == Refusal.FIRMWARE_TOO_OLD
    if too_old:
        said = last_refusal(phone)
        firmware, code = (said.firmware, said.model) if said else (firmware, code)
    return {
        "firmware": firmware,
        "firmware_minimum": catalogue.get(code).minimum_firmware_text if code else "",
        "firmware_too_old": too_old,
        "firmware_steps": FIRMWARE_STEPS,
    }


def _directory(phone: Phone) -> dict[str, str]:
    """« 12 contacts internes, 3 laissés de côté »."""
    if phone.subscriber is None or not phone.effective_model:
        return {}
    directory = directory_of(
        phone.subscriber, catalogue.get(phone.effective_model).directory_entries
    )
    count = len(directory.contacts)
    text = ngettext("%(count)s internal contact", "%(count)s internal contacts", count) % {
        "count": count
    }
    if directory.left_out:
        text += gettext(", %(count)s left out: the phone has no room for them") % {
            "count": directory.left_out
        }
    return {"directory_text": text}
