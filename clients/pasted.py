"""Undoes or detects what other programs do to numbers and MAC addresses."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Soft hyphens, zero-width characters and direction marks get copied along with a text.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_HYPHENS = re.compile("[\u2010-\u2015\u2212]")
_APOSTROPHE = re.compile(r"\s*['\u2018\u2019]")  # makes a spreadsheet keep the leading zero

# Digits around an E without a sign are a MAC address: 0004130000E1.
_SCIENTIFIC = re.compile(r"[0-9]+(?:[eE][+\-][0-9]+|[.,][0-9]+[eE][+\-]?[0-9]+)")
_DECIMAL = re.compile(
    r"\+?(?:"
    r"[1-9][0-9]*\.0{1,3}"  # 970711111.0
    r"|[1-9][0-9]{4,}\.[0-9]+"  # 97071111.1: would be a telephone number without its point
    r"|0[0-9]{9}\.0+"
    r"|[0-9]+(?:[\s.][0-9]{3})*,[0-9]{1,4}"  # as in French spreadsheets
    r"|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+"
    r")"
)
_NEGATIVE = re.compile(r"-[0-9]{5,}")
_PERCENT = re.compile(r"[0-9]+(?:[.,][0-9]+)?\s?%")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+)?|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}")
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}")
_SHOWN = 40  # characters of the text quoted in an error


def plain_spelling(text: str) -> str:
    """The text with ASCII hyphens, without invisible characters or a leading apostrophe."""
    if text.isascii():
        plain = text
    else:
        plain = _HYPHENS.sub("-", _INVISIBLE.sub("", text))
    return (
        _APOSTROPHE.sub("", plain, count=1).strip() if _APOSTROPHE.match(plain) else plain.strip()
    )


def spreadsheet_damage(plain: str, *, clock: bool = True) -> str | Promise | None:
    """What to do about a text that a spreadsheet spoiled, or None if it did not.

    Takes a plain spelling. Without `clock`, 00:04:13 is not a time: it may begin a MAC address.
    """
    if any(number.fullmatch(plain) for number in (_SCIENTIFIC, _DECIMAL, _PERCENT, _NEGATIVE)):
        return _(
            "The spreadsheet turned this cell into the number %(text)s: set the column "
            "format to “Text” and type it again."
        ) % {"text": plain[:_SHOWN]}
    if _DATE.fullmatch(plain) or (clock and _CLOCK.fullmatch(plain)):
        return _(
            "The spreadsheet turned this cell into the date %(text)s: set the column "
            "format to “Text” and type it again."
        ) % {"text": plain[:_SHOWN]}
    return None
