"""SIRET numbers: fourteen digits and a Luhn checksum, with La Poste's exception."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# too many establishments for Luhn: for them, INSEE checks that the sum of digits is divisible by 5
LA_POSTE = "356000000"

_GROUPING = re.compile(r"[\s.]")
_DIGITS = re.compile(r"[0-9]+")


class SiretError(ValueError):
    """The text is not a SIRET: a stable reason and a sentence for the user."""

    def __init__(self, reason: str, message: str | Promise) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


def parse_siret(text: str) -> str:
    """Normalize a typed SIRET to fourteen digits. Raises SiretError."""
    siret = _GROUPING.sub("", text)
    if not _DIGITS.fullmatch(siret):
        raise SiretError("characters", _("A SIRET number has only digits."))
    if len(siret) != 14:
        raise SiretError(
            "length",
            _("A SIRET number has 14 digits; this one has %(count)d.") % {"count": len(siret)},
        )
    if siret.startswith("0" * 9) or not _checks(siret):
        raise SiretError(
            "checksum", _("A digit of this SIRET number is wrong: its check digit does not match.")
        )
    return siret


def _checks(siret: str) -> bool:
    return _luhn(siret) % 10 == 0 or (siret.startswith(LA_POSTE) and sum(map(int, siret)) % 5 == 0)


def _luhn(digits: str) -> int:
    doubled = (
        int(digit) * 2 if rank % 2 else int(digit) for rank, digit in enumerate(reversed(digits))
    )
    return sum(value - 9 if value > 9 else value for value in doubled)
