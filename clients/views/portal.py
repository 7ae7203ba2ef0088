"""The portal's own pages: login, password, the group's extensions."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters

from clients.access import ChoosesPassword, PortalView
from clients.forms.account import PortalPasswordForm
from clients.forms.logins import PortalLoginForm
from clients.queries import subscribers_of
from clients.services.logins import change_own_password
from clients.views.extranet import DoorView
from metacentrex.ui.tables import page_of

REMEMBERED = 30 * 24 * 3600  # seconds
CONTACTS_PER_PAGE = 50


class PortalLoginView(DoorView):
    """« Portail MetaCentrex »: login of a line's user, by number."""

    template_name = "portal/login.html"
    form_class = PortalLoginForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        # 0: until the browser closes.
        self.request.session.set_expiry(REMEMBERED if form.cleaned_data["remember"] else 0)
        return response


class ContactsView(PortalView):
    """« Contacts »: the extensions of the group."""

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "")
        rows = subscribers_of(self.line.client, text).order_by("name", "pk")
        page = page_of(request, rows, size=CONTACTS_PER_PAGE)
        context = {"section": "contacts", "line": self.line, "page": page, "query": text}
        return render(request, "portal/clients/contacts.html", context)


class SettingsView(PortalView):
    """« Paramètres »: the links to the pages of settings."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(
            request, "portal/clients/settings.html", {"section": "settings", "line": self.line}
        )


@method_decorator(sensitive_post_parameters(), name="dispatch")
class PasswordView(ChoosesPassword, PortalView):
    """« Mot de passe »: the first password must be chosen here before any other page opens."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(PortalPasswordForm(request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PortalPasswordForm(request.user, request.POST, request=request)
        if not form.is_valid():
            return self._page(form)
        user = change_own_password(self.request.user, form.cleaned_data["new_password1"])
        update_session_auth_hash(request, user)
        messages.success(request, gettext("Password changed. Your other sessions have ended."))
        return redirect("portal:home")

    def _page(self, form: PortalPasswordForm) -> HttpResponse:
        context: dict[str, Any] = {"section": "settings", "line": self.line, "form": form}
        return render(self.request, "portal/clients/password.html", context)
