"""Compares a row with its stored version."""

from django.db.models import Model


def changed_fields(stored: Model, row: Model) -> set[str]:
    """The names of the fields that differ."""
    return {
        field.name
        for field in row._meta.concrete_fields
        if getattr(stored, field.attname) != getattr(row, field.attname)
    }
