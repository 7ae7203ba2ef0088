"""« Gérer vos téléphones »: choose by picture the phone whose keys to edit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from clients.models import Subscriber
from clients.numbers import national
from clients.scoping import Scope
from keys.enums import Level
from keys.models import PhoneProfile
from keys.views.editor import KeysOf
from phones import catalogue
from phones.catalogue import PhoneModel
from phones.models import Phone
from phones.states import PhoneState, state_of


@dataclass(frozen=True)
class Choice:
    """One phone of the line, or the stored keys of a model that it no longer has; `model` None: not
    known yet.
    """

    model: PhoneModel | None
    phone: Phone | None
    state: PhoneState | None
    sidecars: int
    url: str


def place_words(line: Subscriber) -> str:
    """« OpenIP_Interne: St_Avertin / 0970716830 », as in the guide."""
    return f"{line.client.group_name}: {line.site.name} / {national(line.number)}"


class KeyPhonesView(KeysOf):
    """The phones of one line; needs `self.line`, set by the audience's base."""

    line: Subscriber
    scope: Scope
    now: datetime

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        title = gettext("Choose a phone for %(place)s") % {"place": place_words(self.line)}
        context = {
            "section": "settings",
            "title": title,
            "choices": self._choices(),
            **self.words(),
        }
        return render(request, "keys/phones.html", context)

    def words(self) -> dict[str, Any]:
        raise NotImplementedError

    def _choices(self) -> list[Choice]:
        kept = PhoneProfile.objects.within(self.scope).filter(
            level=Level.SUBSCRIBER, subscriber=self.line
        )
        sidecars = {profile.model: profile.sidecars or 0 for profile in kept}
        phones = self.line.phones.select_related("client", "subscriber__site").order_by(
            "created_at", "pk"
        )
        choices = [self._choice(phone.effective_model, phone, sidecars) for phone in phones]
        here = {choice.model.code for choice in choices if choice.model is not None}
        choices += [self._choice(code, None, sidecars) for code in sorted(set(sidecars) - here)]
        return choices

    def _choice(self, code: str, phone: Phone | None, sidecars: dict[str, int]) -> Choice:
        state = state_of(phone, self.now) if phone is not None else None
        if not code:
            return Choice(None, phone, state, 0, "")
        url = reverse(self.route, kwargs={**self.kwargs, "model": code})
        return Choice(catalogue.get(code), phone, state, sidecars.get(code, 0), url)
