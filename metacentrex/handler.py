"""How a request is read: as UTF-8, as our own pages send it."""

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest


class Utf8Request(WSGIRequest):
    """A request whose address and form are UTF-8, whatever charset it names.

    A stranger's choice among Python's codecs is an error before any middleware, or minutes of work for one form.
    """

    @property
    def encoding(self) -> str:
        return "utf-8"

    @encoding.setter
    def encoding(self, value: str) -> None:
        """Nobody's choice: Django would set what the request's Content-Type says."""


class Handler(WSGIHandler):
    request_class = Utf8Request
