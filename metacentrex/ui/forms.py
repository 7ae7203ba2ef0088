"""The layout of our forms: label above, star, errors with a summary, one primary button."""

from dataclasses import dataclass

from crispy_forms.helper import FormHelper
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SUBMIT = _("Submit")


@dataclass(frozen=True)
class ErrorDetail:
    """Details that unfold under a field's error: the platform's own report, and a link to the
    remedy.

    A form stores them in `form.error_details: dict[field name, ErrorDetail]`.
    """

    text: str = ""
    link_url: str = ""
    link_label: str | Promise = ""


class HouseFormHelper(FormHelper):
    """Give a form our common layout; pages only need `{% crispy form %}`.

    `look="secondary"` is for the second form of a page: one primary button per page.
    `look="danger"` is for an action that cuts off or ends something.
    `saves=False` is for a form that changes nothing (login): its summary does not mention saving.
    """

    form_class = "mc-form"
    form_show_errors = True
    form_error_title = ""

    def __init__(
        self,
        *,
        submit: str | Promise = SUBMIT,
        cancel_url: str | None = None,
        action: str = "",
        saves: bool = True,
        icon: str = "check-lg",
        required_note: bool = True,
        look: str = "primary",
    ) -> None:
        super().__init__()
        # The browser's own messages would appear before our summary, with other texts.
        self.attrs: dict[str, bool | str | Promise] = {"novalidate": True, "data-submit-once": True}
        self.form_action = action
        self.submit_label = submit
        self.submit_icon = icon
        self.cancel_url = cancel_url
        self.form_saves = saves
        self.required_note = required_note
        self.submit_look = look
