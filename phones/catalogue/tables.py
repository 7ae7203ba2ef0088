"""The values of a catalogue file, taken out one by one, so that what is left at the end is what
nobody knows.
"""

from typing import Any, TypeVar, cast, get_args

from phones.catalogue.schema import Confidence, Fact

Table = dict[str, Any]  # what tomllib gives; nothing of it leaves the loader

Value = TypeVar("Value")


class CatalogueError(Exception):
    """A catalogue file that says too little, too much or something impossible."""


def take(table: Table, name: str, kind: type[Value], *, may_be_empty: bool = False) -> Value:
    """Remove a required value and return it. Raises CatalogueError."""
    if name not in table:
        raise CatalogueError(f"{name} is missing")
    value = table.pop(name)
    if type(value) is not kind:  # not isinstance: TOML's true is no figure
        raise CatalogueError(f"{name} is not of type {kind.__name__}")
    if value in ("", []) and not may_be_empty:
        raise CatalogueError(f"{name} is empty")
    return value


def take_optional(table: Table, name: str, kind: type[Value]) -> Value | None:
    """Remove a value that may be missing or empty; None where it is missing.
    Raises CatalogueError.
    """
    return take(table, name, kind, may_be_empty=True) if name in table else None


def take_count(table: Table, name: str) -> int:
    """Remove a whole number of at least 1. Raises CatalogueError."""
    value = take(table, name, int)
    if value < 1:
        raise CatalogueError(f"{name} is at least 1")
    return value


def take_fact(table: Table, name: str) -> Fact:
    """Remove confidence and source of one figure. Raises CatalogueError."""
    confidence = take(table, "confidence", str)
    if confidence not in get_args(Confidence):
        raise CatalogueError(f"{name}: unknown confidence {confidence}")
    return Fact(
        name=name, confidence=cast("Confidence", confidence), source=take(table, "source", str)
    )


def nothing_left(table: Table) -> None:
    """Raises CatalogueError for values that nobody took."""
    if table:
        raise CatalogueError(f"unknown: {', '.join(sorted(table))}")
