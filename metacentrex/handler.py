"""How a request is read: as UTF-8, as our own pages send it."""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

LONGEST_TYPE = 500  # characters: a form's type has some 70, and Django reads it anew from each ";"


class Utf8Request(WSGIRequest):
    """A request whose address and form are UTF-8, whatever charset it names.

    A stranger's choice among Python's codecs is an error before any middleware, or minutes of work
    for one form.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        super().__init__(environ | {"CONTENT_TYPE": environ.get("CONTENT_TYPE", "")[:LONGEST_TYPE]})

    @property
    def encoding(self) -> str:
        return "utf-8"

    @encoding.setter
    def encoding(self, value: str) -> None:
        """Nobody's choice: Django would set what the request's Content-Type says."""


class Handler(WSGIHandler):
    request_class = Utf8Request
