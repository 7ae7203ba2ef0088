"""A correlator for each request or task, shown on error pages and in each line of the log."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

KEY = "metacentrex.correlator"

_current: ContextVar[str] = ContextVar("metacentrex_correlator", default="")


def new() -> str:
    """Make a correlator: sixteen hexadecimal digits in groups of four, easy to read over the
    telephone.
    """
    digits = secrets.token_hex(8)
    return " ".join(digits[start : start + 4] for start in range(0, 16, 4))


def current() -> str:
    """Return the correlator of the current request or task, or an empty string outside one."""
    return _current.get()


@contextmanager
def correlated(correlator: str = "") -> Iterator[str]:
    """Run the block under one correlator, the given one or a new one."""
    token = _current.set(correlator or new())
    try:
        yield _current.get()
    finally:
        _current.reset(token)


class CorrelationMiddleware:
    """Give each request its correlator.

    It is never in a response header, because all refusals to phones must be identical.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with correlated() as correlator:
            request.META[KEY] = correlator  # Django logs some refusals after the last middleware
            return self.get_response(request)
