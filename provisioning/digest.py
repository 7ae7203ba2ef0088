"""HTTP Digest (RFC 7616) for phones, without a table of nonces.

The nonce is derived from the current five minutes, so the challenge is the same for everybody and a
refusal tells nothing. It is good in its five minutes and the next. What keeps an overheard proof
from serving twice is written on the phone's own row: the proofs accepted under the nonces of the
moment.
"""

import hashlib
import hmac
from datetime import datetime
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from django.conf import settings

from phones.credentials import HttpCredentials
from provisioning.authorization import Authorization, Digest

REALM = "MetaCentrex"
BUCKET = 300  # seconds
MOST_PROOFS = 32  # of one phone within the nonces of the moment; a phone needs one or two


def nonce(now: datetime, earlier: int = 0) -> str:
    """The nonce of these five minutes, or of `earlier` times five minutes ago: 128 bits in
    hexadecimal.
    """
    return _nonce(int(now.timestamp()) // BUCKET - earlier, str(settings.METACENTREX_HTTP_KEY))


@lru_cache(maxsize=8)
def _nonce(bucket: int, key: str) -> str:
    return hmac.digest(key.encode(), f"nonce|{bucket}".encode(), hashlib.sha256)[:16].hex()


def challenges(now: datetime, given: Authorization) -> list[str]:
    """What a refusal offers, one header each: several in one header confuse simple clients.

    One Digest only: an old phone that keeps the last line would take an algorithm it cannot do.
    `stale` is told to whoever sent an old nonce, by the header alone: it says nothing of the MAC
    address or the password (docs/adr/008).
    """
    stale = ", stale=true" if isinstance(given, Digest) and not is_fresh(given, now) else ""
    return [
        f'Digest realm="{REALM}", qop="auth", algorithm=MD5, nonce="{nonce(now)}"{stale}',
        f'Basic realm="{REALM}"',
    ]


def is_fresh(given: Digest, now: datetime) -> bool:
    """Whether the nonce is that of now or of just before."""
    return given.nonce in (nonce(now), nonce(now, earlier=1))


def is_proof(given: Digest, expected: HttpCredentials, method: str, path: str) -> bool:
    """Whether the response proves the expected password, for this method and
    this path (decoded).
    """

    def hashed(text: str) -> str:
        # The password is 160 random bits: what MD5 is weak against is not what protects it here.
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    secret = hashed(f"{given.user}:{REALM}:{expected.password}")
    asked = hashed(f"{method}:{given.uri}")
    response = hashed(f"{secret}:{given.nonce}:{given.count}:{given.client_nonce}:auth:{asked}")
    same_user = hmac.compare_digest(given.user.lower().encode(), expected.user.encode())
    same_response = hmac.compare_digest(response.encode(), given.response.encode())
    return same_user & same_response & (_path_of(given.uri) == path)


def _path_of(uri: str) -> str:
    try:
        return unquote(urlsplit(uri).path)
    except ValueError:
        return ""


def mark_of(given: Digest) -> str:
    """What is stored of an accepted proof: enough to recognize it, too little to make another."""
    return hashlib.sha256(f"{given.nonce}|{given.response}".encode()).hexdigest()[:16]


def was_used(given: Digest, used: str, now: datetime) -> bool:
    """Whether this proof was used already, or too many were for a real phone."""
    marks = [line.partition(" ")[2] for line in _in_force(used, now)]
    return mark_of(given) in marks or len(marks) >= MOST_PROOFS


def with_used(given: Digest, used: str, now: datetime) -> str:
    """The phone's list with this proof added and expired ones removed."""
    return "\n".join([*_in_force(used, now), f"{given.nonce[:8]} {mark_of(given)}"])


def _in_force(used: str, now: datetime) -> list[str]:
    fresh = (nonce(now)[:8], nonce(now, earlier=1)[:8])
    return [line for line in used.splitlines() if line.startswith(fresh)]
