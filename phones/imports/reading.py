"""Parses the cells of rows; they are checked against the database later (judging.py).

A row is the payload of a job row (JSON): `problem` says why it is invalid, `note` what was
corrected.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from metacentrex.sheets import SheetRow
from phones.imports.cells import BadCell, Options, is_meant_as_name, read_cell
from phones.imports.headers import LABELS, Header
from phones.imports.names import LineNames

LINE_FIELDS = ("extension", "name", "licence", "site", "presented", "barring")


def read_rows(
    header: Header, options: Options, names: LineNames | None = None
) -> list[dict[str, Any]]:
    """Parse every row into a payload, with the problems in the file itself: bad cells, duplicate
    rows. `names` finds lines by a person's name.
    """
    payloads = [_read(row, header, options, names) for row in header.rows]
    _refer_numbers(payloads)
    for name, sentence in (
        ("mac", _("Same MAC address as row %(row)s.")),
        ("extension", _("Same extension as row %(row)s.")),
    ):
        _refuse_twins(payloads, name, str(sentence))
    return payloads


def _read(
    row: SheetRow, header: Header, options: Options, names: LineNames | None
) -> dict[str, Any]:
    payload: dict[str, Any] = {"row": row.number, "cells": row.cells}
    problems, notes = [], []
    for name, index in header.columns.items():
        cell = row.cells[index] if index < len(row.cells) else ""
        try:
            payload[name], note = read_cell(name, cell, options)
            if names is not None and name == "number" and is_meant_as_name(payload[name]):
                payload[name] = names.number_of(payload[name])
        except BadCell as error:
            payload[name], note = cell[:100], ""
            # The page shows numbers and addresses as typed; for other cells, the message names the
            # column.
            plain = name in ("number", "mac")
            problems.append(str(error) if plain else _in_column(name, str(error)))
        if note:
            notes.append(note)
    _join_name(payload)
    if not payload.get("number") and not payload.get("mac") and not problems:
        problems.append(
            gettext("This row has neither a number nor a MAC address, so there is nothing to do.")
        )
    payload["problem"], payload["note"] = " ".join(problems), " ".join(notes)
    return payload


def _in_column(name: str, why: str) -> str:
    return gettext("%(column)s: %(why)s") % {"column": LABELS[name], "why": why}


def _join_name(payload: dict[str, Any]) -> None:
    first = payload.pop("first_name", "")
    if first:
        payload["name"] = f"{first} {payload.get('name', '')}".strip()


# --- Rows that refer to other rows ----------------------------------------------------------------


def _sound(payloads: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (payload for payload in payloads if not payload["problem"])


def _refer_numbers(payloads: Sequence[dict[str, Any]]) -> None:
    """Link rows that refer to another row. A second row with the same number is another phone of
    that line; a row may also present another row's number.

    Both are handled after the row they refer to (`rank`).
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
        if earlier is not payload and (
            name == "mac" or earlier.get("number") != payload.get("number")
        ):
            payload["problem"] = sentence % {"row": earlier["row"]}
