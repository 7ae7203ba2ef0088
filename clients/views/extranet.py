"""Login pages and « Fiche client »; pages that show phones too are in phones."""

from datetime import datetime
from typing import Any, Literal

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.views import View

from clients.access import AuthenticatedRequest, ExtranetView, attempt, home_of, next_page
from clients.enums import Language, Theme
from clients.forms.logins import DoorForm, LoginForm
from clients.forms.subscribers import BulkForm
from clients.models import User
from clients.services.audit import Actor, record
from clients.services.logins import choose
from metacentrex.language import LANGUAGE_COOKIE
from metacentrex.moments import moment
from metacentrex.net import client_address
from metacentrex.turns import RETRY_AFTER
from metacentrex.ui.context import THEME_COOKIE
from metacentrex.ui.undo import MOST, Undo, say_with_undo

YEAR = 365 * 24 * 3600


class DoorView(auth_views.LoginView):
    """A login page; users already logged in are redirected to their home page.

    If a page's session has expired, its script logs in here (`X-Requested-With: dialog`) without
    leaving the page. The response names the user, who may be another one, and the new CSRF token.
    """

    # Django's own view handles PUT like POST
    http_method_names = [
        "get",
        "post",
        "head",
        "options",
    ]

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        """The requested page; never the login page itself, which would redirect forever."""
        target = super().get_redirect_url()
        return "" if target.partition("?")[0] == self.request.path else target

    def get_default_redirect_url(self) -> str:
        user = self.request.user
        return home_of(user) if isinstance(user, User) else super().get_default_redirect_url()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # A dialog asks who is logged in: somebody may have logged in elsewhere meanwhile.
        self.redirect_authenticated_user = not self._is_dialog
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._told() if self._is_dialog else super().get(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        last_login = user.last_login
        response = super().form_valid(form)
        where = {"address": client_address(self.request)}
        record("session.opened", user, actor=Actor(user), after=where)
        self._tell_of_changed_password(user, last_login)
        return self._told() if self._is_dialog else response

    def _tell_of_changed_password(self, user: User, last_login: datetime | None) -> None:
        """Say that the password was changed since the last login, in case it was somebody else."""
        changed = user.password_changed_at
        if changed is None or (last_login is not None and changed < last_login):
            return
        with translation.override(user.language):  # of the page that comes next
            words = gettext(
                "Your password was changed on %(when)s. If it was not you, tell whoever gave "
                "you access."
            )
            messages.info(self.request, words % {"when": moment(changed)})

    def _told(self) -> HttpResponse:
        """The current login, if any, and its CSRF token."""
        answer = HttpResponse(status=204)
        answer["X-Login"], answer["X-CSRF-Token"] = (
            str(self.request.user.pk or ""),
            get_token(self.request),
        )
        return answer

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        if self._is_dialog:
            words = " ".join(str(error) for errors in form.errors.values() for error in errors)
            response = HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")
        else:
            response = super().form_invalid(form)
        if isinstance(form, DoorForm) and form.is_busy:
            response.status_code = 503
            response["Retry-After"] = str(RETRY_AFTER)
        return response

    @property
    def _is_dialog(self) -> bool:
        return self.request.headers.get("X-Requested-With") == "dialog"


class LoginView(DoorView):
    """« Connexion extranet »."""

    template_name = "extranet/login.html"
    form_class = LoginForm


class ChoiceView(View):
    """Saves a user's choice with the login, and in this browser for the login page."""

    http_method_names = ["post"]
    name: Literal["language", "theme"]  # of the posted field and of the login's column
    cookie: str
    choices: type[TextChoices]

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = request.POST.get(self.name, "")
        response = redirect(next_page(request, reverse("extranet:login")))
        if chosen in self.choices.values:
            if isinstance(request.user, User):
                choose(request.user, self.name, chosen)
            keep(request, response, self.cookie, chosen)
        return response


def keep(request: HttpRequest, response: HttpResponse, cookie: str, chosen: str) -> None:
    """Save the choice in this browser too, for the login page."""
    response.set_cookie(
        cookie, chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
    )


class ThemeView(ChoiceView):
    """The theme: light, dark, or the system's."""

    name, cookie, choices = "theme", THEME_COOKIE, Theme


class LanguageView(ChoiceView):
    """The language: French or English."""

    name, cookie, choices = "language", LANGUAGE_COOKIE, Language


class ClientDetailView(ExtranetView):
    """« Fiche client », tab « Informations »."""

    def get(self, request: AuthenticatedRequest, reference: str) -> HttpResponse:
        client = self.client_or_404(reference)
        return render(request, "extranet/clients/detail.html", {"client": client})


class SubscriberBulkView(ExtranetView):
    """Actions on the ticked lines of « Liste des utilisateurs »."""

    http_method_names = ["post"]

    def post(self, request: AuthenticatedRequest, reference: str) -> HttpResponse:
        client = self.client_or_404(reference)
        back = self.back_to(reverse("extranet:account", args=[reference]))
        form = BulkForm(request.POST, client=client)
        if not form.is_valid():
            for errors in form.errors.values():
                messages.error(request, " ".join(str(error) for error in errors))
            return back
        changed = attempt(form, lambda: form.apply(client, self.actor))
        if changed is None:
            messages.error(request, " ".join(str(error) for error in form.non_field_errors()))
        else:
            words = ngettext("%(count)s user changed.", "%(count)s users changed.", changed)
            self._say(
                form,
                words % {"count": changed},
                reverse("extranet:subscriber-bulk", args=[reference]),
            )
        return back

    def _say(self, form: BulkForm, words: str, action: str) -> None:
        name, ids = form.opposite or ("", [])
        if not 0 < len(ids) <= MOST:
            messages.success(self.request, words)
            return
        kept = [("action", name), ("next", self.request.POST.get("next", ""))]
        undo = Undo(action, kept + [("subscribers", str(pk)) for pk in ids])
        say_with_undo(self.request, words, undo)
