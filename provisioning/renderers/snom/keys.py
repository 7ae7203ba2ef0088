"""Programmable keys: every index of the phone, because one left out keeps what it did before."""

from collections.abc import Iterator

from lxml import etree

from keys.functions import LINE, NONE
from keys.layout import Key
from provisioning.document import PhoneDocument
from provisioning.renderers.base import UnsupportedFeature
from provisioning.renderers.snom.elements import EDITABLE

FIRST_IDENTITY = "1"

# Our function -> what snom's key says (snom wiki, Function Key Types).
KEYWORDS = {LINE.code: "line", NONE.code: "none"}


def check_keys(document: PhoneDocument) -> None:
    """UnsupportedFeature unless each key of the phone is said once, with a function snom knows."""
    if sorted(key.index for key in document.keys) != list(range(document.model.key_count)):
        raise UnsupportedFeature("keys", "each key of the phone exactly once")
    for key in document.keys:
        if key.function not in KEYWORDS:
            raise UnsupportedFeature("key function", key.function)


def keys(document: PhoneDocument) -> Iterator[etree._Element]:
    """The children of <functionKeys>, by index."""
    for key in sorted(document.keys, key=lambda key: key.index):
        yield _fkey(key)


def _fkey(key: Key) -> etree._Element:
    element = etree.Element("fkey", idx=str(key.index))
    if key.function == LINE.code:
        element.set("context", FIRST_IDENTITY)
    element.set("label", key.label)
    # Not read-only: firmware 10 then logs « Writing to parameter fkey_icon_typeX is not permitted ».
    element.set("perm", EDITABLE)
    element.text = KEYWORDS[key.function]
    return element
