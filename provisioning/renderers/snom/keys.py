"""Programmable keys: every index of the phone and its sidecars, because a key left out keeps its
former function.

<fkey idx="n" context="…" label="…" perm="…">type argument|option</fkey> (snom wiki, Function Keys;
D7 user manual p. 20).
"""

from collections.abc import Iterator

from lxml import etree

from keys.functions import FUNCTIONS, LINE, NONE
from keys.places import most_sidecars, places_of
from provisioning.document import DocumentKey, PhoneDocument
from provisioning.renderers.base import UnsupportedFeature
from provisioning.renderers.snom.elements import EDITABLE

FIRST_IDENTITY = "1"
# The active identity; as in the D7 manual's examples, and in wazo_snom for all keys but lines.
ACTIVE_IDENTITY = "active"

# Our function -> snom's key type (snom wiki, Function Key Types).
KEYWORDS = {
    "line": "line",
    "none": "none",
    "speed": "speed",
    "blf": "blf",
    "extension": "dest",
    "transfer": "transfer",
    "forward": "redirect",
    "park": "orbit",
    "intercom": "icom",
    "dtmf": "dtmf",
    "conference": "conference",
    "event": "keyevent",
    "url": "url",
}
CODES = {keyword: code for code, keyword in KEYWORDS.items()}


def check_keys(document: PhoneDocument) -> None:
    """Raise UnsupportedFeature unless each key of the phone and its sidecars is present once, with
    a function that snom has.
    """
    whole = len(places_of(document.model, most_sidecars(document.model)))
    if sorted(key.index for key in document.keys) != list(range(whole)):
        raise UnsupportedFeature("keys", "each key of the phone and its sidecars exactly once")
    for key in document.keys:
        if key.function not in KEYWORDS:
            raise UnsupportedFeature("key function", key.function)
        if any(char in key.value + key.pickup for char in "|$\n"):
            raise UnsupportedFeature("key value", "an order in it")


def keys(document: PhoneDocument) -> Iterator[etree._Element]:
    """The children of <functionKeys>, by index."""
    for key in sorted(document.keys, key=lambda key: key.index):
        yield _fkey(key)


def read_key(element: etree._Element) -> DocumentKey:
    """Parse an <fkey> written by `keys`. Raises KeyError for an unknown type."""
    keyword, _, argument = (element.text or "").partition(" ")
    value, _, pickup = argument.partition("|")
    return DocumentKey(
        int(element.get("idx", "")), CODES[keyword], value, pickup, element.get("label", "")
    )


def _fkey(key: DocumentKey) -> etree._Element:
    element = etree.Element("fkey", idx=str(key.index))
    if key.function != NONE.code:
        element.set("context", FIRST_IDENTITY if key.function == LINE.code else ACTIVE_IDENTITY)
    element.set("label", key.label)
    # Not read-only: firmware 10 would log "Writing to parameter fkey_icon_typeX is not permitted".
    # Locks still work: every fetch sets the key again.
    element.set("perm", EDITABLE)
    element.text = KEYWORDS[key.function] + _argument(key)
    return element


def _argument(key: DocumentKey) -> str:
    pickup = f"|{key.pickup}" if key.pickup and FUNCTIONS[key.function].picks_up else ""
    return f" {key.value}{pickup}" if key.value else ""
