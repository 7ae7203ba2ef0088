"""Reads « Plusieurs téléphones » line by line, typed or copied from a spreadsheet."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.models import Client, PlatformSettings, Subscriber
from clients.numbers import national
from clients.pasted import plain_spelling, spreadsheet_damage
from clients.scoping import Scope
from clients.services.audit import Actor
from metacentrex.errors import DomainError
from metacentrex.sheets import DELIMITERS, MOST_COLUMNS, SheetRow, is_declaration, split_line
from phones import catalogue
from phones.errors import DuplicateMac
from phones.imports.cells import BadCell, Options, is_meant_as_name, read_cell
from phones.imports.headers import DEEPEST_HEADER, columns_of, refuse_twice
from phones.imports.names import LineNames
from phones.mac import MacError, parse_mac
from phones.models import Phone
from phones.services.registration import Registration, check_list

MOST_LINES = 1000
FIELDS = ("mac", "number", "model", "description")  # in this order if the list has no headers


class BadLine(Exception):
    """One line of the list cannot be read; the message says why."""


@dataclass
class ListRow:
    """One line of the list: its values, and what will happen or what is wrong."""

    line: int
    mac: str = ""
    number: str = ""
    model_label: str = ""
    description: str = ""
    outcome: str = ""
    note: str = ""
    error: str = ""
    known: Phone | None = None  # the phone already registered with this MAC, if visible to the user
    registration: Registration | None = None

    @property
    def ok(self) -> bool:
        return not self.error

    @property
    def result(self) -> str:
        """The text of this line in the report."""
        return self.error or f"{self.outcome}. {self.note}".removesuffix(". ")


@dataclass(frozen=True)
class ReadList:
    """The lines of a list, and the headers of the columns left out."""

    rows: list[ListRow]
    unread: list[str]


@dataclass(frozen=True)
class Heads:
    """How to read the lines below the headers."""

    columns: Mapping[str, int]
    unread: list[str]
    count: int
    delimiter: str


def read_list(
    text: str, vendor_confirmed: bool, *, client: Client, scope: Scope, actor: Actor, now: datetime
) -> ReadList:
    """Read every non-blank line as a row. Raises DomainError, ListRefused, SheetRefused."""
    numbered = [(at, line) for at, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not numbered:
        raise DomainError(_("The list is empty."))
    heads, lines = _below_heads(numbered)
    if not lines:
        raise DomainError(_("The list has headers but no rows."))
    if len(lines) > MOST_LINES:
        raise DomainError(_("At most %(most)s rows at a time.") % {"most": MOST_LINES})
    subscribers = {row.number: row for row in client.subscribers.select_related("site")}
    names = LineNames(client)
    rows = [_read(at, line, heads, subscribers, names, vendor_confirmed) for at, line in lines]
    _refuse_twins(rows)
    _say_outcome(rows)
    _ask_platform(rows, client=client, scope=scope, actor=actor, now=now)
    return ReadList(rows, heads.unread if heads is not None else [])


def _below_heads(numbered: list[tuple[int, str]]) -> tuple[Heads | None, list[tuple[int, str]]]:
    """The headers and the lines below; a title and a « sep= » declaration may stand above them."""
    lines = numbered[1:] if is_declaration(numbered[0][1]) else numbered
    for at, (number, line) in enumerate(lines[:DEEPEST_HEADER]):
        if heads := _heads(number, line):
            return heads, lines[at + 1 :]
        if _is_mac(split_line(line, _delimiter(line), most=len(FIELDS))[0]):
            break
    return None, lines


def _heads(at: int, line: str) -> Heads | None:
    """The headers, if the line has any, split by the delimiter that recognizes the most fields."""
    rows = [(SheetRow(at, split_line(line, mark, most=MOST_COLUMNS)), mark) for mark in DELIMITERS]
    found = [(columns_of(row), row, mark) for row, mark in rows]
    (columns, unknown), row, mark = max(found, key=lambda each: len(each[0][0]))
    if "mac" not in columns or any(_is_mac(cell) for cell in row.cells):
        return None
    refuse_twice(row, FIELDS)
    unused = [row.cells[index] for name, index in columns.items() if name not in FIELDS]
    return Heads(columns, unknown + unused, len(row.cells), mark)


def _is_mac(cell: str) -> bool:
    try:
        return bool(parse_mac(cell))
    except MacError:
        return False


def _delimiter(line: str) -> str:
    """The first delimiter, because no MAC address contains one; the comma of 4,14E+08 is not."""
    first_cell = re.split("[;\t]", line, maxsplit=1)[0]
    is_decimal = spreadsheet_damage(plain_spelling(first_cell), clock=False) is not None
    marks = ";\t" if is_decimal else DELIMITERS
    return next((char for char in line if char in marks), DELIMITERS[0])


def _cells(line: str, heads: Heads | None) -> dict[str, str]:
    """The cells of a line; a description in the last column takes the rest. Raises BadLine."""
    if heads is None:
        mark = _delimiter(line)
        return dict(zip(FIELDS, split_line(line, mark, most=len(FIELDS)), strict=False))
    is_open = heads.columns.get("description") == heads.count - 1
    cells = split_line(line, heads.delimiter, most=heads.count if is_open else 0)
    if any(cells[heads.count :]):
        raise BadLine(gettext("This row has more cells than there are headers."))
    return {name: cells[index] for name, index in heads.columns.items() if index < len(cells)}


def _read(
    at: int,
    line: str,
    heads: Heads | None,
    subscribers: Mapping[str, Subscriber],
    names: LineNames,
    vendor_confirmed: bool,
) -> ListRow:
    try:
        cells = _cells(line, heads)
    except BadLine as error:
        return ListRow(at, mac=line[:100], error=str(error))
    typed = {name: cells.get(name, "") for name in FIELDS}
    row = ListRow(
        at,
        typed["mac"],
        typed["number"],
        typed["model"] or gettext("Automatic"),
        typed["description"],
    )
    read, row.note, problems = _values(typed, names)
    row.mac = read.get("mac", row.mac)
    if not problems and read["number"] and read["number"] not in subscribers:
        problems = [gettext("This number is not a line of this client.")]
    if problems:
        row.error = " ".join(problems)
        return row
    subscriber = subscribers.get(read["number"])
    row.number = national(subscriber.number) if subscriber is not None else ""
    row.model_label = catalogue.get(read["model"]).label if read["model"] else gettext("Automatic")
    row.description = read["description"]
    row.registration = Registration(
        read["mac"], subscriber, read["model"], read["description"], vendor_confirmed
    )
    return row


def _values(
    typed: Mapping[str, str], names: LineNames
) -> tuple[dict[str, str], str, Sequence[str]]:
    """The values of the cells, what was corrected, and what is wrong."""
    read: dict[str, str] = {}
    notes, problems = [], []
    for name in FIELDS:
        try:
            read[name], note = read_cell(name, typed[name], Options())
            if name == "number" and is_meant_as_name(read[name]):
                read[name] = names.number_of(read[name])
            if name == "mac" and not read[name]:
                parse_mac("")  # the only required cell
        except (BadCell, MacError) as error:
            problems.append(str(error))
        else:
            notes += [note] if note else []
    return read, " ".join(notes), problems


def _refuse_twins(rows: list[ListRow]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if row.registration is None:
            continue
        earlier = first.setdefault(row.registration.mac, row.line)
        if earlier != row.line:
            row.error = gettext("Same MAC address as row %(line)s.") % {"line": earlier}
            row.registration = None


def _say_outcome(rows: list[ListRow]) -> None:
    opened = gettext("registered, window of %(hours)s h opened") % {
        "hours": PlatformSettings.current().window_hours
    }
    for row in rows:
        on_a_line = row.registration is not None and row.registration.subscriber is not None
        row.outcome = opened if on_a_line else gettext("registered without a line or window")


def _ask_platform(
    rows: list[ListRow], *, client: Client, scope: Scope, actor: Actor, now: datetime
) -> None:
    asked = [row for row in rows if row.registration is not None]
    errors = check_list(
        [row.registration for row in asked if row.registration],
        client=client,
        scope=scope,
        actor=actor,
        now=now,
    )
    for row, error in zip(asked, errors, strict=True):
        if error is not None:
            row.error = str(error)
            row.known = error.phone if isinstance(error, DuplicateMac) else None
            row.registration = None
