"""Parses the Authorization header of a phone: Basic (RFC 7617) or Digest (RFC 7616, MD5 and
qop=auth).
"""

import base64
import binascii
import re
from dataclasses import dataclass, field

LONGEST = 2000


@dataclass(frozen=True)
class NoCredentials:
    """No header at all."""


@dataclass(frozen=True)
class Unreadable:
    """A header of another scheme or algorithm, or not valid for its scheme."""


@dataclass(frozen=True)
class Basic:
    """User and password, as bytes: comparing must not depend on an encoding."""

    user: bytes
    password: bytes = field(repr=False)


@dataclass(frozen=True)
class Digest:
    """A proof of the password for one request, verified by provisioning.digest."""

    user: str
    nonce: str
    uri: str
    count: str  # `nc`, eight hexadecimal digits
    client_nonce: str
    response: str = field(repr=False)


Authorization = NoCredentials | Unreadable | Basic | Digest

# name = "quoted, with \" inside" or name = token, then a comma or the end.
_PARAMETER = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(?:,|\Z)')


def parse_authorization(header: str | None) -> Authorization:
    """Parse an Authorization header; never raises, whatever was sent."""
    if not header:
        return NoCredentials()
    scheme, _, rest = header.partition(" ")
    if len(header) > LONGEST:
        return Unreadable()
    if scheme.lower() == "basic":
        return _basic(rest)
    return _digest(rest) if scheme.lower() == "digest" else Unreadable()


def _basic(token: str) -> Basic | Unreadable:
    try:
        decoded = base64.b64decode(token.strip().encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return Unreadable()
    user, colon, password = decoded.partition(b":")
    return Basic(user, password) if colon else Unreadable()


def _digest(text: str) -> Digest | Unreadable:
    given = _parameters(text)
    if given is None or not given.keys() >= {
        "username",
        "nonce",
        "uri",
        "nc",
        "cnonce",
        "response",
    }:
        return Unreadable()
    response = given["response"].lower()
    readable = (
        given.get("algorithm", "MD5").upper() == "MD5"
        and given.get("qop") == "auth"
        and given.get("userhash", "false").lower() == "false"
        and re.fullmatch(r"[0-9a-fA-F]{8}", given["nc"])
        and given["cnonce"]
        and re.fullmatch(r"[0-9a-f]{32}", response)
    )
    if not readable:
        return Unreadable()
    return Digest(
        user=given["username"],
        nonce=given["nonce"],
        uri=given["uri"],
        count=given["nc"],
        client_nonce=given["cnonce"],
        response=response,
    )


def _parameters(text: str) -> dict[str, str] | None:
    """The parameters by lower-case name; None if the text is not a list of parameters, or has one
    twice.
    """
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = _PARAMETER.match(text, position)
        if match is None or match[1].lower() in found:
            return None
        quoted, token = match[2], match[3]
        found[match[1].lower()] = token if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        position = match.end()
    return found
