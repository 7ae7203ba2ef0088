from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.forms.fields import LineField, SiteDateTimeField
from clients.numbers import national
from metacentrex.ui.forms import HouseFormHelper
from phones.forms.fields import DescriptionField, ModelField, since_field
from phones.models import Phone
from phones.questions import before_opening
from phones.services.assignment import PhoneChange


class ChangePhoneForm(forms.Form):
    """« Changer le téléphone »: description, model, « Affecté à la ligne ? », « Authentifier
    jusqu'à ».
    """

    description = DescriptionField()
    model = ModelField()
    assigned = forms.BooleanField(label=_("Assigned to the line?"), required=False)

    def __init__(self, data: Any = None, *, phone: Phone) -> None:
        subscriber = phone.subscriber
        initial = {
            "description": phone.description,
            "model": phone.model,
            "assigned": subscriber is not None,
            "line": national(subscriber.number) if subscriber else "",
        }
        super().__init__(data, initial=initial)
        self.fields["line"] = LineField(
            client=phone.client,
            label=_("Line"),
            required=False,
            help_text=_("A number, an extension or a name."),
        )
        self.fields["since"] = since_field(phone.zone)
        self.fields["until"] = SiteDateTimeField(
            zone=phone.zone,
            label=_("Authenticate until"),
            required=False,
            help_text=_(
                "If empty, the window has the usual length when the phone is put on a line; "
                "otherwise nothing changes."
            ),
        )
        self.helper = HouseFormHelper(
            submit=_("Apply"), cancel_url=reverse("extranet:phone-detail", args=[phone.mac])
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("assigned") and "line" in data and data["line"] is None:
            self.add_error(
                "line", ValidationError(_("Which line? Type its number."), code="required")
            )
        for name in ("since", "until"):
            if data.get(name) and not data.get("assigned"):
                self.add_error(
                    name,
                    ValidationError(
                        _("Assign a line first: a phone without a line cannot be authorized."),
                        code="no-line",
                    ),
                )
        return data

    def change(self) -> PhoneChange:
        """The change that the valid form describes."""
        data = self.cleaned_data
        return PhoneChange(
            description=data["description"],
            model=data["model"],
            subscriber=data["line"] if data["assigned"] else None,
            since=data["since"],
            until=data["until"],
        )


class WindowForm(forms.Form):
    """« À partir du », « Authentifier jusqu'à » on the phone's page; one of the two is enough."""

    def __init__(self, *args: Any, phone: Phone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"] = since_field(phone.zone)
        self.fields["until"] = SiteDateTimeField(
            zone=phone.zone,
            label=_("Authenticate until"),
            required=False,
            help_text=_("Leave empty for the usual length."),
        )
        self.helper = HouseFormHelper(
            submit=_("Authorize for these dates"),
            icon="calendar-event",
            required_note=False,
            action=reverse("extranet:phone-detail", args=[phone.mac]),
        )
        if question := before_opening(phone):
            self.helper.attrs |= {
                "data-confirm": question.text,
                "data-confirm-title": question.title,
            }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and data["since"] is None and data["until"] is None:
            self.add_error(
                "until", ValidationError(_("Give a start, an end, or both."), code="required")
            )
        return data
