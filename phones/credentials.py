"""A phone's credentials. HTTP: derived, so not stored. SIP: random, stored encrypted."""

import base64
import hashlib
import hmac
import secrets
import string
import uuid
from dataclasses import dataclass, field

from django.conf import settings

# no character that needs escaping in SIP, XML or a URL
SIP_ALPHABET = string.ascii_letters + string.digits
NOBODY = uuid.UUID(int=0)  # for the password to compare with when the MAC is unknown


@dataclass(frozen=True)
class HttpCredentials:
    """`http_client_user` and `http_client_pass` of a phone: 160 bits, base32."""

    user: str
    password: str = field(repr=False)


def _derive(purpose: str, uid: uuid.UUID, generation: int) -> str:
    key = str(settings.METACENTREX_HTTP_KEY).encode()
    digest = hmac.digest(key, f"{purpose}|{uid.hex}|{generation}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:20]).decode().lower()


def http_credentials(mac: str, uid: uuid.UUID, generation: int) -> HttpCredentials:
    """The phone's credentials of one generation; those of other generations are unrelated."""
    return HttpCredentials(mac.lower(), _derive("http", uid, generation))


def web_password(uid: uuid.UUID, generation: int) -> str:
    """The password of the phone's own web page, renewed with its HTTP credentials."""
    return _derive("web", uid, generation)[:24]


def web_admin_password(uid: uuid.UUID, generation: int) -> str:
    """The administrator password of the phone's web page: typed in a browser, so it can be long."""
    return _derive("web-admin", uid, generation)[:24]


def admin_pin(uid: uuid.UUID, generation: int) -> str:
    """The phone's administrator code: eight digits, because it is typed on its keypad."""
    drawn = hashlib.sha256(_derive("pin", uid, generation).encode()).digest()[:8]
    return f"{int.from_bytes(drawn) % 10**8:08d}"


def new_sip_auth_name() -> str:
    return "mc" + "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(14))


def new_sip_password() -> str:
    """24 letters and digits: 142 bits."""
    return "".join(secrets.choice(SIP_ALPHABET) for _ in range(24))
