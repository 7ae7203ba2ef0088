"""Validates the values of keys: the grammar of each parameter, and of labels.

A phone parses "type argument|option", expands "$name" and stops at a line end: users must not enter
"|", "$" or line ends (snom wiki, Function Key Types; GS3's templates for the variables).
"""

import re
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.numbers import NumberError, is_meant_as_number, national, parse_number
from clients.pasted import plain_spelling, spreadsheet_damage
from clients.text import validate_plain_text
from clients.validators import is_host_name
from keys.functions import EVENTS, Parameter

LONGEST_LABEL = 40
LONGEST_NUMBER = 32
LONGEST_URL = 255
FORBIDDEN = "|$"

_SEPARATORS = re.compile(r"[\s.\-()/]+")
_DIALLED = re.compile(r"[0-9*#]+", re.ASCII)
_SHORT_CODE = re.compile(r"[0-9]{1,7}", re.ASCII)
_PUBLIC = re.compile(r"\+[0-9]*|00[1-9][0-9]{6,}|0[0-9]{9}", re.ASCII)
_DIGITS = re.compile(r"[0-9A-D*#,]+", re.ASCII)
_URL = re.compile(r"[\x21-\x7e]+", re.ASCII)


def clean_label(text: str) -> str:
    """Clean a label, without spaces around it. Raises ValidationError."""
    label = text.strip()
    _refuse_forbidden(label)
    validate_plain_text(label)
    if len(label) > LONGEST_LABEL:
        raise ValidationError(
            _("At most %(most)s characters."), code="too-long", params={"most": LONGEST_LABEL}
        )
    return label


def clean_number(text: str) -> str:
    """A number as a phone dials it, such as 0612345678 or *21#. Raises ValidationError.

    A code has at most seven digits, or contains “*” or “#”; anything else must be a public number.
    """
    typed = _compact(text)
    if not typed:
        raise ValidationError(_("Choose a person or type a number."), code="required")
    if spreadsheet_damage(plain_spelling(text)):
        return _public_number(text)
    if _SHORT_CODE.fullmatch(typed) or "*" in typed or "#" in typed or not is_meant_as_number(text):
        return _as_dialled(typed)
    return _public_number(text)


def clean_code(text: str) -> str:
    """A number of the platform, such as a conference room. Raises ValidationError.

    It may be long; a text written as a public number is read as one.
    """
    typed = _compact(text)
    if not typed:
        raise ValidationError(_("Type the number."), code="required")
    is_public = spreadsheet_damage(plain_spelling(text)) or _PUBLIC.fullmatch(typed)
    return _public_number(text) if is_public else _as_dialled(typed)


def _compact(text: str) -> str:
    """The text without separators. Raises ValidationError."""
    _refuse_forbidden(text)
    return _SEPARATORS.sub("", plain_spelling(text))


def _as_dialled(typed: str) -> str:
    if not _DIALLED.fullmatch(typed):
        raise ValidationError(
            _("A number has only digits, “*” and “#”, with a “+” in front if needed."),
            code="number",
        )
    if len(typed) > LONGEST_NUMBER:
        raise ValidationError(
            _("At most %(most)s digits."), code="too-long", params={"most": LONGEST_NUMBER}
        )
    return typed


def _public_number(text: str) -> str:
    try:
        return national(parse_number(text))
    except NumberError as error:
        raise ValidationError(str(error), code="number") from None


def clean_digits(text: str) -> str:
    """DTMF digits sent during a call; a comma is a pause. Raises ValidationError."""
    digits = _compact(text).upper()
    if not digits:
        raise ValidationError(_("Type the digits to send."), code="required")
    if not _DIGITS.fullmatch(digits):
        raise ValidationError(
            _("Only 0 to 9, A to D, “*”, “#” and a comma for a pause."), code="digits"
        )
    if len(digits) > LONGEST_NUMBER:
        raise ValidationError(
            _("At most %(most)s digits."), code="too-long", params={"most": LONGEST_NUMBER}
        )
    return digits


def clean_event(text: str) -> str:
    """One of the phone's functions. Raises ValidationError."""
    if text not in EVENTS:
        raise ValidationError(_("Choose a function from the list."), code="event")
    return text


def clean_url(text: str, hosts: Collection[str]) -> str:
    """An http(s) URL on one of the operator's hosts; we never resolve or fetch it. Raises
    ValidationError.

    The host is only compared with the list of names, so IP addresses in any notation are refused
    (decimal, octal, hexadecimal, IPv6, full-width).
    """
    _refuse_forbidden(text)
    address = text.strip()
    if not address:
        raise ValidationError(_("Type the address."), code="required")
    if len(address) > LONGEST_URL or not _URL.fullmatch(address) or "\\" in address:
        raise ValidationError(
            _("A web address has at most %(most)s characters, without spaces or accents."),
            code="url",
            params={"most": LONGEST_URL},
        )
    try:
        parts = urlsplit(address)
        host, _port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise ValidationError(_("This is not a valid address."), code="url") from None
    if parts.scheme.lower() not in ("http", "https"):
        raise ValidationError(_("The address must begin with https:// or http://."), code="scheme")
    if "@" in parts.netloc:
        raise ValidationError(
            _("Leave logins and passwords out of the address: phones show it."), code="userinfo"
        )
    if host not in hosts or not is_host_name(host):
        raise ValidationError(
            _("“%(host)s” is not one of the hosts that the operator allows."),
            code="host",
            params={"host": host or "–"},
        )
    return address


def is_allowed_url(url: str, hosts: Collection[str]) -> bool:
    """Whether a stored web address is still on one of the operator's hosts."""
    try:
        clean_url(url, hosts)
    except ValidationError:
        return False
    return True


CLEANERS: dict[Parameter, Callable[[str], str]] = {
    Parameter.TARGET: clean_number,
    Parameter.CODE: clean_code,
    Parameter.DIGITS: clean_digits,
    Parameter.EVENT: clean_event,
}


def _refuse_forbidden(text: str) -> None:
    for char in text:
        if char in FORBIDDEN or char in "\r\n":
            shown = {"\r": "\\r", "\n": "\\n"}.get(char, char)
            raise ValidationError(
                _("“%(char)s” cannot be used here: the phone treats it as a command. Remove it."),
                code="forbidden",
                params={"char": shown},
            )
