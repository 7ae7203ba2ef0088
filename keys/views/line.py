"""The keys of one line, for its subscriber and for those who act on their behalf."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext

from clients.access import LineView, PortalView
from clients.models import PlatformSettings, Subscriber
from clients.numbers import national
from keys.owners import Owner
from keys.views.editor import EditorView, KeysOf, PeopleView
from keys.views.phones import KeyPhonesView, place_words
from phones.models import Phone
from phones.polling import last_to_return, return_words
from phones.states import state_of


class KeysOfLine(KeysOf):
    """The owner is a line: needs `self.line`, set by the audience's base."""

    line: Subscriber

    def owner(self) -> Owner:
        return Owner.of_line(self.line)

    def above(self) -> list[tuple[str, str]]:
        """The previous page: the user's settings, or the lines of the group."""
        if "reference" in self.kwargs:
            return [(gettext("Users"), reverse("bg:line-list", args=[self.kwargs["reference"]]))]
        return [(pgettext("portal", "Settings"), reverse("portal:settings"))]


class LineEditorView(KeysOfLine, EditorView):
    """« Snom D765 - Modifier les paramètres pour OpenIP_Interne: St_Avertin / 0970716830 »."""

    phones_route: str

    def words(self) -> dict[str, Any]:
        names = {"model": capfirst(self.model().label), "place": place_words(self.line)}
        title = gettext("%(model)s - Change the settings for %(place)s") % names
        acting = getattr(self, "acting", None)
        if acting is not None and acting.role == "provider":
            title = gettext("%(title)s as provider") % {"title": title}
        kwargs = {name: value for name, value in self.kwargs.items() if name != "model"}
        return {
            "frame": "portal/base.html",
            "line": self.line,
            # Under /bg/, the menu is that of the group.
            "client": getattr(self, "client", None),
            "acting": acting,
            "title": title,
            "steps": [
                *self.above(),
                (gettext("Set up the keys"), reverse(self.phones_route, kwargs=kwargs)),
            ],
            "phones": self._phones(),
        }

    def news(self) -> dict[str, Any]:
        """The current states of the phones, to update the open page."""
        shown = {"phones": self._phones(), "line": self.line}
        return {"states": render_to_string("keys/editor_states.html", shown)}

    def when_taken(self) -> str:
        """For several phones, when the last of them gets the keys."""
        settings, now = PlatformSettings.current(), self.now  # type: ignore[attr-defined]
        last = last_to_return((each["phone"] for each in self._phones()), now, settings)
        if last is None:
            return gettext("A phone of this model gets them with its first configuration.")
        return return_words(last, now, settings)

    def screen(self) -> list[str]:
        return [national(self.line.number), self.line.name]

    def _phones(self) -> list[dict[str, Any]]:
        """The line's phones of this model, each with its state."""
        code = self.model().code
        rows = self.line.phones.select_related("client", "subscriber__site").order_by(
            "created_at", "pk"
        )
        mine: list[Phone] = [phone for phone in rows if phone.effective_model == code]
        return [{"phone": phone, "state": state_of(phone, self.now)} for phone in mine]  # type: ignore[attr-defined]


class LinePhonesView(KeysOfLine, KeyPhonesView):
    def words(self) -> dict[str, Any]:
        return {
            "frame": "portal/base.html",
            "line": self.line,
            "client": getattr(self, "client", None),
            "acting": getattr(self, "acting", None),
            "steps": self.above(),
        }


# --- The subscriber's own -------------------------------------------------------------------------


class OwnPhonesView(PortalView, LinePhonesView):
    route = "portal:key-editor"


class OwnEditorView(PortalView, LineEditorView):
    route, phones_route = "portal:key-editor", "portal:key-phones"


class OwnPeopleView(PortalView, KeysOfLine, PeopleView):
    route = "portal:key-editor"


# --- On behalf of somebody: the line is in the URL ------------------------------------------------


class ActingPhonesView(LineView, LinePhonesView):
    route = "bg:key-editor"


class ActingEditorView(LineView, LineEditorView):
    route, phones_route = "bg:key-editor", "bg:key-phones"


class ActingPeopleView(LineView, KeysOfLine, PeopleView):
    route = "bg:key-editor"
