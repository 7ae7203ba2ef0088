"""Formats a number as a spreadsheet does, given the format of its cell.

A spreadsheet turns the MAC address 00041377E004 into the number 413770000; only the format reveals
it.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

GENERAL_DIGITS = 11  # longer numbers are shown in scientific notation
LONGEST_FORMAT = 255  # a spreadsheet's own limit; parsed formats are cached
PRECISE = 1e15  # from here on, digits are lost in any format
LARGEST = 9.99999e307  # a spreadsheet holds no number beyond

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_PART = re.compile(rf"{_LITERAL.pattern}|.", re.DOTALL)
_CONDITION = re.compile(r"\[[<>=]")
_SCALE = re.compile(r"(,*)[^0#?,]*$")  # each comma after the last digit divides by a thousand
_DECIMALS = re.compile(r"\.([0#?]+)|\.")


@dataclass(frozen=True)
class NumberFormat:
    """How a format displays a positive number."""

    is_general: bool = False
    is_whole: bool = True
    is_scientific: bool = False
    is_percent: bool = False
    decimals: int = 0
    digits: int = 0  # padded with zeros to this many
    thousands: int = 0  # how many groups of three digits are dropped
    prefix: str = ""  # digits and “+” that the format writes before the number


GENERAL = NumberFormat(is_general=True)


def shown_number(value: float, number_format: str) -> str:
    """The number as displayed: whole, scientific, with decimals or as a percentage."""
    how = read_format(number_format[:LONGEST_FORMAT])
    if abs(value) > LARGEST:
        return "9.99999E+307"
    if how.is_general:
        return how.prefix + _general(value)
    if how.is_scientific or abs(value) >= PRECISE:
        return f"{value:.{how.decimals if how.is_scientific else 5}E}"
    if how.is_percent:
        return f"{value * 100:.{how.decimals}f}%"
    if not how.is_whole:
        return f"{value / 1000**how.thousands:.{how.decimals or 1}f}"
    return f"{how.prefix}{value:0{how.digits}.0f}" if float(value).is_integer() else repr(value)


def _general(value: float) -> str:
    if not float(value).is_integer() or abs(value) >= PRECISE:
        return repr(float(value))
    whole = str(int(value))
    if len(whole.lstrip("-")) <= GENERAL_DIGITS:
        return whole
    mantissa, power = f"{value:.5E}".split("E")
    return f"{mantissa.rstrip('0').rstrip('.')}E{power}"


@lru_cache(maxsize=1000)
def read_format(code: str) -> NumberFormat:
    """Parse a format code for positive numbers: its first section, unless it has conditions."""
    sections = _sections(code)
    if _CONDITION.search(code):
        read = [_section(section) for section in sections]
        return next((how for how in read if not how.is_whole), NumberFormat())
    return replace(_section(sections[0]), prefix=_prefix(code))


def _prefix(code: str) -> str:
    """Digits and "+" that the first section puts before the number, as in +32 470 …"""
    written = ""
    for part in _PART.findall(code):
        if part in "0#?@;":
            break
        if part.startswith('"'):
            written += part[1:-1]
        elif part[0] not in "[_*":
            written += part[-1]
    return "".join(char for char in written if char in "+0123456789")


def _sections(code: str) -> list[str]:
    return _LITERAL.sub("", code).split(";")


def _section(section: str) -> NumberFormat:
    if "general" in section.lower() or not re.search("[0#?]", section):
        return GENERAL  # "@" too: a number in a cell formatted as text later
    found = _DECIMALS.search(section)
    decimals = len(found[1] or "") if found else 0
    if re.search("[eE][+-]", section):
        return NumberFormat(is_whole=False, is_scientific=True, decimals=decimals)
    if "%" in section:
        return NumberFormat(is_whole=False, is_percent=True, decimals=decimals)
    scale = _SCALE.search(section)
    thousands = len(scale[1]) if scale else 0
    if decimals or thousands or re.search(r"[0#?]\s*/\s*[0-9#?]", section):
        return NumberFormat(is_whole=False, decimals=decimals, thousands=thousands)
    placeholders = re.sub("[^0#?]", "", section)
    return NumberFormat(
        digits=len(placeholders[placeholders.index("0") :]) if "0" in placeholders else 0
    )
