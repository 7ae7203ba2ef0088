"""The keys of a phone's document, for every index of the phone and of all its possible sidecars."""

from clients.numbers import national
from keys.functions import FUNCTIONS, NONE
from keys.layout import KeyContent, Layout, Person
from keys.places import most_sidecars, places_of
from keys.words import labels_of
from provisioning.document import DocumentKey


def keys_of(layout: Layout, pickup_code: str) -> tuple[DocumentKey, ...]:
    """The keys by index, from 0; a key about a line that has ended does nothing.

    Keys of absent sidecars are sent too, as empty. A phone keeps what a key did before, so a
    sidecar removed and added again would have its old keys. More indexes than a phone has are
    harmless: wazo_snom sends 220 to every model.
    """
    labelled = zip(layout.keys, labels_of(layout), strict=True)
    keys = tuple(_key(key.index, key.content, pickup_code, label) for key, label in labelled)
    whole = len(places_of(layout.model, most_sidecars(layout.model)))
    return keys + tuple(DocumentKey(index, NONE.code) for index in range(len(keys), whole))


def _key(index: int, content: KeyContent, pickup_code: str, label: str) -> DocumentKey:
    if content.is_broken:
        return DocumentKey(index, NONE.code)
    picks_up = FUNCTIONS[content.function].picks_up and content.picks_up
    value = dialled(content.person) if content.person is not None else content.value
    return DocumentKey(index, content.function, value, pickup_code if picks_up else "", label)


def dialled(person: Person) -> str:
    """The number to dial for a colleague, as in the directory: the extension, else the number."""
    return person.extension or national(person.number)
