"""The base of domain errors, which forms and pages show to the user."""

from django.utils.functional import Promise


class DomainError(Exception):
    """A domain rule was broken: a message for the user, its field, the platform's own report.

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
