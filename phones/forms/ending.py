from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from metacentrex.ui.forms import HouseFormHelper


class StatusForm(forms.Form):
    """Confirms a change of status; `seen` is the signature of the counts that the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    icon = "pause-circle"
    submit_label: str | Promise = _("Suspend the client")

    def __init__(
        self, data: QueryDict | None = None, *, client: Client, cancel_url: str, seen: str
    ) -> None:
        super().__init__(data, initial={"seen": seen})
        self.client, self.now_seen = client, seen
        self.helper = HouseFormHelper(
            submit=self.submit_label,
            cancel_url=cancel_url,
            icon=self.icon,
            required_note=False,
            look="danger",
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("seen") != self.now_seen:
            shown = {name: self.data.get(name) for name in self.data}
            self.data = shown | {"seen": self.now_seen}  # what the page now shows
            raise ValidationError(
                _("What would be cut off has changed: read it again, then confirm."),
                code="changed",
            )
        return data


class EndClientForm(StatusForm):
    """Terminates a client; its reference is typed, to avoid terminating another one."""

    reference = forms.CharField(
        label=_("Reference of the client"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    icon = "x-octagon-fill"
    submit_label = _("Terminate the client for good")

    def clean_reference(self) -> str:
        typed = str(self.cleaned_data["reference"]).strip()
        if typed.casefold() != self.client.reference.casefold():
            raise ValidationError(
                _("This is not the reference of this client: type %(reference)s."),
                code="other",
                params={"reference": self.client.reference},
            )
        return typed
