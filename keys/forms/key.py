from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.forms.fields import LineField
from clients.numbers import national
from clients.services.audit import Actor
from keys.drafts import KeyDraft, LayoutDraft
from keys.enums import Level
from keys.errors import LayoutRefused
from keys.functions import EVENTS, FUNCTIONS, Parameter
from keys.layout import KeyContent
from keys.owners import Owner
from keys.places import Place
from keys.queries import OwnLayout
from keys.services.layouts import save_layout
from metacentrex.errors import DomainError
from metacentrex.ui.forms import HouseFormHelper
from phones.catalogue import PhoneModel

# The field of this form for each field of a KeyProblem.
FIELDS = {"function": "function", "label": "label", "reason": "reason"}


def _types() -> list[tuple[str, Any]]:
    plain = [
        (function.code, function.label)
        for function in FUNCTIONS.values()
        if not function.is_advanced
    ]
    advanced = [
        (function.code, function.label) for function in FUNCTIONS.values() if function.is_advanced
    ]
    return [*plain, (str(_("Advanced")), advanced)]


class KeyForm(forms.Form):
    """One key in a plain form: its type, then its value in the field for that type."""

    place = forms.CharField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    function = forms.ChoiceField(label=_("Type"), choices=_types)
    whom = forms.CharField(
        label=_("Person or number"),
        required=False,
        help_text=_("A name, an extension or a number."),
    )
    event = forms.ChoiceField(
        label=_("Phone function"), required=False, choices=[("", "–"), *EVENTS.items()]
    )
    url = forms.CharField(label=_("Address"), required=False)
    label = forms.CharField(
        label=_("Label"),
        required=False,
        help_text=_("Follows the directory as long as you leave it empty."),
    )
    picks_up = forms.BooleanField(
        label=_("Pick up a call ringing there by pressing the key"), required=False
    )
    is_locked = forms.BooleanField(label=_("Lock this key for the levels below"), required=False)
    reason = forms.CharField(label=_("Reason for the lock"), required=False)
    back = forms.BooleanField(label=_("Go back to the inherited key"), required=False)

    def __init__(self, data: Any = None, *, owner: Owner, found: OwnLayout, place: Place) -> None:
        key = found.layout.at(place)
        content = key.content if key is not None else KeyContent()
        own = key.own if key is not None else None
        revision = found.profile.revision if found.profile is not None else 0
        initial = {
            "place": place.code,
            "revision": revision,
            "function": content.function,
            "label": content.label,
        }
        initial |= {"picks_up": content.picks_up, **_about(content)}
        if own is not None:
            initial |= {"is_locked": own.is_locked, "reason": own.reason}
        super().__init__(data, initial=initial)
        self.owner, self.found, self.target = owner, found, place
        self._content = content
        if owner.level is Level.SUBSCRIBER:
            del self.fields["is_locked"], self.fields["reason"]
        if own is None:
            del self.fields["back"]
        self.helper = HouseFormHelper(submit=_("Save this key"), required_note=False)

    def save(self, model: PhoneModel, actor: Actor) -> OwnLayout:
        """Save only this key. Raises DomainError, with a field of this form if one is concerned."""
        data = self.cleaned_data
        draft = None if data.get("back") else self._draft()
        asked = LayoutDraft(
            data["revision"], self.found.layers[-1].sidecars, {self.target.code: draft}
        )
        try:
            return save_layout(self.owner, model, asked, actor=actor)
        except LayoutRefused as error:
            problem = error.problems[0]
            parameter = FUNCTIONS[data["function"]].parameter
            field = FIELDS.get(problem.field) or {
                Parameter.EVENT: "event",
                Parameter.URL: "url",
            }.get(parameter, "whom")
            raise DomainError(problem.message, field=field if problem.field else None) from error

    def _draft(self) -> KeyDraft:
        data = self.cleaned_data
        parameter = FUNCTIONS[data["function"]].parameter
        value = {Parameter.EVENT: data["event"], Parameter.URL: data["url"]}.get(
            parameter, data["whom"]
        )
        person, ended = None, ""
        if parameter in (Parameter.PERSON, Parameter.TARGET):
            person, ended = self._whom(data["whom"])
        return KeyDraft(
            data["function"],
            "" if person or ended else value,
            person,
            ended,
            data["label"],
            data["picks_up"],
            data.get("is_locked", False),
            data.get("reason", ""),
        )

    def _whom(self, text: str) -> tuple[int | None, str]:
        """The pk of the line that the text names, or the number of the key's ended line."""
        person = self._content.person
        if person is not None and person.pk is None and text.strip() == national(person.number):
            return None, person.number
        if not text.strip() or self.owner.client is None:
            return None, ""
        try:
            line = LineField(client=self.owner.client, required=False).clean(text)
        except ValidationError as error:
            if error.code == "ambiguous":
                raise DomainError(error.messages[0], field="whom") from None
            return None, ""
        return (line.pk if line is not None else None), ""


def _about(content: KeyContent) -> dict[str, str]:
    """The key's value, by the form field that its function uses."""
    if content.person is not None:
        return {"whom": national(content.person.number)}
    parameter = FUNCTIONS[content.function].parameter
    return {{Parameter.EVENT: "event", Parameter.URL: "url"}.get(parameter, "whom"): content.value}
