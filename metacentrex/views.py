"""« Erreur Plateforme » and its kin: a sentence one understands, the correlator for the operator's log."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from metacentrex import correlation


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    return render(request, template, {"code": status, "correlator": correlation.current()}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "errors/platform.html", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "errors/403.html", 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "errors/404.html", 404)


def login_closed(
    request: HttpRequest, response: HttpResponse | None = None, credentials: object = None
) -> HttpResponse:
    """What django-axes shows after too many failures of one login from one address."""
    return _page(request, "errors/locked.html", 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs no database: the database may be what failed."""
    return _page(request, "errors/500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, "errors/csrf.html", 403)
