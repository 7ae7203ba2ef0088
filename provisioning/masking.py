"""Masks the secrets of a document, so that it can be stored and shown.

A secret is a field of the document that is left out of its `repr`. Its mask is always eight dots,
then 32 bits of an HMAC of the phone, the field and the secret. So comparing two documents of a
phone shows whether a secret changed. Those bits are stored but never shown. They reveal nothing
about the secret: without the key they look random, and they differ between phones and fields even
for the same secret. With the key, the phone's passwords can be derived anyway. A SIP password has
142 random bits, which 32 bits do not identify.
"""

import hashlib
import hmac
import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from provisioning.document import PhoneDocument

DOTS = "•" * 8
FINGERPRINT = 8  # hexadecimal digits
_MASK = re.compile(f"{DOTS}[0-9a-f]{{{FINGERPRINT}}}")

T = TypeVar("T")


def masked(document: PhoneDocument, key: str) -> PhoneDocument:
    """The same document without its secrets."""
    return _masked(document, f"mask|{document.mac}|document", key.encode())


def is_mask(text: str) -> bool:
    """Whether this text is a mask."""
    return _MASK.fullmatch(text) is not None


def shown(text: str) -> str:
    """The text with its masks shown as dots."""
    return _MASK.sub(DOTS, text)


def _masked(value: T, path: str, key: bytes) -> T:
    if isinstance(value, tuple):
        items = tuple(_masked(item, f"{path}.{at}", key) for at, item in enumerate(value))
        changed_any = any(new is not old for new, old in zip(items, value, strict=True))
        return items if changed_any else value  # type: ignore[return-value]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed: dict[str, Any] = {}
    for field in fields(value):
        old, place = getattr(value, field.name), f"{path}.{field.name}"
        new = _masked(old, place, key) if field.repr else _mask(f"{place}|{old}", key)
        if new is not old:
            changed[field.name] = new
    return replace(value, **changed) if changed else value


def _mask(what: str, key: bytes) -> str:
    return DOTS + hmac.digest(key, what.encode(), hashlib.sha256).hex()[:FINGERPRINT]
