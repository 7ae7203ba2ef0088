"""Columns encrypted at rest, with separate keys that can be rotated."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.db.models.lookups import IsNull


@lru_cache(maxsize=8)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("METACENTREX_FIELD_KEYS is empty.")
    return MultiFernet([Fernet(key) for key in keys])


def box() -> MultiFernet:
    """Return the current keys: the first one encrypts, all of them decrypt."""
    return _box(tuple(settings.METACENTREX_FIELD_KEYS))


def encrypt(text: str) -> str:
    """Encrypt a text with the first key."""
    return box().encrypt(text.encode("utf-8")).decode("ascii")


def decrypt(token: str) -> str:
    """Decrypt a text with the key that encrypted it."""
    try:
        return box().decrypt(token.encode("ascii")).decode("utf-8")
    except InvalidToken as error:
        raise ImproperlyConfigured(
            "An encrypted column was written with a key that is not here."
        ) from error


def is_readable(token: str) -> bool:
    """Whether one of the current keys encrypted the text."""
    try:
        decrypt(token)
    except ImproperlyConfigured:
        return False
    return True


def is_current(token: str) -> bool:
    """Whether the first key encrypted the text."""
    try:
        Fernet(settings.METACENTREX_FIELD_KEYS[0]).decrypt(token.encode("ascii"))
    except InvalidToken:
        return False
    return True


class EncryptedTextField(models.TextField):
    """A text stored encrypted.

    Encrypting a text twice gives different results, so values cannot be compared: all lookups but
    `isnull` are refused. To move rows to a new key, put it first in METACENTREX_FIELD_KEYS and run
    `rotate_field_keys`.
    """

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way to the database."""
        prepared = super().get_prep_value(value)
        return encrypt(str(prepared)) if prepared else prepared  # nothing to hide in ""

    def from_db_value(
        self, value: str | None, expression: object, connection: object
    ) -> str | None:
        """Decrypt on the way from the database."""
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Allow only `isnull`."""
        if lookup_name == "isnull":
            return IsNull
        raise FieldError(f"{self.name} is encrypted: it cannot be searched ({lookup_name}).")


Column = tuple[type[models.Model], str]


def encrypted_columns() -> Iterator[Column]:
    """Every encrypted column of every model."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field.name
