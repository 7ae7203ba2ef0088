"""What one phone is to be told, in no vendor's words: complete, frozen, read before the first byte leaves."""

from dataclasses import dataclass, field

from phones.catalogue import PhoneModel, Version


@dataclass(frozen=True)
class Provisioning:
    """Where the phone comes back to, and what it proves itself with."""

    url: str
    http_user: str
    http_password: str = field(repr=False)


@dataclass(frozen=True)
class Locale:
    """Language of the phone, country of its tones, IANA time zone of the place it is at."""

    language: str = "fr"
    tone_country: str = "FR"
    time_zone: str = "Europe/Paris"


@dataclass(frozen=True)
class WebCredentials:
    """Logins of the phone's own web pages, and the code of its administrator mode."""

    user: str
    password: str = field(repr=False)
    admin_password: str = field(repr=False)


@dataclass(frozen=True)
class Identity:
    """One SIP account; `display_number` is as people read it, `mailbox` what the message key dials."""

    number_e164: str
    display_number: str
    auth_name: str
    password: str = field(repr=False)
    realname: str
    domain: str
    outbound_proxy: str = ""
    transport: str = "udp"  # udp, tcp or tls (clients.enums.Transport)
    mailbox: str = ""


@dataclass(frozen=True)
class Contact:
    """One entry of the phone's directory."""

    name: str
    number: str


@dataclass(frozen=True)
class DocumentKey:
    """What one key does, by the code of keys.functions: `value` as it is dialled, sent or asked for.

    `pickup` is what a supervision dials to take a call that rings there, "" where it does not.
    """

    index: int
    function: str
    value: str = ""
    pickup: str = ""
    label: str = ""


@dataclass(frozen=True)
class PhoneDocument:
    """The configuration of one phone; `firmware` is None until the phone has said it."""

    mac: str
    model: PhoneModel
    firmware: Version | None
    provisioning: Provisioning
    locale: Locale
    web: WebCredentials
    identities: tuple[Identity, ...]
    keys: tuple[DocumentKey, ...]
    directory: tuple[Contact, ...]
