"""Base views of the extranet, the portal and /bg/: who may open a page, and with which scope."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django_htmx.middleware import HtmxDetails

from clients.acting import Acting, whom_of
from clients.models import Client, Subscriber, User
from clients.numbers import NumberError, parse_number
from clients.scoping import Scope, ScopeLevel, scope_for, scoped_or_404
from clients.services.audit import Actor, record
from metacentrex.errors import DomainError

T = TypeVar("T")
OPENED = "opened_lines"  # in the session: the lines whose pages were opened on their behalf
MOST_OPENED = 200


class AuthenticatedRequest(HttpRequest):
    """A request of a logged-in user."""

    user: User
    htmx: HtmxDetails


class ExtranetView(View):
    """A page of the extranet: visitors go to the login, users see their scope."""

    request: AuthenticatedRequest
    scope: Scope
    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        if request.user.is_subscriber:
            raise Http404  # subscribers use the portal: the extranet does not exist for them
        self.scope = scope_for(request.user)
        if request.user.has_expired_password(timezone.now()):
            logout(request)
            return redirect_to_login(request.get_full_path())
        if request.user.must_change_password and not isinstance(self, ChoosesPassword):
            return redirect("extranet:my-account")
        self.actor = Actor(request.user)
        self.now = timezone.now()
        response = super().dispatch(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            # a tenant's data: not for proxies, nor for « Back » after a log-out
            add_never_cache_headers(response)
        return response

    def client_or_404(self, reference: str) -> Client:
        return scoped_or_404(Client, self.scope, "reseller", reference=reference)

    def back_to(self, fallback: str) -> HttpResponse:
        """Redirect to the page that the form came from, if it is one of ours."""
        return redirect(next_page(self.request, fallback))


def home_of(user: User) -> str:
    """The home page of a logged-in user."""
    return reverse("portal:home" if user.is_subscriber else "extranet:client-list")


class InsideView(View):
    """A page of the portal or /bg/. Users whose access has ended are sent to the login."""

    request: AuthenticatedRequest
    scope: Scope
    actor: Actor
    acting: Acting | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User):
            return redirect_to_login(request.get_full_path(), reverse("portal:login"))
        try:
            self.scope = scope_for(user)
        except PermissionDenied:  # locked or ended since: end the session
            logout(request)
            return redirect_to_login(request.get_full_path(), reverse("portal:login"))
        if user.has_expired_password(timezone.now()):
            logout(request)
            return redirect_to_login(request.get_full_path(), reverse("portal:login"))
        if user.must_change_password and not isinstance(self, ChoosesPassword):
            return redirect("portal:password")
        self.actor, self.now = Actor(user), timezone.now()
        self.admit(user)
        response = super().dispatch(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            # a tenant's data: not for proxies, nor for « Back » after a log-out
            add_never_cache_headers(response)
        return response

    def admit(self, user: User) -> None:
        """Load the page's object. Raises Http404 if it is outside the user's scope."""
        raise NotImplementedError


class ChoosesPassword:
    """Marks the only page that is open until a password is chosen."""


class PortalView(InsideView):
    """A page of a line's user; `line` is loaded with its client and site."""

    line: Subscriber

    def admit(self, user: User) -> None:
        if user.subscriber_id is None:
            raise Http404
        # unscoped: the line of the login itself
        lines = Subscriber.unscoped.select_related("client", "site")
        self.line = lines.get(pk=user.subscriber_id)


class GroupView(InsideView):
    """A page under /bg/{reference}/, for the client's administrators, its reseller and the
    operator.
    """

    client: Client

    def admit(self, user: User) -> None:
        if self.scope.level is ScopeLevel.SUBSCRIBER:
            raise Http404
        self.client = scoped_or_404(
            Client, self.scope, "reseller", reference=self.kwargs["reference"]
        )
        if not user.is_subscriber:
            self.acting = Acting("provider", whom_of(self.client, None), self.way_back())

    def way_back(self) -> str:
        return reverse("extranet:account", args=[self.client.reference])


class LineView(GroupView):
    """A page about one line. The line is in the URL, so two tabs can act on behalf of two different
    people.
    """

    line: Subscriber

    def admit(self, user: User) -> None:
        super().admit(user)
        self.line = self._line()
        if user.subscriber_id != self.line.pk:
            self._record_opening()
        if not user.is_subscriber:
            self.acting = Acting("provider", whom_of(self.client, self.line), self.way_back())
        elif user.subscriber_id != self.line.pk:
            back = reverse("bg:line-list", args=[self.client.reference])
            self.acting = Acting("administrator", whom_of(self.client, self.line), back)

    def _record_opening(self) -> None:
        """Write that somebody else's pages were opened, once for each session and line."""
        opened = self.request.session.get(OPENED, [])
        if self.line.pk not in opened:
            record("portal.opened", self.line, actor=self.actor, client=self.client)
            self.request.session[OPENED] = [*opened[-MOST_OPENED:], self.line.pk]

    def _line(self) -> Subscriber:
        try:
            number = parse_number(self.kwargs["number"])
        except NumberError:
            raise Http404 from None
        return scoped_or_404(
            Subscriber, self.scope, "client", "site", number=number, client=self.client
        )


def next_page(request: HttpRequest, fallback: str) -> str:
    """The posted `next` if it is a page of ours, else `fallback`: never an open redirect."""
    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        target, {request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed and target.startswith("/") else fallback


def attempt(form: BaseForm, act: Callable[[], T]) -> T | None:
    """Run `act` if the form is valid. A DomainError becomes the form's error; None means that
    nothing was done.
    """
    if not form.is_valid():
        return None
    try:
        return act()
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.message))
        return None
