"""Validators of this app's fields."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.siret import SiretError, parse_siret

# The zones in which a French operator has sites; the catalogue says how to set each on a phone.
SITE_TIME_ZONES = [
    (zone, label)
    for zone, label in (
        ("Europe/Paris", _("Metropolitan France")),
        ("America/Guadeloupe", _("Guadeloupe")),
        ("America/Martinique", _("Martinique")),
        ("America/Cayenne", _("French Guiana")),
        ("Indian/Reunion", _("Réunion")),
        ("Indian/Mayotte", _("Mayotte")),
        ("America/Miquelon", _("Saint Pierre and Miquelon")),
        ("Pacific/Noumea", _("New Caledonia")),
        ("Pacific/Tahiti", _("French Polynesia")),
    )
]

HOST = re.compile(
    r"\A(?=.{1,253}\Z)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\Z"
)


def validate_host(value: str) -> None:
    """Require a host name or IPv4 address, with an optional port."""
    host, colon, port = value.partition(":")
    if not HOST.match(host) or (
        colon and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536)
    ):
        raise ValidationError(
            _("A host name, with its port if needed: sip.example.fr:5060."), code="host"
        )


def validate_plain_host(value: str) -> None:
    """Require a host name or IPv4 address, without a port."""
    if not HOST.match(value):
        raise ValidationError(_("A host name, such as pool.ntp.org."), code="host")


def validate_siret(value: str) -> None:
    """Require fourteen digits with a valid check digit (clients.siret)."""
    try:
        parse_siret(value)
    except SiretError as error:
        raise ValidationError(str(error), code="siret") from None


PICKUP_CODE = re.compile(r"[0-9*#]{1,10}", re.ASCII)
# The last label begins with a letter, which excludes IP addresses in any notation.
HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?",
    re.ASCII,
)


def validate_pickup_code(value: str) -> None:
    """Require a code that a phone can dial to pick up a call that rings elsewhere."""
    if not PICKUP_CODE.fullmatch(value):
        raise ValidationError(_("Digits, “*” and “#” only, 10 at most."), code="pickup-code")


def is_host_name(text: str) -> bool:
    """Whether the text is a host name and not an IP address."""
    return HOST_NAME.fullmatch(text) is not None


def validate_host_names(value: str) -> None:
    """Require one host name per line, without IP address, scheme or port."""
    for line in value.split("\n"):
        if (name := line.strip()) and not is_host_name(name.lower()):
            raise ValidationError(
                _("“%(name)s” is not a host name. Type one per line, such as intranet.example.fr."),
                code="host-name",
                params={"name": name[:100]},
            )
