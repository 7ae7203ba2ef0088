"""Who may open a page of the extranet, and with which eyes."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django_htmx.middleware import HtmxDetails

from clients.models import Client, User
from clients.scoping import Scope, scope_for, scoped_or_404
from clients.services.audit import Actor
from metacentrex.errors import DomainError

T = TypeVar("T")


class AuthenticatedRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: User
    htmx: HtmxDetails


class ExtranetView(View):
    """A page of the extranet: nobody is sent to the login, everybody else sees what their scope holds."""

    request: AuthenticatedRequest
    scope: Scope
    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        self.scope = scope_for(request.user)
        self.actor = Actor(request.user)
        self.now = timezone.now()
        response = super().dispatch(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)  # a tenant's data: for no proxy, nor « Back » after a log-out
        return response

    def client_or_404(self, reference: str) -> Client:
        return scoped_or_404(Client, self.scope, "reseller", reference=reference)

    def back_to(self, fallback: str) -> HttpResponse:
        """Go where the form says it came from, if that is a page of ours."""
        return redirect(next_page(self.request, fallback))


def next_page(request: HttpRequest, fallback: str) -> str:
    """The posted `next` where it is a page of ours, else `fallback`: never an open redirect."""
    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed and target.startswith("/") else fallback


def attempt(form: BaseForm, act: Callable[[], T]) -> T | None:
    """Do what the form asks if it is valid; a rule that says no becomes its own error. None: it was not done."""
    if not form.is_valid():
        return None
    try:
        return act()
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.message))
        return None
