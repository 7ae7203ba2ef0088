"""MAC addresses as typed, as in the file names that phones request, and as stored: twelve
upper-case hex digits.
"""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from clients.pasted import plain_spelling, spreadsheet_damage

SNOM_OUI = "000413"
DIGITS = 12

_HEX = "[0-9A-Fa-f]"
# One kind of separator at a time: a mixture is more often a typing slip than another spelling.
_SPELLING = "|".join(
    (
        rf"{_HEX}{{12}}",
        rf"{_HEX}{{2}}(?::{_HEX}{{2}}){{5}}",
        rf"{_HEX}{{2}}(?:-{_HEX}{{2}}){{5}}",
        rf"{_HEX}{{4}}(?:\.{_HEX}{{4}}){{2}}",
    )
)
# Not in file names, but copied from a label or a list of devices.
_SPACED = rf"{_HEX}{{2}}(?: {_HEX}{{2}}){{5}}|{_HEX}{{4}}(?: {_HEX}{{4}}){{2}}"
_TYPED = re.compile(f"{_SPELLING}|{_SPACED}")
_LABEL = re.compile(r"@?\s*(?:adresse\s+)?mac(?:\s+(?:address|id))?\s*[:=]?\s*", re.IGNORECASE)
_STORED = re.compile("[0-9A-F]{12}")
_SEPARATORS = re.compile(r"[:.\-\s]")
_FOREIGN = re.compile(r"[^0-9A-Fa-f:.\-\s]")
# File names that snom phones request (snom wiki, Auto Provisioning): {mac}.xml, <type>-<MAC>.htm,
# <name>-<MAC>.xml.
_NAME = re.compile(rf"(?:[\w.\-]{{1,64}}-)?({_SPELLING})\.(?:xml|htm)", re.ASCII | re.IGNORECASE)
_LONGEST_NAME = 96
# Digits only, and only with snom's prefix: with another prefix, missing digits are a typing slip.
_LOST_ZEROS = re.compile(rf"{SNOM_OUI.lstrip('0')}[0-9]{{6}}")

Message = str | Promise


class MacError(ValueError):
    """Why a text is not the MAC address of a phone: a stable reason and a sentence for the user."""

    def __init__(self, reason: str, message: Message) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True)
class ReadMac:
    """An address in its stored form, and a note on what had to be restored."""

    mac: str
    note: Message = ""


def parse_mac(text: str) -> str:
    """Normalize a typed address to twelve upper-case hex digits. Raises MacError."""
    return read_mac(text).mac


def read_mac(text: str) -> ReadMac:
    """Read an address in any spelling, « MAC: » before it or not, and restore the zeros that a
    spreadsheet removed. Raises MacError.
    """
    typed = " ".join(_without_label(text).split())
    if not typed:
        raise MacError("empty", _("Enter the MAC address printed under the phone."))
    if damage := spreadsheet_damage(typed, clock=False):
        raise MacError("spreadsheet", damage)
    if _LOST_ZEROS.fullmatch(typed):
        return ReadMac(typed.zfill(DIGITS), _("Leading zeros of the MAC address restored."))
    _refuse_shape(typed)
    mac = _SEPARATORS.sub("", typed).upper()
    _refuse_meaning(mac)
    return ReadMac(mac)


def searched_mac(text: str) -> str:
    """The MAC address if the whole search text is one, with a label and any mix of separators;
    else "".
    """
    bare = _SEPARATORS.sub("", _without_label(text)).upper()
    try:
        return parse_mac(bare) if _STORED.fullmatch(bare) else ""
    except MacError:
        return ""


def _without_label(text: str) -> str:
    return plain_spelling(_LABEL.sub("", plain_spelling(text), count=1))


def format_mac(mac: str) -> str:
    """The address for display: 00:04:13:AA:BB:CC."""
    return ":".join(mac[i : i + 2] for i in range(0, DIGITS, 2))


def shown_mac(text: str) -> str:
    """A stored MAC with colons; any other text unchanged."""
    return format_mac(text) if _STORED.fullmatch(text) else text


def oui(mac: str) -> str:
    """The six digits that identify the manufacturer."""
    return mac[:6]


def is_snom(mac: str) -> bool:
    """Whether the address is in snom's range."""
    return oui(mac) == SNOM_OUI


def mac_in_name(name: str) -> str | None:
    """The MAC address in a file name requested by a phone, or None; purely syntactic."""
    if len(name) > _LONGEST_NAME:
        return None
    found = _NAME.fullmatch(name)
    return _SEPARATORS.sub("", found[1]).upper() if found else None


def _refuse_shape(typed: str) -> None:
    if foreign := _FOREIGN.search(typed):
        raise MacError("characters", _foreign_character(foreign[0]))
    count = len(_SEPARATORS.sub("", typed))
    if count < DIGITS:
        raise MacError(
            "too-short",
            ngettext_lazy(
                "%(missing)d digit is missing: a MAC address has 12.",
                "%(missing)d digits are missing: a MAC address has 12.",
                "missing",
            )
            % {"missing": DIGITS - count},
        )
    if count > DIGITS:
        raise MacError(
            "too-long",
            ngettext_lazy(
                "%(extra)d digit too many: a MAC address has 12.",
                "%(extra)d digits too many: a MAC address has 12.",
                "extra",
            )
            % {"extra": count - DIGITS},
        )
    if not _TYPED.fullmatch(typed):
        raise MacError(
            "separators",
            _("Check the separators: write 000413AABBCC, 00:04:13:AA:BB:CC or 00-04-13-AA-BB-CC."),
        )


def _foreign_character(character: str) -> Message:
    if not character.isprintable():
        return _(
            "A MAC address has only the digits 0 to 9 and the letters A to F: remove the "
            "invisible character."
        )
    return _(
        "“%(character)s” is not allowed in a MAC address: only the digits 0 to 9 and the letters "
        "A to F are."
    ) % {"character": character}


def _refuse_meaning(mac: str) -> None:
    first = int(mac[:2], 16)
    if mac == "0" * DIGITS:
        raise MacError(
            "zero", _("This address is all zeros: copy the one printed under the phone.")
        )
    if mac == "F" * DIGITS:
        raise MacError(
            "broadcast", _("This is the address of every device (broadcast), not of one phone.")
        )
    if first & 0x01:
        raise MacError(
            "multicast", _("This is the address of a group (multicast), not of one phone.")
        )
    if first & 0x02:
        raise MacError(
            "local",
            _(
                "No manufacturer assigned this address (locally administered): copy the one "
                "printed under the phone."
            ),
        )
