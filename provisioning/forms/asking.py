"""Forms of the pages that simulate requests: the model to show a document for, a trace."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.forms.fields import SiteDateTimeField
from metacentrex.ui.forms import HouseFormHelper
from phones import catalogue
from phones.models import Phone
from provisioning.asking import Asked, basic_header, held_credentials, said_for

LONGEST_FIRMWARE = 40
NONE, OWN, WRONG = "none", "own", "wrong"


def _models() -> list[tuple[str, str | Promise]]:
    return [("", _("The model it reported")), *catalogue.choices()]


class FirmwareField(forms.CharField):
    """A firmware version, or nothing."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Firmware"),
            required=False,
            max_length=LONGEST_FIRMWARE,
            widget=forms.TextInput(attrs={"placeholder": "8.9.3.80", "inputmode": "decimal"}),
        )

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).strip()
        try:
            catalogue.parse_version(text or "0")
        except ValueError:
            raise ValidationError(
                _("A firmware version is numbers separated by dots, such as 8.9.3.80."),
                code="version",
            ) from None
        return text


class AsModelForm(forms.Form):
    """The model to show the document for."""

    model = forms.ChoiceField(label=_("Model"), choices=_models, required=False)
    firmware = FirmwareField()

    def __init__(self, data: Any = None, *, phone: Phone) -> None:
        super().__init__(data)
        self.helper = _asking(
            _("Show"), "eye", reverse("extranet:phone-document", args=[phone.mac])
        )


class TraceForm(AsModelForm):
    """A request as this phone would make it, only simulated."""

    credentials = forms.ChoiceField(
        label=_("Credentials"),
        choices=[(NONE, _("None")), (OWN, _("Its current ones")), (WRONG, _("Wrong ones"))],
        required=False,
        initial=NONE,
    )
    address = forms.GenericIPAddressField(
        label=_("Address"),
        required=False,
        unpack_ipv4=True,
        help_text=_(
            "Where the request comes from; used only under the rule “Once: the first "
            "phone served closes it”."
        ),
    )

    def __init__(self, data: Any = None, *, phone: Phone, now: datetime) -> None:
        super().__init__(data, phone=phone)
        self.phone, self.now = phone, now
        self.fields["at"] = SiteDateTimeField(
            zone=phone.zone,
            label=_("Time of the request"),
            required=False,
            help_text=_("Leave empty for the current time."),
        )
        self.helper = _asking(
            _("Trace the request"), "search", reverse("extranet:phone-trace", args=[phone.mac])
        )

    def asked(self) -> Asked:
        """The request that the valid form describes."""
        data = self.cleaned_data
        return Asked(
            mac=self.phone.mac,
            user_agent=said_for(self.phone, data["model"], data["firmware"]).user_agent,
            at=data["at"] or self.now,
            authorization=self._authorization(data["credentials"]),
            address=data["address"],
        )

    def _authorization(self, which: str) -> str | None:
        held = held_credentials(self.phone)
        if which == WRONG:
            return basic_header(self.phone.mac.lower(), "wrong")
        return basic_header(held.user, held.password) if which == OWN and held else None


def _asking(submit: str | Promise, icon: str, action: str) -> HouseFormHelper:
    helper = HouseFormHelper(
        submit=submit, icon=icon, action=action, saves=False, required_note=False
    )
    helper.form_method = "get"
    helper.attrs = {"novalidate": True}
    return helper
