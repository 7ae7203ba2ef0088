"""« Erreur Plateforme » and other error pages: a plain sentence, and the correlator for the log."""

import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext

from metacentrex import correlation

NOT_USED = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
DATABASE_RETRY_AFTER = "5"  # seconds
PATH_SHOWN = 200  # an address may be as long as its caller likes


def permissions_policy(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: tell browsers what no page here uses, so that nothing in a page can."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response["Permissions-Policy"] = NOT_USED
        return response

    return middleware


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    correlator = correlation.current()
    context = {
        "status": status,
        "correlator": correlator,
        "detail": _detail(request, status, correlator),
        "posted": request.method == "POST",
    }
    return render(request, template, context, status=status)


def _detail(request: HttpRequest, status: int, correlator: str) -> str:
    """The details for support, line by line; none is from the database, which may have failed."""
    said = {
        gettext("Error"): str(status),
        gettext("Log correlator"): correlator,
        gettext("Date and time"): formats.date_format(
            timezone.localtime(), gettext("j M Y, H:i:s")
        ),
        gettext("Page"): escape_uri_path(request.path)[:PATH_SHOWN],
    }
    width = max(len(label) for label in said) + 2
    return "\n".join(f"{label:<{width}}{value}" for label, value in said.items())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "errors/platform.html", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "errors/403.html", 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "errors/404.html", 404)


def login_closed(
    request: HttpRequest, response: HttpResponse | None = None, credentials: object = None
) -> HttpResponse:
    """The page that django-axes shows after too many failures of one login from one address."""
    return _page(request, "errors/locked.html", 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """Uses no database, which may be what failed. Then it is a 503, and worth another try."""
    if not isinstance(sys.exception(), OperationalError | InterfaceError):
        return _page(request, "errors/500.html", 500)
    response = _page(request, "errors/500.html", 503)
    response["Retry-After"] = DATABASE_RETRY_AFTER
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, "errors/csrf.html", 403)
