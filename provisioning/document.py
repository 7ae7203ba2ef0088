"""A phone's configuration, vendor-neutral, complete and frozen before the first byte is sent."""

from dataclasses import dataclass, field
from datetime import time

from phones.catalogue import PhoneModel, Version


@dataclass(frozen=True)
class Provisioning:
    """Where the phone fetches from, and its credentials."""

    url: str
    http_user: str
    http_password: str = field(repr=False)


@dataclass(frozen=True)
class Polling:
    """When the phone fetches again: after some seconds or at night, depending on its firmware."""

    seconds: int = 86_400
    opens: time = time(1)
    closes: time = time(4)


@dataclass(frozen=True)
class Policy:
    """The operator's settings for every phone; `registration_expiry` in seconds."""

    ntp_server: str = "pool.ntp.org"
    authenticates_notify: bool = True
    server_type: str = "default"  # clients.enums.SipServerType
    says_user_phone: bool = False
    matches_user_name: bool = False
    registration_expiry: int = 3600


@dataclass(frozen=True)
class Locale:
    """Language of the phone, country of its tones, IANA time zone of its site."""

    language: str = "fr"
    tone_country: str = "FR"
    time_zone: str = "Europe/Paris"


@dataclass(frozen=True)
class WebCredentials:
    """Logins of the phone's own web pages, and the code of its administrator mode, which is typed
    on the keypad.
    """

    user: str
    password: str = field(repr=False)
    admin_password: str = field(repr=False)
    admin_code: str = field(repr=False)


@dataclass(frozen=True)
class Identity:
    """One SIP account; `display_number` is the number for display.

    `mailbox` is the number that the message key dials, "" if the phone gets it from the platform.
    """

    number_e164: str
    display_number: str
    auth_name: str
    password: str = field(repr=False)
    realname: str
    domain: str
    outbound_proxy: str = ""
    transport: str = "udp"  # udp, tcp or tls (clients.enums.Transport)
    srtp: str = "off"  # off, optional or mandatory (clients.enums.Srtp)
    mailbox: str = ""


@dataclass(frozen=True)
class Contact:
    """One entry of the phone's directory."""

    name: str
    number: str


@dataclass(frozen=True)
class DocumentKey:
    """What one key does: a function of keys.functions, and the `value` to dial, send or fetch.

    `pickup` is the code with which a supervision key picks up a call that rings there, "" for none.
    """

    index: int
    function: str
    value: str = ""
    pickup: str = ""
    label: str = ""


@dataclass(frozen=True)
class PhoneDocument:
    """The configuration of one phone; `firmware` is None until the phone has reported it."""

    mac: str
    model: PhoneModel
    firmware: Version | None
    provisioning: Provisioning
    locale: Locale
    web: WebCredentials
    polling: Polling
    policy: Policy
    identities: tuple[Identity, ...]
    keys: tuple[DocumentKey, ...]
    directory: tuple[Contact, ...]
