"""What the domain refuses, and how a refusal reaches a form or a page."""

from django.utils.functional import Promise


class DomainError(Exception):
    """A rule said no: a sentence for people, the field it concerns, the platform's own report.

    `message` may be lazy; `field` is the name of a form field or None for the whole form;
    `detail` is the text that « Détail de l'erreur » unfolds.
    """

    code = ""

    def __init__(
        self, message: "str | Promise", *, field: str | None = None, detail: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.detail = detail

    def __str__(self) -> str:
        return str(self.message)
