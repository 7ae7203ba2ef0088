"""Describes the differences between two documents of a phone, from their masked XML. Pure."""

from dataclasses import dataclass
from typing import Literal

from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext

from phones.catalogue import PhoneModel
from provisioning.masking import DOTS, is_mask
from provisioning.reading.directory import directory_change
from provisioning.reading.parse import Place, Reading, Value, read
from provisioning.reading.words import SETTINGS, label_of, words_of

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class Difference:
    """One change; `text` is set if it is clearer than before and after."""

    kind: Kind
    what: str
    before: str = ""
    after: str = ""
    text: str = ""


@dataclass(frozen=True)
class _Change:
    before: Value | None
    after: Value | None

    @property
    def value(self) -> Value:
        value = self.after or self.before
        assert value is not None  # noqa: S101 - a change has two sides, or one
        return value

    @property
    def renews_secret(self) -> bool:
        return (
            self.before is not None
            and self.after is not None
            and is_mask(self.before.text)
            and is_mask(self.after.text)
        )


def differences(before: str, after: str, model: PhoneModel | None = None) -> list[Difference]:
    """The changes from one document to the other; empty only for equal documents."""
    if before == after:
        return []
    old, new = read(before), read(after)
    changes = _changes(old, new)
    secrets = [change for change in changes.values() if change.renews_secret]
    found = [
        _in_words(change, model)
        for change in changes.values()
        if not change.renews_secret and not _repeats(change, changes)
    ]
    found += _renewed(secrets, model)
    if text := directory_change(old.contacts, new.contacts):
        found.append(Difference("changed", gettext("Directory"), text=text))
    return found or [
        Difference(
            "changed",
            pgettext("of a text", "Form"),
            text=gettext("the same values, written differently"),
        )
    ]


def _changes(old: Reading, new: Reading) -> dict[Place, _Change]:
    """The changes by place, in the order of the new document; removed values come last."""
    places = [*new.values, *(place for place in old.values if place not in new.values)]
    pairs = {place: _Change(old.values.get(place), new.values.get(place)) for place in places}
    return {place: change for place, change in pairs.items() if change.before != change.after}


def _repeats(change: _Change, changes: dict[Place, _Change]) -> bool:
    """Whether the value changed only because it repeats another setting, already listed."""
    value = change.value
    known = SETTINGS.get(value.name)
    if known is None or change.before is None or change.after is None:
        return False
    for name in known.repeats:
        # A setting without an account index repeats that of the first account.
        for index in {value.index, value.index or "1"}:
            source = changes.get((value.section, name, index, 0))
            if source is not None and _explains(source, change.before.text, change.after.text):
                return change.before.attributes == change.after.attributes
    return False


def _explains(source: _Change, before: str, after: str) -> bool:
    old = source.before.text if source.before else ""
    new = source.after.text if source.after else ""
    if not (old and new):
        return new in after if new else old in before
    places = (at for at in range(len(before)) if before.startswith(old, at))
    return any(before[:at] + new + before[at + len(old) :] == after for at in places)


def _in_words(change: _Change, model: PhoneModel | None) -> Difference:
    what = capfirst(label_of(change.value, model))
    if change.before is None:
        return Difference("added", what, after=words_of(change.value))
    if change.after is None:
        return Difference("removed", what, before=words_of(change.value))
    before, after = words_of(change.before), words_of(change.after)
    if before == after:  # the difference has no text
        before, after = _technical(change.before), _technical(change.after)
    return Difference("changed", what, before, after)


def _technical(value: Value) -> str:
    return value.technical if not is_mask(value.text) else value.technical.replace(value.text, DOTS)


def _renewed(changes: list[_Change], model: PhoneModel | None) -> list[Difference]:
    labels = list(dict.fromkeys(label_of(change.value, model) for change in changes))
    if not labels:
        return []
    return [
        Difference(
            "changed",
            gettext("Secrets"),
            text=gettext("renewed: %(secrets)s") % {"secrets": ", ".join(labels)},
        )
    ]
