"""HTTP Digest (RFC 7616) for phones, without a table of nonces.

The nonce is derived from the current period of five minutes, so all callers get the same challenge,
and a refusal reveals nothing. It is valid in its period and the next. Against replays, the phone's
row lists the responses accepted under the nonces still valid.
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
MOST_PROOFS = 32  # of one phone under the valid nonces; a phone needs one or two


def nonce(now: datetime, earlier: int = 0) -> str:
    """The nonce of this period, or of the one `earlier` periods ago: 128 bits in hexadecimal."""
    return _nonce(int(now.timestamp()) // BUCKET - earlier, str(settings.METACENTREX_HTTP_KEY))


@lru_cache(maxsize=8)
def _nonce(bucket: int, key: str) -> str:
    return hmac.digest(key.encode(), f"nonce|{bucket}".encode(), hashlib.sha256)[:16].hex()


def challenges(now: datetime, given: Authorization) -> list[str]:
    """The challenges of a refusal, one header each: several in one header confuse simple clients.

    Only one Digest: an old phone that uses the last header would get an unsupported algorithm.
    `stale` depends only on the nonce sent, so it reveals nothing about the MAC address or the
    password (docs/adr/008).
    """
    stale = ", stale=true" if isinstance(given, Digest) and not is_fresh(given, now) else ""
    return [
        f'Digest realm="{REALM}", qop="auth", algorithm=MD5, nonce="{nonce(now)}"{stale}',
        f'Basic realm="{REALM}"',
    ]


def is_fresh(given: Digest, now: datetime) -> bool:
    """Whether the nonce is that of the current period or the previous one."""
    return given.nonce in (nonce(now), nonce(now, earlier=1))


def is_proof(given: Digest, expected: HttpCredentials, method: str, path: str) -> bool:
    """Whether the response proves the expected password, for this method and this decoded path."""

    def hashed(text: str) -> str:
        # The password has 160 random bits: the weaknesses of MD5 do not matter here.
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
    """The hash stored for an accepted proof: enough to recognize it, not to forge another."""
    return hashlib.sha256(f"{given.nonce}|{given.response}".encode()).hexdigest()[:16]


def was_used(given: Digest, used: str, now: datetime) -> bool:
    """Whether this proof was already used, or more were used than a real phone needs."""
    marks = [line.partition(" ")[2] for line in _in_force(used, now)]
    return mark_of(given) in marks or len(marks) >= MOST_PROOFS


def with_used(given: Digest, used: str, now: datetime) -> str:
    """The phone's list with this proof added and expired ones removed."""
    return "\n".join([*_in_force(used, now), f"{given.nonce[:8]} {mark_of(given)}"])


def _in_force(used: str, now: datetime) -> list[str]:
    fresh = (nonce(now)[:8], nonce(now, earlier=1)[:8])
    return [line for line in used.splitlines() if line.startswith(fresh)]
