"""Helpers that take the values out of a catalogue file one by one: whatever is left is unknown."""

from typing import Any, TypeVar, cast, get_args

from phones.catalogue.schema import Confidence, Fact

Table = dict[str, Any]  # as returned by tomllib; never leaves the loader

Value = TypeVar("Value")


class CatalogueError(Exception):
    """A catalogue file with a missing, unknown or invalid value."""


def take(table: Table, name: str, kind: type[Value], *, may_be_empty: bool = False) -> Value:
    """Remove a required value and return it. Raises CatalogueError."""
    if name not in table:
        raise CatalogueError(f"{name} is missing")
    value = table.pop(name)
    if type(value) is not kind:  # not isinstance: a boolean is an int
        raise CatalogueError(f"{name} is not of type {kind.__name__}")
    if value in ("", []) and not may_be_empty:
        raise CatalogueError(f"{name} is empty")
    return value


def take_optional(table: Table, name: str, kind: type[Value]) -> Value | None:
    """Remove a value that may be empty, and return it; None where it is missing. Raises
    CatalogueError.
    """
    return take(table, name, kind, may_be_empty=True) if name in table else None


def take_count(table: Table, name: str) -> int:
    """Remove a required integer, at least 1, and return it. Raises CatalogueError."""
    value = take(table, name, int)
    if value < 1:
        raise CatalogueError(f"{name} is at least 1")
    return value


def take_fact(table: Table, name: str) -> Fact:
    """Remove confidence and source of one figure, and return them. Raises CatalogueError."""
    confidence = take(table, "confidence", str)
    if confidence not in get_args(Confidence):
        raise CatalogueError(f"{name}: unknown confidence {confidence}")
    return Fact(
        name=name, confidence=cast("Confidence", confidence), source=take(table, "source", str)
    )


def nothing_left(table: Table) -> None:
    """Raise CatalogueError for values that were not taken."""
    if table:
        raise CatalogueError(f"unknown: {', '.join(sorted(table))}")
