"""Data for the key editor: the same layout as a list, as a drawing, and as data for its script."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import get_language, gettext

from clients.numbers import national
from keys.drawing import Face
from keys.enums import Level
from keys.functions import EVENTS, FUNCTIONS
from keys.layout import (
    EffectiveKey,
    KeyContent,
    Layer,
    LayerKey,
    Layout,
    Origin,
    Person,
    effective_layout,
)
from keys.owners import Owner
from keys.places import Place, most_sidecars, sidecar_bank
from keys.queries import OwnLayout
from keys.words import about, bank_label, labels_of, locked_by, origin_words, type_words
from phones import catalogue


@dataclass(frozen=True)
class KeyRow:
    """One key as shown in the list."""

    key: EffectiveKey
    label: str
    about: str
    type: str
    icon: str
    origin: str
    lock: str

    @property
    def code(self) -> str:
        return self.key.place.code

    @property
    def number(self) -> int:
        return self.key.place.position

    @property
    def is_mine(self) -> bool:
        return self.key.own is not None and self.key.lock is None

    @property
    def is_own_lock(self) -> bool:
        """Whether this layer itself locks the key for the narrower ones."""
        return self.key.own is not None and self.key.own.is_locked

    @property
    def trouble(self) -> str:
        """Why the key does nothing, or an empty text."""
        if self.key.content.has_ended:
            return gettext("this line no longer exists")
        return "" if self.key.content.is_allowed else gettext("this address is no longer allowed")

    @property
    def say(self) -> str:
        """The text for screen readers after the key's number: type, label, marks."""
        if self.key.content.is_empty:
            words = [gettext("free")]
        else:
            words = [" ".join(part for part in (self.type, self.label) if part)]
        if self.trouble:
            words.append(self.trouble)
        if self.lock:
            words.append(self.lock)
        return ", ".join(words)


@dataclass(frozen=True)
class Group:
    """A bank of keys, which can be collapsed."""

    bank: str
    label: str
    rows: tuple[KeyRow, ...]

    @property
    def module(self) -> int:
        """The number of the sidecar; 0 for a bank of the phone itself."""
        return self.rows[0].key.place.module

    @property
    def free(self) -> int:
        return sum(row.key.content.is_empty for row in self.rows)


def groups_of(layout: Layout, *, is_own: bool = True) -> list[Group]:
    """The banks of a phone and its sidecars, in the order of their indexes; `is_own`: the user is
    the line's own.
    """
    rows = list(_rows(layout, is_own))
    return [
        Group(bank, bank_label(bank), tuple(same))
        for bank, same in groupby(rows, key=lambda row: row.key.place.bank)
    ]


def _rows(layout: Layout, is_own: bool) -> Iterator[KeyRow]:
    for key, label in zip(layout.keys, labels_of(layout), strict=True):
        content = key.content
        yield KeyRow(
            key,
            label=label,
            about=about(content),
            type=type_words(content),
            icon=FUNCTIONS[content.function].icon,
            origin=origin_words(key.origin, is_own=is_own),
            lock=locked_by(key.lock) if key.lock else "",
        )


def faces_of(groups: list[Group]) -> dict[Place, Face]:
    """The content of each key in the drawing."""
    return {
        row.key.place: Face(
            row.label,
            row.say,
            locked=row.key.lock is not None or row.is_own_lock,
            inherited=not row.is_mine,
            broken=row.key.content.is_broken,
        )
        for group in groups
        for row in group.rows
    }


def editor_data(owner: Owner, found: OwnLayout) -> dict[str, Any]:
    """The initial state of the script, also sent with responses to update it."""
    layout, last = found.layout, found.layers[-1]
    # Includes the keys of absent sidecars: a wider layer may set or lock them.
    whole = _with_all_sidecars(found)
    return {
        "revision": found.profile.revision if found.profile is not None else 0,
        "sidecars": layout.sidecars,
        "ownSidecars": last.sidecars,
        "keys": {key.place.code: _key_data(key) for key in whole.keys},
        "changedBy": found.profile.changed_by if found.profile is not None else "",
    }


def catalogue_data(owner: Owner, layout: Layout, *, is_own: bool = True) -> dict[str, Any]:
    """Data that does not change while the editor is open: banks, functions, the layer's owner."""
    model = layout.model
    banks = [
        {"name": bank.name, "label": bank_label(bank.name), "keys": bank.keys}
        for bank in model.banks
    ]
    sidecar_keys = catalogue.sidecar(model.sidecar.family).keys if model.sidecar else 0
    modules = [
        {"name": name, "label": bank_label(name), "keys": sidecar_keys}
        for name in (sidecar_bank(module) for module in range(1, most_sidecars(model) + 1))
    ]
    return {
        "language": get_language(),
        "model": model.label,
        "banks": banks,
        "modules": modules,
        "maxSidecars": most_sidecars(model),
        "functions": [
            {
                "code": function.code,
                "label": str(function.label),
                "meaning": str(function.meaning),
                "parameter": function.parameter.value,
                "icon": function.icon,
                "advanced": function.is_advanced,
                "picksUp": function.picks_up,
            }
            for function in FUNCTIONS.values()
        ],
        "events": [{"code": code, "label": str(label)} for code, label in EVENTS.items()],
        "own": origin_words(_own_origin(owner), is_own=is_own),
        "locks": owner.level is not Level.SUBSCRIBER,
    }


def _own_origin(owner: Owner) -> Origin:
    return Origin(owner.level, owner.site.name if owner.site else "")


def _with_all_sidecars(found: OwnLayout) -> Layout:
    model, last = found.layout.model, found.layers[-1]
    widened = Layer(last.origin, last.keys, most_sidecars(model))
    return effective_layout(model, (*found.layers[:-1], widened))


def _key_data(key: EffectiveKey) -> dict[str, Any]:
    return {
        "own": _own_data(key.own),
        "inherited": content_data(key.inherited),
        "from": origin_words(key.inherited_from),
        "lock": locked_by(key.lock) if key.lock else "",
    }


def _own_data(own: LayerKey | None) -> dict[str, Any] | None:
    if own is None:
        return None
    return content_data(own.content) | {"isLocked": own.is_locked, "reason": own.reason}


def content_data(content: KeyContent) -> dict[str, Any]:
    """One key as data for the script."""
    return {
        "function": content.function,
        "value": content.value,
        "person": person_data(content.person) if content.person is not None else None,
        "label": content.label,
        "picksUp": content.picks_up,
        "refused": "" if content.is_allowed else content.value,
    }


def person_data(person: Person, site: str = "") -> dict[str, Any]:
    """A line as data for the script; `ended` is its number once the line has ended."""
    return {
        "pk": person.pk,
        "name": person.name,
        "number": national(person.number),
        "extension": person.extension,
        "site": site,
        "ended": person.number if person.pk is None else "",
    }


def place_asked(code: str, layout: Layout) -> Place | None:
    """The place with this code in a URL, if the phone has it."""
    return next((key.place for key in layout.keys if key.place.code == code), None)
