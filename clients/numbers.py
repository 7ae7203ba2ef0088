"""Telephone numbers, typed as in France and stored as E.164; extensions and short codes, stored as
dialled.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.pasted import plain_spelling, spreadsheet_damage


@dataclass(frozen=True)
class Overseas:
    """The country codes of a French prefix; `only`: no mainland number has this prefix."""

    prefix: str
    codes: tuple[int, ...]
    only: bool = True


# Source: ARCEP, « Plan national de numérotation » (décision 2018-0881 and its amendments): the
# overseas départements share the ten-digit form with the mainland but have their own country codes,
# which "region FR" gets wrong.
OVERSEAS = (
    Overseas("0590", (590,)),
    Overseas("0690", (590,)),
    Overseas("0691", (590,)),
    Overseas("0594", (594,)),
    Overseas("0694", (594,)),
    Overseas("0596", (596,)),
    Overseas("0696", (596,)),
    Overseas("0697", (596,)),
    Overseas("0262", (262,)),
    Overseas("0269", (262,)),
    Overseas("0639", (262,)),
    Overseas("0692", (262,)),
    Overseas("0693", (262,)),
    Overseas("0508", (508,)),
    # Prefixes shared at four digits: phonenumbers' finer patterns decide, and the mainland comes
    # last.
    Overseas("0263", (262,), only=False),
    Overseas("0268", (262,), only=False),
    Overseas("0598", (590, 594, 596), only=False),
    Overseas("0708", (508,), only=False),
    Overseas("0709", (590, 594, 596, 262), only=False),
    Overseas("0939", (590, 594, 596, 262), only=False),
    Overseas("0947", (590, 594, 596, 262), only=False),
    Overseas("0976", (590, 594, 596, 262), only=False),
)
MAINLAND = 33
FRENCH_CODES = frozenset({MAINLAND, 508, 262, 590, 594, 596})

_GROUPING = re.compile(r"[\s.\-/]")
_PARENTHESES = re.compile(r"\((\+?[0-9]{1,6})\)")  # (06) 12 34 56 78, (+33) 6 12 34 56 78
_TRUNK = "(0)"  # +33 (0)9 70 … on business cards
_NATIONAL = re.compile(r"0[0-9]{9}")
_INTERNATIONAL = re.compile(r"\+[0-9]{5,15}")
# +33 06 …, +262 0692 …, +508 0508 …: the zero is not dialled after a country code.
_TRUNK_ZERO = re.compile(r"\+(33|262|590|594|596)0([0-9]{9})|\+(508)0(?:508)?([0-9]{6})")
_LOST_ZERO = re.compile(r"[1-9][0-9]{8}")
_LOST_PLUS = re.compile(r"33[1-9][0-9]{8}|330[0-9]{9}|(?:262|590|594|596)0?[0-9]{9}")
_ENOUGH_DIGITS = 8  # more than an extension or a short code has
_SHORT = re.compile(r"[0-9]{1,6}")
_DIAL_STRING = re.compile(r"[0-9]{2,7}")
_EMERGENCY = re.compile(r"15|17|18|11[0-9]|191|196|197|116[0-9]{3}")
_SPECIAL = re.compile(r"3[0-9]{3}|10[0-9]{2}|118[0-9]{3}")


class NumberError(ValueError):
    """The text is not an accepted number: a stable reason and a sentence for the user."""

    def __init__(self, reason: str, message: str | Promise) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NeedsConfirmation(NumberError):
    """A short code that may also be a public service: kept only if the user confirms it."""


@dataclass(frozen=True)
class ReadNumber:
    """A number in its E.164 form, and a note on what had to be restored."""

    e164: str
    note: str | Promise = ""


def parse_number(text: str) -> str:
    """The E.164 form of a number typed as in France; overseas prefixes are tried first."""
    return read_number(text).e164


def read_number(text: str) -> ReadNumber:
    """Read a number in any spelling, and restore what a spreadsheet dropped. Raises NumberError.

    The only parser of numbers: forms, lists, files, keys and the admin all use it.
    """
    plain = plain_spelling(text)
    if damage := spreadsheet_damage(plain):
        raise NumberError("spreadsheet", damage)
    typed = _compact(plain)
    if not typed:
        raise NumberError("empty", _("Enter a telephone number."))
    if _LOST_ZERO.fullmatch(typed):
        return ReadNumber(_with_zero(typed), _("Leading zero of the number restored."))
    if _LOST_PLUS.fullmatch(typed):
        return ReadNumber(_from_code(f"+{typed}"), _("“+” of the number restored."))
    return ReadNumber(_from_code(typed))


def complete_number(text: str) -> str:
    """The E.164 form of a whole number; "" for a name, a part of a number or any other text."""
    try:
        return parse_number(text)
    except NumberError:
        return ""


def is_meant_as_number(text: str) -> bool:
    """Whether a text is an attempt at a public number, not a short code, an extension or a name."""
    plain = plain_spelling(text)
    if spreadsheet_damage(plain):
        return True
    return plain.startswith("+") or sum(char in "0123456789" for char in plain) >= _ENOUGH_DIGITS


# a list shows each number several times, and the same ones again on each view
@lru_cache(maxsize=20_000)
def national(e164: str) -> str:
    """A number as typed in France: 0970711111, 0590123456. Stays E.164 if the short form would not
    be read back as the same number.
    """
    number = _parsed(e164)
    if number is None or number.country_code not in FRENCH_CODES:
        return e164
    digits = phonenumbers.national_significant_number(number)
    # Saint-Pierre-et-Miquelon's six digits are dialled after 0508 from the rest of France.
    typed = f"0508{digits}" if len(digits) == 6 else f"0{digits}"
    # Ambiguous numbers need their country code: a form must accept the number that it showed.
    return typed if _leads_to(typed, e164) else e164


def check_dial_string(text: str, confirmed: bool = False) -> str:
    """Check an extension or short code: two to seven digits, never an emergency number."""
    dialled = plain_spelling(text)
    if damage := spreadsheet_damage(dialled):
        raise NumberError("spreadsheet", damage)
    if not _DIAL_STRING.fullmatch(dialled):
        raise NumberError("dial-string", _("A short number has 2 to 7 digits and nothing else."))
    if _EMERGENCY.fullmatch(dialled):
        raise NumberError(
            "emergency",
            _("%(number)s is an emergency number: choose another one.") % {"number": dialled},
        )
    if _SPECIAL.fullmatch(dialled) and not confirmed:
        raise NeedsConfirmation(
            "special",
            _("%(number)s looks like a public service number. Confirm to keep it.")
            % {"number": dialled},
        )
    return dialled


def _compact(plain: str) -> str:
    """A plain spelling without separators, with "+" for "00"."""
    typed = _GROUPING.sub("", plain)
    if typed.lstrip("(").startswith(("+", "00")):
        typed = typed.replace(_TRUNK, "", 1)
    typed = _PARENTHESES.sub(r"\1", typed)
    return f"+{typed[2:]}" if typed.startswith("00") else typed


def _with_zero(typed: str) -> str:
    """Restore the leading zero of nine digits, dropped by a spreadsheet. Raises NumberError."""
    try:
        return _from_national(f"0{typed}")
    except NumberError as error:
        if error.reason == "ambiguous":
            raise
        raise _malformed(typed) from None


def _from_code(typed: str) -> str:
    """Read a number without separators, national or with its code. Raises NumberError."""
    if zero := _TRUNK_ZERO.fullmatch(typed):
        typed = "+" + "".join(part for part in zero.groups() if part)
    if typed.startswith("+33"):
        typed = f"0{typed[3:]}"  # one spelling for one number: +33 590 … is 0590 …
    if _NATIONAL.fullmatch(typed):
        return _from_national(typed)
    if _INTERNATIONAL.fullmatch(typed):
        return _from_international(typed)
    raise _malformed(typed)


def _from_national(typed: str) -> str:
    block = next((block for block in OVERSEAS if typed.startswith(block.prefix)), None)
    if block is not None:
        found = [e164 for code in block.codes if (e164 := _valid(_overseas_form(typed, code)))]
        if len(found) > 1:
            raise NumberError(
                "ambiguous",
                _(
                    "Several overseas départements have such numbers: type it with its code, such "
                    "as +590."
                ),
            )
        if found:
            return found[0]
        if block.only:
            raise _unassigned()
    if mainland := _valid(f"+{MAINLAND}{typed[1:]}"):
        return mainland
    raise _unassigned()


def _leads_to(typed: str, e164: str) -> bool:
    try:
        return parse_number(typed) == e164
    except NumberError:
        return False


def _overseas_form(typed: str, code: int) -> str:
    six_digits = code == 508 and typed.startswith("0508")
    return f"+{code}{typed[4:] if six_digits else typed[1:]}"


def _from_international(typed: str) -> str:
    if e164 := _valid(typed):
        return e164
    raise _unassigned()


def _parsed(e164: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return None


def _valid(e164: str) -> str | None:
    number = _parsed(e164)
    if number is None or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _malformed(typed: str) -> NumberError:
    if _EMERGENCY.fullmatch(typed):
        return NumberError(
            "emergency",
            _("%(number)s is an emergency number: choose another one.") % {"number": typed},
        )
    if _SHORT.fullmatch(typed):
        return NumberError(
            "short",
            _("This is a short number, not a line: type all ten digits, such as 0970711111."),
        )
    if re.fullmatch(r"\+?[0-9]+", typed):
        return NumberError("length", _("A French number has ten digits, such as 0970711111."))
    return NumberError(
        "characters",
        _(
            "A telephone number has only digits, with a “+” in front if needed, such as "
            "0970711111 or +33970711111."
        ),
    )


def _unassigned() -> NumberError:
    return NumberError(
        "unassigned", _("No telephone number starts like this one: check its digits.")
    )
