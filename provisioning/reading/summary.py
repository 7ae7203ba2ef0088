"""Summarizes a document as text: its line, settings, keys, directory."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils.text import capfirst
from django.utils.translation import gettext

from keys.functions import NONE
from keys.places import places_of
from phones import catalogue
from phones.catalogue import PhoneModel
from provisioning.reading.parse import DIRECTORY, KEYS, Entry, Reading, Value, read
from provisioning.reading.words import SETTINGS, key_label, label_of, words_of
from provisioning.renderers.snom.keys import KEYWORDS

UNUSED = "off"


@dataclass(frozen=True)
class Named:
    """A value with its label."""

    label: str
    text: str


@dataclass(frozen=True)
class Summary:
    """The content of a document, without repetitions."""

    line: list[Named]
    unused_accounts: int
    settings: list[Named]
    keys: list[Named]
    key_count: int
    contacts: tuple[Entry, ...]


def summary(xml: str, model: PhoneModel | None = None) -> Summary:
    """Summarize the document, without settings that repeat others and those of unused accounts."""
    reading = read(xml)
    unused = {
        value.index
        for value in reading.values.values()
        if value.name == "user_active" and value.text == UNUSED
    }
    told = [value for value in _told(reading) if value.index not in unused]
    keys = _arranged([value for value in reading.of(KEYS) if value.name], model)
    return Summary(
        line=[_named(value, model) for value in told if value.index],
        unused_accounts=len(unused),
        settings=[_named(value, model) for value in told if not value.index],
        keys=list(_runs(keys, model)),
        key_count=len(keys),
        contacts=reading.contacts,
    )


def _told(reading: Reading) -> Iterator[Value]:
    for value in reading.values.values():
        known = SETTINGS.get(value.name)
        is_copy = known is not None and known.repeats and not known.says_more
        if value.name and value.section not in (KEYS, DIRECTORY) and not is_copy:
            yield value


def _arranged(keys: list[Value], model: PhoneModel | None) -> list[Value]:
    """The keys of the phone and its sidecars, without absent sidecars, whose keys do nothing."""
    own = len(places_of(model, 0)) if model else len(keys)
    used = max((at for at, key in enumerate(keys) if key.text != KEYWORDS[NONE.code]), default=0)
    while model and own <= used:
        own += catalogue.sidecar(model.sidecar.family).keys if model.sidecar else len(keys)
    return keys[:own]


def _named(value: Value, model: PhoneModel | None) -> Named:
    return Named(capfirst(label_of(value, model)), words_of(value))


def _runs(keys: list[Value], model: PhoneModel | None) -> Iterator[Named]:
    """One entry for each run of adjacent keys that do the same."""
    for words, same in groupby(keys, key=words_of):
        group = list(same)
        first, last = key_label(group[0].index, model), key_label(group[-1].index, model)
        label = (
            first
            if len(group) == 1
            else gettext("%(first)s to %(last)s") % {"first": first, "last": last}
        )
        yield Named(capfirst(label), words)
