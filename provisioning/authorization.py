"""Reading the Authorization header of a phone. Basic today; Digest becomes one more class here."""

import base64
import binascii
from dataclasses import dataclass, field


@dataclass(frozen=True)
class NoCredentials:
    """No header at all."""


@dataclass(frozen=True)
class Unreadable:
    """A header of another scheme, or one that is not what its scheme says."""


@dataclass(frozen=True)
class Basic:
    """User and password, as bytes: what is compared must not depend on an encoding."""

    user: bytes
    password: bytes = field(repr=False)


Authorization = NoCredentials | Unreadable | Basic


def parse_authorization(header: str | None) -> Authorization:
    """Read an Authorization header; never raises, whatever was sent (RFC 7617 for Basic)."""
    if not header:
        return NoCredentials()
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "basic" or len(header) > 1000:
        return Unreadable()
    try:
        decoded = base64.b64decode(token.strip().encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return Unreadable()
    user, colon, password = decoded.partition(b":")
    return Basic(user, password) if colon else Unreadable()
