"""« Mon compte »: a user's own choices and password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters

from clients.access import AuthenticatedRequest, ChoosesPassword, ExtranetView, attempt
from clients.forms.account import MyAccountForm, MyPasswordForm
from clients.services.logins import change_own_choices, change_own_password
from clients.views.extranet import keep
from metacentrex.language import LANGUAGE_COOKIE
from metacentrex.ui.context import THEME_COOKIE


class OwnAccountView(ChoosesPassword, ExtranetView):
    """One page, two forms, each with its own URL."""

    def page(
        self, account: MyAccountForm | None = None, password: MyPasswordForm | None = None
    ) -> HttpResponse:
        user = self.request.user
        context = {
            "section": "account",
            "account_form": account or MyAccountForm(user=user),
            "password_form": password or MyPasswordForm(user),
            "sends_mail": bool(settings.EMAIL_HOST),
        }
        return render(self.request, "extranet/clients/my_account.html", context)


class MyAccountView(OwnAccountView):
    """Language, theme, e-mail address, daily summary."""

    def get(self, request: AuthenticatedRequest) -> HttpResponse:
        return self.page()

    def post(self, request: AuthenticatedRequest) -> HttpResponse:
        if request.user.must_change_password:
            return redirect("extranet:my-account")  # the password first, and nothing else
        form = MyAccountForm(request.POST, user=request.user)
        if not attempt(form, lambda: change_own_choices(request.user, form.choices())):
            return self.page(account=form)
        language, theme = form.cleaned_data["language"], form.cleaned_data["theme"]
        with translation.override(language):  # the message is in the language just chosen
            messages.success(request, gettext("Your account is saved."))
        response = redirect("extranet:my-account")
        keep(request, response, LANGUAGE_COOKIE, language)
        keep(request, response, THEME_COOKIE, theme)
        return response


@method_decorator(sensitive_post_parameters(), name="dispatch")
class MyPasswordView(OwnAccountView):
    """Changes the password. The other sessions of this login end; this one stays."""

    def get(self, request: AuthenticatedRequest) -> HttpResponse:
        return redirect("extranet:my-account")

    def post(self, request: AuthenticatedRequest) -> HttpResponse:
        form = MyPasswordForm(request.user, request.POST, request=request)
        if not form.is_valid():
            return self.page(password=form)
        user = change_own_password(request.user, form.cleaned_data["new_password1"])
        update_session_auth_hash(request, user)
        messages.success(request, gettext("Password changed. Your other sessions have ended."))
        return redirect("extranet:my-account")
