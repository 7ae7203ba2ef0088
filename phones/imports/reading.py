"""From the texts of a row to what it asks for; pure: what the database knows is asked later (judging.py).

A row is a payload of a job (JSON): `problem` says why it is no good, `note` what was put right.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.numbers import NeedsConfirmation, NumberError, check_dial_string, parse_number
from clients.search import fold
from clients.text import validate_plain_text
from metacentrex.sheets import UNREADABLE, SheetRow
from metacentrex.ui.exports import unharmed
from phones import catalogue
from phones.imports.headers import LABELS, Header
from phones.mac import DIGITS, SNOM_OUI, MacError, parse_mac

LINE_FIELDS = ("extension", "name", "licence", "site", "presented", "barring")
LONGEST = {"name": 200, "description": 200, "site": 100, "licence": 100, "barring": 100}
AUTOMATIC = ("", "auto", "automatique", "automatic", "-", "–")
NOTHING = ("-", "–")  # how our own lists show an empty cell

_SCIENTIFIC = re.compile(
    r"[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+"
)  # without its sign it is a MAC address: 0004130000E1
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+)?|\d\d?/\d\d?/\d{4}|\d\d:\d\d:\d\d")
_LOST_ZERO = re.compile(r"[1-79][0-9]{8}")
_LOST_PLUS = re.compile(r"33[1-9][0-9]{8}")
_LOST_ZEROS = re.compile(rf"{SNOM_OUI.lstrip('0')}[0-9]{{6}}")


class BadCell(Exception):
    """A cell cannot be taken; the message says why and what to do."""


@dataclass(frozen=True)
class Options:
    """What the person ticked."""

    update: bool = False
    vendor_confirmed: bool = False
    special_confirmed: bool = False


def read_rows(header: Header, options: Options) -> list[dict[str, Any]]:
    """Every row as a payload, with what is wrong inside the file itself: bad cells, and rows that repeat another."""
    payloads = [_read(row, header, options) for row in header.rows]
    _refer_numbers(payloads)
    for name, sentence in (
        ("mac", _("Same MAC address as row %(row)s.")),
        ("extension", _("Same extension as row %(row)s.")),
    ):
        _refuse_twins(payloads, name, str(sentence))
    return payloads


def _read(row: SheetRow, header: Header, options: Options) -> dict[str, Any]:
    payload: dict[str, Any] = {"row": row.number}
    problems, notes = [], []
    for name, index in header.columns.items():
        cell = unharmed(row.cells[index]) if index < len(row.cells) else ""
        try:
            payload[name], note = _value(name, "" if cell in NOTHING else cell, options)
        except BadCell as error:
            payload[name], note = cell[:100], ""
            # The page shows numbers and addresses as they were typed; of the others one must say which.
            plain = name in ("number", "mac")
            problems.append(str(error) if plain else _in_column(name, str(error)))
        if note:
            notes.append(note)
    _join_name(payload)
    if not payload.get("number") and not payload.get("mac") and not problems:
        problems.append(gettext("Neither a number nor a MAC address: nothing can be done with this row."))
    payload["problem"], payload["note"] = " ".join(problems), " ".join(notes)
    return payload


def _in_column(name: str, why: str) -> str:
    return gettext("%(column)s: %(why)s") % {"column": LABELS[name], "why": why}


def _join_name(payload: dict[str, Any]) -> None:
    first = payload.pop("first_name", "")
    if first:
        payload["name"] = f"{first} {payload.get('name', '')}".strip()


def _value(name: str, cell: str, options: Options) -> tuple[str, str]:
    """The value to keep, and what was put right. Raises BadCell."""
    if name == "mac":
        return _mac(cell)
    if name in ("number", "presented"):
        return _number(cell)
    if name == "extension":
        return _extension(cell, options), ""
    if name == "model":
        return _model(cell), ""
    return _plain(cell, LONGEST.get(name, 100)), ""


def _mac(cell: str) -> tuple[str, str]:
    if not cell:
        return "", ""
    _refuse_spreadsheet_guess(cell)
    typed, note = cell, ""
    if _LOST_ZEROS.fullmatch(cell):
        typed, note = cell.zfill(DIGITS), gettext("Leading zeros of the MAC address restored.")
    try:
        return parse_mac(typed), note
    except MacError as error:
        raise BadCell(str(error)) from None


def _number(cell: str) -> tuple[str, str]:
    if not cell:
        return "", ""
    _refuse_spreadsheet_guess(cell)
    typed, note = cell.removeprefix("'"), ""  # as one tells a spreadsheet to keep the zero
    if _LOST_ZERO.fullmatch(typed):
        typed, note = f"0{typed}", gettext("Leading zero of the number restored.")
    elif _LOST_PLUS.fullmatch(typed):
        typed = f"+{typed}"
    try:
        return parse_number(typed), note
    except NumberError as error:
        raise BadCell(str(error)) from None


def _extension(cell: str, options: Options) -> str:
    if not cell:
        return ""
    _refuse_spreadsheet_guess(cell)
    try:
        return check_dial_string(cell, confirmed=options.special_confirmed)
    except NeedsConfirmation:
        raise BadCell(
            gettext(
                "%(number)s is also the form of a public service number. Tick the confirmation to keep it."
            )
            % {"number": cell}
        ) from None
    except NumberError as error:
        raise BadCell(str(error)) from None


def _model(cell: str) -> str:
    try:
        return model_code(cell)
    except KeyError:
        raise BadCell(gettext("Unknown model: %(model)s.") % {"model": cell[:40]}) from None


def model_code(text: str) -> str:
    """The code of a model typed as a code or a label, in any case; "" for automatic. Raises KeyError."""
    wanted = fold(text).replace(" ", "").replace("-", "")
    if wanted in AUTOMATIC:
        return ""
    for model in catalogue.all():
        label = fold(model.label).replace(" ", "")
        if not model.retired and wanted in (model.code.replace("-", ""), label, label.removeprefix("snom")):
            return model.code
    raise KeyError(text)


def _plain(cell: str, longest: int) -> str:
    if len(cell) > longest:
        raise BadCell(
            gettext("“%(start)s…” has more than %(most)s characters.") % {"start": cell[:20], "most": longest}
        )
    if UNREADABLE in cell:
        raise BadCell(
            gettext("“%(text)s” holds a character that cannot be read: save the file as UTF-8.")
            % {"text": cell[:40]}
        )
    try:
        validate_plain_text(cell)
    except ValidationError as error:
        raise BadCell(" ".join(error.messages)) from None
    return cell


def _refuse_spreadsheet_guess(cell: str) -> None:
    if _SCIENTIFIC.fullmatch(cell):
        raise BadCell(
            gettext(
                "The spreadsheet turned this cell into the number %(text)s: give the column the format “Text”"
                " and type it again."
            )
            % {"text": cell[:40]}
        )
    if _DATE.fullmatch(cell):
        raise BadCell(
            gettext(
                "The spreadsheet turned this cell into the date %(text)s: give the column the format “Text”"
                " and type it again."
            )
            % {"text": cell[:40]}
        )


# --- Rows that speak of other rows -----------------------------------------------------------------------


def _sound(payloads: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (payload for payload in payloads if not payload["problem"])


def _refer_numbers(payloads: Sequence[dict[str, Any]]) -> None:
    """A second row of a number is a second phone of that line; a row may present the number of another one.

    Both are done after the row they refer to (`rank`).
    """
    first: dict[str, dict[str, Any]] = {}
    for payload in _sound(payloads):
        number = payload.get("number")
        earlier = first.setdefault(number, payload) if number else payload
        if earlier is not payload:
            _second_row(payload, earlier)
    for payload in _sound(payloads):
        shown = first.get(payload.get("presented", ""))
        if shown is not None and shown["row"] not in (payload["row"], payload.get("first")):
            payload["presents_row"], payload["rank"] = shown["row"], 1


def _second_row(payload: dict[str, Any], earlier: dict[str, Any]) -> None:
    same = all(payload.get(name) in (None, "", earlier.get(name)) for name in LINE_FIELDS)
    if same and payload.get("mac"):
        payload["first"], payload["rank"] = earlier["row"], 2
        return
    payload["problem"] = (
        gettext("Same number as row %(row)s.")
        if same
        else gettext("Same number as row %(row)s, with other values.")
    ) % {"row": earlier["row"]}


def _refuse_twins(payloads: Sequence[dict[str, Any]], name: str, sentence: str) -> None:
    rows: dict[str, dict[str, Any]] = {}
    for payload in _sound(payloads):
        value = payload.get(name)
        if not value:
            continue
        earlier = rows.setdefault(value, payload)
        if earlier is not payload and (name == "mac" or earlier.get("number") != payload.get("number")):
            payload["problem"] = sentence % {"row": earlier["row"]}
