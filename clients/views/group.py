"""/bg/: the lines of a group, and giving their users access to the portal."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.views import View

from clients.access import GroupView, LineView, home_of
from clients.admin.logins import ShownOnce
from clients.models import Subscriber, User
from clients.queries import found_line
from clients.services.portal_logins import give_access
from metacentrex.errors import DomainError
from metacentrex.ui.tables import page_of

LINES_PER_PAGE = 50


class GroupHomeView(View):
    """/bg/ itself: redirects administrators to their group, and others to their home page."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return redirect_to_login(request.get_full_path(), reverse("portal:login"))
        if user.subscriber is not None and user.subscriber.is_administrator:
            return redirect("bg:line-list", user.subscriber.client.reference)
        return redirect(home_of(user))


class LineListView(GroupView):
    """The lines that the user administers."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        text = request.GET.get("q", "")
        lines = Subscriber.objects.within(self.scope).filter(client=self.client)
        rows = (
            found_line(lines, text)
            .select_related("site", "login")
            .annotate(phone_count=Count("phones"))
        )
        page = page_of(request, rows.order_by("number"), size=LINES_PER_PAGE)
        context = {
            "section": "lines",
            "client": self.client,
            "acting": self.acting,
            "page": page,
            "query": text,
        }
        return render(request, "portal/clients/lines.html", context)


class AccessView(LineView):
    """« Donner l’accès au portail »: the password is shown in the response and nowhere else."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._page(self._state())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        state = self._state()
        if request.POST.get("seen", state["seen"]) != state["seen"]:
            # Reloading the response would replace the password that was just noted down.
            words = gettext(
                "Access was given after this page was opened; the password was shown then, once."
            )
            return self._page(state | {"refused": words})
        try:
            password = give_access(self.line, actor=self.actor)
        except DomainError as error:
            return self._page(state | {"refused": str(error)})
        return self._page({"password": ShownOnce(password)})

    def _state(self) -> dict[str, Any]:
        """Whether there is a login, and a hash that changes with each new password."""
        login = User.objects.filter(subscriber=self.line).first()
        seen = salted_hmac("clients.access", login.password).hexdigest()[:16] if login else "none"
        return {"has_login": login is not None, "seen": seen}

    def _page(self, said: dict[str, Any]) -> HttpResponse:
        context = {
            "section": "lines",
            "client": self.client,
            "line": self.line,
            "acting": self.acting,
            **said,
        }
        response = render(self.request, "portal/clients/access.html", context)
        response["Cache-Control"] = "no-store"
        return response
