"""Actions on one phone: change, window, deletion. The phone's page is in provisioning, because it
shows the journal.
"""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django_htmx.http import trigger_client_event

from clients.access import AuthenticatedRequest, ExtranetView, attempt, next_page
from clients.scoping import scoped_or_404
from metacentrex.errors import DomainError
from metacentrex.moments import day_moment
from metacentrex.ui.confirm import Question, ask, is_confirmed
from phones.errors import PhoneGone
from phones.forms.change import ChangePhoneForm
from phones.mac import format_mac
from phones.models import Phone
from phones.queries import door_of
from phones.questions import before_change, before_closing, before_opening, before_release
from phones.services.assignment import change_phone, take_seen_model
from phones.services.deletion import delete_phone
from phones.services.dismissal import dismiss
from phones.services.release import release_phone
from phones.services.window import (
    ONE_HOUR,
    acknowledge_double,
    acknowledge_knock,
    close_window,
    open_window,
    renew,
)


class PhoneView(ExtranetView):
    """A page or an action about one phone of the scope."""

    def phone_or_404(self, mac: str) -> Phone:
        return scoped_or_404(
            Phone, self.scope, "client__reseller", "subscriber__site", "site", mac=mac.upper()
        )

    def act(
        self,
        mac: str,
        do: Callable[[Phone], str],
        *,
        ends: bool = False,
        before: Callable[[Phone], Question | None] | None = None,
    ) -> HttpResponse:
        """Run `do`, say what was done or why not, and go back; htmx gets the message in the row.

        `ends`: the phone no longer exists afterwards. `before`: returns the question to ask first.
        """
        phone = self.phone_or_404(mac)
        question = before(phone) if before else None
        if question and not is_confirmed(self.request):
            return self.ask(phone, question)
        done = gone = False
        try:
            said, done, gone = do(phone), True, ends
        except DomainError as error:
            said, gone = str(error.message), isinstance(error, PhoneGone)
        if self.request.htmx:
            context = {"phone": phone, "said": said, "done": done, "gone": gone}
            response = render(self.request, "extranet/phones/row_done.html", context)
            return trigger_client_event(response, "row-done")  # the list then updates its counts
        (messages.success if done else messages.error)(self.request, said)
        if gone and not done:
            return redirect("extranet:account", phone.client.reference)
        home = (
            ["extranet:account", phone.client.reference]
            if gone
            else ["extranet:phone-detail", phone.mac]
        )
        return self.back_to(reverse(home[0], args=home[1:]))

    def ask(self, phone: Phone, question: Question) -> HttpResponse:
        """Show the confirmation page. An htmx request gets a row that says to confirm on the
        phone's page.
        """
        back = reverse("extranet:phone-detail", args=[phone.mac])
        if not self.request.htmx:
            return ask(self.request, question, back=next_page(self.request, back))
        said = gettext("Confirm this on the phone’s page.")
        context = {"phone": phone, "said": said, "done": False, "gone": False}
        return render(self.request, "extranet/phones/row_done.html", context)


class ChangePhoneView(PhoneView):
    """« Changer le téléphone »."""

    def get(self, request: AuthenticatedRequest, mac: str) -> HttpResponse:
        phone = self.phone_or_404(mac)
        return self._page(phone, ChangePhoneForm(phone=phone))

    def post(self, request: AuthenticatedRequest, mac: str) -> HttpResponse:
        phone = self.phone_or_404(mac)
        form = ChangePhoneForm(request.POST, phone=phone)
        question = before_change(phone, form.change()) if form.is_valid() else None
        if question and not is_confirmed(request):
            return ask(request, question, back=request.path)
        changed = attempt(
            form, lambda: change_phone(phone, form.change(), actor=self.actor, now=self.now)
        )
        if not changed:
            return self._page(phone, form)
        messages.success(request, _changed(phone, changed))
        return redirect("extranet:phone-detail", phone.mac)

    def _page(self, phone: Phone, form: ChangePhoneForm) -> HttpResponse:
        with timezone.override(phone.zone):
            return render(
                self.request,
                "extranet/phones/change.html",
                {"phone": phone, "form": form, "door": door_of(phone, self.now)},
            )


def _changed(before: Phone, after: Phone) -> str:
    """Describe the important part of a change: the line left or joined, the window opened."""
    if before.subscriber is not None and after.subscriber is None:
        return gettext("Phone taken off its line %(line)s.") % {"line": before.subscriber}
    if after.subscriber is not None and after.window_opened_at != before.window_opened_at:
        on_its_line = gettext("Phone put on the line %(line)s.") % {"line": after.subscriber}
        return f"{on_its_line} {window_opened(after)}"
    return gettext("Phone changed.")


class OpenWindowView(PhoneView):
    """« Autoriser … pendant l'heure qui suit », « Ré-autoriser »."""

    http_method_names = ["post"]

    def post(self, request: AuthenticatedRequest, mac: str) -> HttpResponse:
        return self.act(mac, self._open, before=before_opening)

    def _open(self, phone: Phone) -> str:
        until = self.now + ONE_HOUR if self.request.POST.get("duration") == "hour" else None
        return window_opened(open_window(phone, actor=self.actor, until=until, now=self.now))


def window_opened(phone: Phone) -> str:
    """« Fenêtre ouverte jusqu'au … », or planned from … until …."""
    end = day_moment(phone.authorized_until or phone.created_at, phone.zone)
    if phone.authorized_from is None:
        return gettext("Window opened until %(when)s.") % {"when": end}
    start = day_moment(phone.authorized_from, phone.zone)
    return gettext("Window planned from %(since)s until %(until)s.") % {
        "since": start,
        "until": end,
    }


class CloseWindowView(PhoneView):
    """The « Fermer la fenêtre » button: closes the authorization window."""

    http_method_names = ["post"]

    def post(self, request: AuthenticatedRequest, mac: str) -> HttpResponse:
        return self.act(mac, self._close, before=before_closing)

    def _close(self, phone: Phone) -> str:
        close_window(phone, actor=self.actor, now=self.now)
        return gettext("Window closed.")


class RenewSecretsView(PhoneView):
    """The « Renouveler les secrets » button: renews the phone's credentials."""

    http_method_names = ["post"]

    def post(self, request: AuthenticatedRequest, mac: str) -> HttpResponse:
        return self.act(mac, self._renew)

    def _renew(self, phone: Phone) -> str:
        renew(phone, actor=self.actor, now=self.now)
        return gettext("Secrets renewed: the phone gets them at its next request.")


class DoubleSeenView(PhoneView):
    """The « Vu » button of a phone served at two addresses."""

    http_method_names = ["post"]

    def post(self, request: AuthenticatedRequest, mac: str) -> HttpResponse:
        return self.act(mac, self._see)

    def _see(self, phone: Phone) -> str:
        acknowledge_double(phone, actor=self.actor, now=self.now)
        return gettext(
            "Noted: you will be notified again if the phone is served at another address."
        )


class KnockSeenView(PhoneView):
    """The « Vu » button of a phone requested from elsewhere."""

    http_method_names = ["post"]

    def post(self, request: AuthenticatedRequest, mac: str) -> HttpResponse:
        return self.act(mac, self._see)

    def _see(self, phone: Phone) -> str:
        acknowledge_knock(phone, actor=self.actor, now=self.now)
        return gettext(
            "Noted: you will be notified again if there is another request from elsewhere."
        )


class DismissView(PhoneView):
    """The « Vu » button of a terminated client's phone that still sends requests."""

    http_method_names = ["post"]

    def post(self, request: AuthenticatedRequest, mac: str) -> HttpResponse:
        return self.act(mac, self._dismiss)

    def _dismiss(self, phone: Phone) -> str:
        dismiss(phone, actor=self.actor, now=self.now)
        return gettext("Noted: this phone will no longer be shown here.")


class TakeModelView(PhoneView):
    """The « Prendre le modèle vu » button: declares the detected model."""

    http_method_names = ["post"]

    def post(self, request: AuthenticatedRequest, mac: str) -> HttpResponse:
        return self.act(mac, self._take)

    def _take(self, phone: Phone) -> str:
        taken = take_seen_model(phone, actor=self.actor, now=self.now)
        return gettext("Declared model: %(model)s.") % {"model": taken.model_label}


class ReleaseView(PhoneView):
    """The « Libérer » button, for the operator alone: frees a MAC that was never used."""

    http_method_names = ["post"]

    def post(self, request: AuthenticatedRequest, mac: str) -> HttpResponse:
        # 404 for a phone outside the scope, 403 for a visible phone that only the operator frees
        self.phone_or_404(mac)
        if not self.scope.is_operator:
            raise PermissionDenied
        return self.act(mac, self._release, ends=True, before=before_release)

    def _release(self, phone: Phone) -> str:
        release_phone(phone, actor=self.actor, now=self.now)
        return gettext("MAC address released: it can be registered again.")


class DeletePhoneView(PhoneView):
    """« Supprimer le téléphone »: its MAC can then be registered again."""

    http_method_names = ["post"]

    def post(self, request: AuthenticatedRequest, mac: str) -> HttpResponse:
        phone = self.phone_or_404(mac)
        if "confirm" not in request.POST:
            messages.error(request, gettext("Tick the confirmation to delete this phone."))
            return redirect("extranet:phone-detail", phone.mac)
        reference = phone.client.reference
        delete_phone(phone, actor=self.actor)
        messages.success(
            request, gettext("Phone %(mac)s deleted.") % {"mac": format_mac(phone.mac)}
        )
        return redirect("extranet:account", reference)
