"""What happens to a request before Django: size limits on headers, UTF-8 whatever is declared."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpResponse, HttpResponseBase

from metacentrex import heartbeat

LONGEST_TYPE = 500  # characters: a form's type has some 70, and Django reads it anew from each ";"
LONGEST_HEADERS = 16_384  # characters, all headers together; a browser of ours sends some 1,000
LONGEST_COOKIES = 8_192
MOST_ESCAPES = 256  # backslashes in cookies: an older Python unescapes in quadratic time
SECONDS = 30.0  # to read and to answer a request; then its worker is replaced

logger = logging.getLogger(__name__)


def has_oversized_headers(environ: dict[str, Any]) -> bool:
    """Whether the headers are larger than any of our clients sends, or the cookies have more
    escapes than reading them is safe for (CVE-2024-7592).
    """
    cookies = environ.get("HTTP_COOKIE", "")
    return (
        len(cookies) > LONGEST_COOKIES
        or cookies.count("\\") > MOST_ESCAPES
        or sum(
            len(name) + len(value)
            for name, value in environ.items()
            if name.startswith(("HTTP_", "CONTENT_"))
        )
        > LONGEST_HEADERS
    )


class Utf8Request(WSGIRequest):
    """A request whose URL and form are decoded as UTF-8, whatever charset it declares.

    A charset chosen by an attacker can raise an error before any middleware, or make one form take
    minutes.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        super().__init__(environ | {"CONTENT_TYPE": environ.get("CONTENT_TYPE", "")[:LONGEST_TYPE]})

    @property
    def encoding(self) -> str:
        return "utf-8"

    @encoding.setter
    def encoding(self, value: str) -> None:
        """Ignore any change: Django would set the charset of the request's Content-Type."""


class Handler(WSGIHandler):
    """Django's handler, under a deadline and behind a limit on the size of headers (431)."""

    request_class = Utf8Request

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> HttpResponseBase:
        if has_oversized_headers(environ):
            logger.warning("headers_refused cookies=%s", len(environ.get("HTTP_COOKIE", "")))
            response = HttpResponse(status=431, headers={"Content-Length": "0"})
            start_response(f"431 {response.reason_phrase}", list(response.items()))
            return response
        with heartbeat.deadline(environ.get("PATH_INFO", ""), SECONDS):
            return super().__call__(environ, start_response)
