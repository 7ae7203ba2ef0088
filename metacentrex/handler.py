"""A WSGI handler that always decodes requests as UTF-8, which our own pages send."""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

LONGEST_TYPE = 500  # characters: a form's has some 70, and Django parses it again from each ";"


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
    request_class = Utf8Request
