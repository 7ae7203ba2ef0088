import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.forms.fields import LineField
from clients.models import Client
from clients.numbers import NumberError, parse_number
from metacentrex.ui.forms import ErrorDetail, HouseFormHelper
from phones.errors import DuplicateMac, VendorNotConfirmed
from phones.forms.fields import AUTOMATIC, DescriptionField, MacField, ModelField, since_field
from phones.models import Phone
from phones.services.registration import Registration

UTC = ZoneInfo("UTC")


class RegisterForm(forms.Form):
    """« Provisionner @MAC »: @MAC *, Description, Modèle *, SDA *."""

    mac = MacField(
        help_text=_(
            "As printed under the phone, with or without separators. Pasted text is tidied up."
        )
    )
    vendor_confirmed = forms.BooleanField(
        label=_("I confirm this address, although it is not a snom address"), required=False
    )
    description = DescriptionField()
    model = ModelField(initial=AUTOMATIC)
    form_token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.error_details: dict[str, ErrorDetail] = {}
        self.fields["line"] = LineField(
            client=client, label=_("Number (SDA)"), help_text=_("A number, an extension or a name.")
        )
        # Read again in the time zone of the line's site, once the line is known.
        self.fields["since"] = since_field(UTC)
        self.fields["form_token"].initial = uuid.uuid4
        self._say_whose(client)
        self.order_fields(["mac", "vendor_confirmed", "description", "model", "line", "since"])
        self.helper = HouseFormHelper(
            submit=_("Save and open the window"),
            cancel_url=reverse("extranet:account", args=[client.reference]),
        )
        # Shown only if needed (see explain): for another manufacturer's address, with the model
        # « Automatique ».
        if self.data.get("vendor_confirmed") != "on":
            self.fields["vendor_confirmed"].widget = forms.HiddenInput()

    def _say_whose(self, client: Client) -> None:
        """Name the subscriber of the prefilled line, so that a click on the wrong row shows."""
        try:
            number = parse_number(self.initial.get("line", ""))
        except NumberError:
            return
        row = client.subscribers.filter(number=number).first()
        if row is not None:
            self.fields["line"].help_text = _(
                "Line of %(name)s. A number, an extension or a name."
            ) % {"name": row.name}

    def clean_since(self) -> datetime | None:
        line = self.cleaned_data.get("line")
        return (
            since_field(line.site.zone).clean(self.data.get("since")) if line is not None else None
        )

    def registration(self) -> Registration:
        """The registration that the valid form describes."""
        data = self.cleaned_data
        return Registration(
            mac=data["mac"],
            subscriber=data["line"],
            model=data["model"],
            description=data["description"],
            vendor_confirmed=data["vendor_confirmed"],
            form_token=data["form_token"],
            since=data["since"],
        )

    def explain(self, error: Exception) -> None:
        """Add to an error the details that unfold under it, and the checkbox that resolves it."""
        if isinstance(error, VendorNotConfirmed):
            self.fields["vendor_confirmed"].widget = forms.CheckboxInput()
        if isinstance(error, DuplicateMac):
            self.error_details["mac"] = _detail(error)


def _detail(error: DuplicateMac) -> ErrorDetail:
    if error.phone is None:
        return ErrorDetail(text=error.detail)
    return ErrorDetail(
        text=error.detail, link_url=_page_of(error.phone), link_label=_("Open its page")
    )


def _page_of(phone: Phone) -> str:
    return reverse("extranet:phone-detail", args=[phone.mac])


class RegisterManyForm(forms.Form):
    """« Plusieurs téléphones »: one phone per line of text."""

    lines = forms.CharField(
        label=_("Phones"),
        widget=forms.Textarea(attrs={"rows": 12, "class": "mc-mono", "spellcheck": "false"}),
        max_length=200_000,
        strip=False,
        help_text=_(
            "One phone per row: MAC;number;model;description, typed or copied from a "
            "spreadsheet, with its headers if any. Only the MAC address is required; a "
            "phone without a number waits, without a window."
        ),
    )
    vendor_confirmed = forms.BooleanField(
        label=_("I confirm the addresses that are not snom addresses"), required=False
    )

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = HouseFormHelper(
            submit=_("Preview"),
            icon="eye",
            cancel_url=reverse("extranet:account", args=[client.reference]),
        )
