from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.forms.fields import LineField
from clients.models import BarringClass, Client
from clients.services import ticked_lines
from clients.services.audit import Actor
from metacentrex.ui.tables import ticked

ACTIONS = ["present", "bar", "lock", "unlock"]


class BulkForm(forms.Form):
    """One action on the ticked lines; ids of other clients' lines are ignored."""

    action = forms.ChoiceField(choices=[(name, name) for name in ACTIONS])
    # the operator's table, not a tenant's
    barring = forms.ModelChoiceField(BarringClass.objects.all(), required=False)

    def __init__(self, data: Any, *, client: Client) -> None:
        super().__init__(data)
        self.ids = ticked(data, "subscribers")
        self.opposite: tuple[str, list[int]] | None = (
            None  # the action that undoes it, and on which lines
        )
        self.fields["presented_number"] = LineField(
            client=client, label=_("Number to present"), required=False
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.ids:
            raise forms.ValidationError(_("Tick at least one user."), code="none")
        if data.get("action") == "bar" and "barring" not in self.data:
            self.add_error("barring", _("Which restriction? Choose one, or none."))
        if (
            data.get("action") == "present"
            and "presented_number" in data
            and data["presented_number"] is None
        ):
            self.add_error("presented_number", _("Which number? Choose a line of the client."))
        return data

    def apply(self, client: Client, actor: Actor) -> int:
        """Run the action; returns how many lines changed. Raises DomainError."""
        data = self.cleaned_data
        if data["action"] == "present":
            return ticked_lines.present(
                client=client, ids=self.ids, number=data["presented_number"].number, actor=actor
            )
        if data["action"] == "bar":
            return ticked_lines.bar(
                client=client, ids=self.ids, barring=data["barring"], actor=actor
            )
        locked = data["action"] == "lock"
        changed = ticked_lines.lock(client=client, ids=self.ids, locked=locked, actor=actor)
        self.opposite = ("unlock" if locked else "lock", changed)
        return len(changed)
