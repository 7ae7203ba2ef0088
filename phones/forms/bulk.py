from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from metacentrex.ui.tables import ticked
from phones.services.bulk import Act


class PhoneBulkForm(forms.Form):
    """One act on the ticked phones; `seen` is when the list was shown."""

    act = forms.TypedChoiceField(
        choices=[(act.value, act.value) for act in Act],
        coerce=Act,
        error_messages={"required": _("What is to be done?"), "invalid_choice": _("What is to be done?")},
    )
    seen = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M:%S.%f%z"])

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.ids = ticked(data, "phones")

    def clean(self) -> dict[str, Any]:
        if not self.ids:
            raise forms.ValidationError(_("Tick at least one phone."), code="none")
        return super().clean() or self.cleaned_data
