"""Encrypts published documents at rest, with a key derived from the first of
METACENTREX_FIELD_KEYS.
"""

import hashlib
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE = 12  # bytes


@lru_cache(maxsize=8)
def _derived(key: str, purpose: bytes) -> bytes:
    return HKDF(
        hashes.SHA256(), 32, salt=None, info=b"metacentrex published document " + purpose
    ).derive(key.encode())


def _first_key() -> str:
    if not settings.METACENTREX_FIELD_KEYS:
        raise ImproperlyConfigured("METACENTREX_FIELD_KEYS is empty.")
    return str(settings.METACENTREX_FIELD_KEYS[0])


def _box() -> AESGCM:
    return AESGCM(_derived(_first_key(), b"body"))


def key_mark() -> str:
    """A fingerprint of the key, which does not reveal it."""
    return hashlib.sha256(_derived(_first_key(), b"mark")).hexdigest()


def seal(phone_id: int, digest: str, body: bytes) -> bytes:
    """Encrypt the document of this phone with this digest."""
    nonce = os.urandom(NONCE)
    return nonce + _box().encrypt(nonce, body, f"{phone_id}|{digest}".encode())


def unseal(phone_id: int, digest: str, sealed: bytes) -> bytes | None:
    """Decrypt a document; None for another phone, digest or key, or if it was tampered with."""
    if len(sealed) <= NONCE:
        return None
    try:
        return _box().decrypt(sealed[:NONCE], sealed[NONCE:], f"{phone_id}|{digest}".encode())
    except InvalidTag:
        return None
