"""Serves phones and monitoring without sessions, forms, host checks and cookies."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from metacentrex.links import PHONE_PATH
from provisioning.views import operating
from provisioning.views.fetch import config

logger = logging.getLogger(__name__)


class PhonePathMiddleware:
    """Answer /sip-ps/ before other middleware, without a Host check: links come from the settings.

    An error gives an empty 503: the phone keeps its configuration and retries.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PHONE_PATH):
            return self.get_response(request)
        try:
            response = config(request, request.path_info.removeprefix(PHONE_PATH))
        except Exception:  # whatever the error, never send an error page as a configuration
            logger.exception("provisioning_failed")
            response = HttpResponse(status=503, headers={"Retry-After": "60"})
        response["X-Content-Type-Options"] = "nosniff"
        # Django would log a warning for each 4xx: a storm of phones is not a storm of log lines,
        # the journal has them.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response


class OperatingPathMiddleware:
    """Answer only the operator's monitoring, before host checks, redirects and sessions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = operating.answer(request)
        if response is None:
            return self.get_response(request)
        response._has_been_logged = True  # type: ignore[attr-defined]  # polled every few seconds
        return response
