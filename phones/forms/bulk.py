import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from metacentrex.ui.tables import ticked
from phones.services.bulk import Act

LONGEST_SHOWN = timedelta(days=1)  # twice a session: no older page can be posted
ACCOUNT, TODO = "account", "todo"


@dataclass(frozen=True)
class Listed:
    """The list above the bar, as in its hidden fields: enough to find all its phones again."""

    listed: str
    total: int
    seen: datetime
    q: str = ""
    f: str = ""
    client: str = ""
    form_token: uuid.UUID = field(default_factory=uuid.uuid4)


class PhoneBulkForm(forms.Form):
    """One action on the ticked phones, or on a whole list; `seen` is when the list was shown."""

    act = forms.TypedChoiceField(
        choices=[(act.value, act.value) for act in Act],
        coerce=Act,
        error_messages={
            "required": _("Choose an action."),
            "invalid_choice": _("Choose an action."),
        },
    )
    everything = forms.BooleanField(required=False)
    listed = forms.ChoiceField(choices=[(ACCOUNT, ACCOUNT), (TODO, TODO)], required=False)
    q = forms.CharField(required=False)
    f = forms.CharField(required=False)
    client = forms.CharField(required=False)
    form_token = forms.UUIDField(required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.ids = ticked(data, "phones")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.ids and not data.get("everything"):
            raise forms.ValidationError(_("Tick at least one phone."), code="none")
        return data

    @property
    def asked(self) -> tuple[Any, ...]:
        """The action, and the phones as identified by the form, which must be valid."""
        data = self.cleaned_data
        names = (
            [data[name] for name in ("listed", "q", "f", "client")]
            if data["everything"]
            else self.ids
        )
        return (data["act"].value, *names)

    def seen(self, now: datetime) -> datetime:
        """When the list was shown: not later than now, nor more than a day ago. Now if the page
        does not say.
        """
        try:
            told = parse_datetime(self.data.get("seen", ""))
        except ValueError:  # looks like a date, but is none
            told = None
        if told is None or told.tzinfo is None:
            return now
        return max(min(told, now), now - LONGEST_SHOWN)
