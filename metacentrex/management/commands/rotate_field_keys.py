"""Moves encrypted columns to the first key of METACENTREX_FIELD_KEYS."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db.models import F, Model, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metacentrex.crypto import Column, decrypt, encrypted_columns, is_current, is_readable

BATCH = 500
CURRENT, OLDER, UNREADABLE = "current", "older", "unreadable"


class Command(BaseCommand):
    """Re-encrypt values of older keys. May be stopped and run again: done values are skipped."""

    help = str(
        gettext_lazy(
            "Re-encrypt every encrypted column under the first key of METACENTREX_FIELD_KEYS."
        )
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help=_("change nothing; exit 1 if something is left to do"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check everything first: if a key is missing, nothing is changed."""
        columns = list(encrypted_columns())
        found = {column: look(*column) for column in columns}
        if unreadable := [
            words_of(column) for column, counts in found.items() if counts[UNREADABLE]
        ]:
            message = _(
                "Nothing has been changed: %(columns)s hold values that no key of "
                "METACENTREX_FIELD_KEYS can decrypt. Add the key that encrypted them at the "
                "end of the list."
            )
            raise CommandError(message % {"columns": ", ".join(unreadable)})
        left = 0
        for column, counts in found.items():
            done = (
                0
                if options["check"]
                else sum(rotate(*column, pk, old) for pk, old in older(*column))
            )
            left += counts[OLDER] if options["check"] else look(*column)[OLDER]
            self._report(column, counts, done)
        if left:
            raise CommandError(
                _("Still under an older key: %(count)s") % {"count": left}, returncode=1
            )

    def _report(self, column: Column, counts: Counter[str], done: int) -> None:
        line = _(
            "%(column)s: %(current)s under the first key, %(older)s under an older one, %(done)s "
            "re-encrypted"
        )
        values = {
            "column": words_of(column),
            "current": counts[CURRENT],
            "older": counts[OLDER],
            "done": done,
        }
        self.stdout.write(line % values)


def words_of(column: Column) -> str:
    return f"{column[0]._meta.label}.{column[1]}"


def look(model: type[Model], name: str) -> Counter[str]:
    """Count the values encrypted with the first key, with an older one, and with an unknown one."""
    return Counter(_standing(token) for _pk, token in _tokens(model, name))


def older(model: type[Model], name: str) -> Iterator[tuple[Any, str]]:
    return (row for row in _tokens(model, name) if _standing(row[1]) == OLDER)


def _standing(token: str) -> str:
    if is_current(token):
        return CURRENT
    return OLDER if is_readable(token) else UNREADABLE


def rotate(model: type[Model], name: str, pk: Any, old: str) -> bool:
    """Re-encrypt one value, unless it changed since it was read."""
    return bool(_raw(model, name).filter(pk=pk, token=old).update(**{name: decrypt(old)}))


def _raw(model: type[Model], name: str) -> QuerySet[Model]:
    """The rows of all tenants with their stored, encrypted value; never shown on a page."""
    return model._base_manager.annotate(token=Cast(F(name), TextField()))


def _tokens(model: type[Model], name: str) -> Iterator[tuple[Any, str]]:
    """Primary key and stored text, read in batches: rows are written one by one, without locks."""
    rows = _raw(model, name).exclude(token=None).exclude(token="").order_by("pk")
    last = None
    while batch := list(
        (rows.filter(pk__gt=last) if last is not None else rows).values_list("pk", "token")[:BATCH]
    ):
        yield from batch
        last = batch[-1][0]
