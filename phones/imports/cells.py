"""Reads one cell of a file or of a pasted list: its value, and what was corrected."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from clients.numbers import (
    NeedsConfirmation,
    NumberError,
    check_dial_string,
    is_meant_as_number,
    read_number,
)
from clients.search import fold
from clients.text import validate_plain_text
from metacentrex.sheets import UNREADABLE
from metacentrex.ui.exports import unharmed
from phones import catalogue
from phones.mac import MacError, read_mac

LONGEST = {"name": 200, "description": 200, "site": 100, "licence": 100, "barring": 100}
AUTOMATIC = ("", "auto", "automatique", "automatic", "–")
NOTHING = ("-", "–")  # an empty cell in our own lists

_SIGNS = re.compile(r"[\s\-/]")  # « snom D765 », « snom-d765 », FusionPBX's « snom/D765 »


class BadCell(Exception):
    """A cell is not valid; the message says why and what to do."""


@dataclass(frozen=True)
class Options:
    """The options ticked by the user."""

    update: bool = False
    vendor_confirmed: bool = False
    special_confirmed: bool = False
    moves: bool = False  # a phone on another line moves to the line of its row


def read_cell(name: str, text: str, options: Options) -> tuple[str, str]:
    """The value to keep, and what was corrected. Raises BadCell."""
    bare = unharmed(text)
    cell = "" if bare in NOTHING else bare
    if name == "mac":
        return _mac(cell)
    if name == "number" and is_meant_as_name(cell):
        return cell, ""
    if name in ("number", "presented"):
        return _number(cell)
    if name == "extension":
        return _extension(cell, options), ""
    if name == "model":
        return _model(cell), ""
    return _plain(cell, LONGEST.get(name, 100)), ""


def is_meant_as_name(cell: str) -> bool:
    """Whether a cell of the number column holds a person's name instead."""
    return any(char.isalpha() for char in cell) and not is_meant_as_number(cell)


def _mac(cell: str) -> tuple[str, str]:
    if not cell:
        return "", ""
    try:
        read = read_mac(cell)
    except MacError as error:
        raise BadCell(str(error)) from None
    return read.mac, str(read.note)


def _number(cell: str) -> tuple[str, str]:
    if not cell:
        return "", ""
    try:
        read = read_number(cell)
    except NumberError as error:
        raise BadCell(str(error)) from None
    return read.e164, str(read.note)


def _extension(cell: str, options: Options) -> str:
    if not cell:
        return ""
    try:
        return check_dial_string(cell, confirmed=options.special_confirmed)
    except NeedsConfirmation:
        raise BadCell(
            gettext(
                "%(number)s looks like a public service number. Tick the confirmation to keep it."
            )
            % {"number": cell}
        ) from None
    except NumberError as error:
        raise BadCell(str(error)) from None


def _model(cell: str) -> str:
    wanted = _SIGNS.sub("", fold(cell))
    if wanted in AUTOMATIC:
        return ""
    for model in catalogue.all():
        label = fold(model.label).replace(" ", "")
        if not model.retired and wanted in (
            model.code.replace("-", ""),
            label,
            label.removeprefix("snom"),
        ):
            return model.code
    raise BadCell(gettext("“%(model)s” is not in the catalogue of models.") % {"model": cell[:40]})


def _plain(cell: str, longest: int) -> str:
    if len(cell) > longest:
        raise BadCell(
            gettext("“%(start)s…” has more than %(most)s characters.")
            % {"start": cell[:20], "most": longest}
        )
    if UNREADABLE in cell:
        raise BadCell(
            gettext("“%(text)s” contains an unreadable character: save the file as UTF-8.")
            % {"text": cell[:40]}
        )
    try:
        validate_plain_text(cell)
    except ValidationError as error:
        raise BadCell(" ".join(error.messages)) from None
    return cell
