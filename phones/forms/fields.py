from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.forms.fields import SiteDateTimeField
from clients.text import validate_plain_text
from phones import catalogue
from phones.mac import MacError, parse_mac

AUTOMATIC = "auto"


class MacField(forms.CharField):
    """« @MAC », as printed under the phone; cleaned to twelve upper-case hex digits."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {
            # No autocomplete="off": with it, a browser forgets the typed text when the user goes
            # back to the page.
            "autocapitalize": "characters",
            "spellcheck": "false",
            "class": "mc-mono",
            "data-mac": "",
            "placeholder": "00:04:13:",
        }
        super().__init__(
            label=_("@MAC"), max_length=100, widget=forms.TextInput(attrs=attrs), **kwargs
        )

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return parse_mac(text)
        except MacError as error:
            raise ValidationError(str(error), code="mac") from None


class ModelField(forms.ChoiceField):
    """A phone model, or « Automatique »; cleaned to the model's code, "" for automatic."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("“Automatic”: recognized at the phone’s first request."))
        super().__init__(label=_("Model"), choices=_choices, **kwargs)

    def clean(self, value: Any) -> str:
        code = str(super().clean(value))
        return "" if code == AUTOMATIC else code

    def prepare_value(self, value: Any) -> Any:
        return value or AUTOMATIC


def _choices() -> list[tuple[str, Any]]:
    return [
        (AUTOMATIC, _("Automatic")),
        *((model.code, model.label) for model in catalogue.all() if not model.retired),
    ]


class DescriptionField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Description"),
            max_length=200,
            required=False,
            validators=[validate_plain_text],
            widget=forms.TextInput(attrs={"data-counter": _("{n} left")}),
            help_text=_("Optional. Anything that helps you find the phone again."),
            **kwargs,
        )


def since_field(zone: ZoneInfo) -> SiteDateTimeField:
    """« À partir du », for a planned visit."""
    return SiteDateTimeField(
        zone=zone,
        label=_("From"),
        required=False,
        help_text=_("For a planned visit. Leave empty to start at once."),
    )
