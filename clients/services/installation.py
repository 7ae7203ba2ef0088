"""The mark that ties a database to the data directory of a machine (docs/adr/009)."""

import os
import uuid
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client, Installation
from metacentrex import renewals
from metacentrex.start import CannotServe

FILE = "installation"


def path() -> Path:
    return Path(settings.METACENTREX_HOME) / FILE


def mark_of_machine() -> uuid.UUID | None:
    """The mark in the data directory; None if missing or unreadable."""
    try:
        return uuid.UUID(path().read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None


def mark_of_database() -> uuid.UUID | None:
    return Installation.objects.filter(pk=1).values_list("mark", flat=True).first()


def mark_new() -> None:
    """Bind a new database to this machine, or one that version 0.1 kept here; leave any other
    unchanged.
    """
    if mark_of_database() is not None:
        return
    if not Client.unscoped.exists() or _is_of_0_1():  # unscoped: whether any client exists
        renew_mark()


def _is_of_0_1() -> bool:
    """Whether this is the embedded database of version 0.1, which had no marks: it is in this data
    directory, which has no mark of another.
    """
    return settings.METACENTREX_EMBEDDED and not path().exists() and not renewals.path().exists()


@transaction.atomic
def renew_mark() -> uuid.UUID:
    """Give the database and this machine a new mark. Other machines must then adopt it."""
    mark = uuid.uuid4()
    Installation.objects.update_or_create(pk=1, defaults={"mark": mark})
    _write(mark)
    return mark


def take_mark() -> uuid.UUID:
    """Give this machine the database's mark; the database gets a new one if it has none."""
    mark = mark_of_database()
    if mark is None:
        return renew_mark()
    _write(mark)
    return mark


def _write(mark: uuid.UUID) -> None:
    """Write the mark atomically; later lines of the record of renewals are about this database."""
    renewals.note_mark(mark)
    draft = path().with_name(f".{FILE}.{os.getpid()}")
    draft.write_text(f"{mark}\n", encoding="ascii")
    draft.replace(path())


def check_mark() -> None:
    """Raise CannotServe unless database and data directory carry the same mark."""
    database, machine = mark_of_database(), mark_of_machine()
    if database is not None and database == machine:
        return
    if database is None and machine is None:
        reason = _("This database has never been linked to a machine.")
    elif machine is None:
        reason = _(
            "This database belongs to another data directory: it was restored or moved here."
        )
    else:
        reason = _(
            "This is not the database that this data directory knows: it was restored or replaced."
        )
    raise CannotServe(f"{reason} {what_to_do()}")


def what_to_do() -> str:
    return _(
        "Run “manage.py adopt --backup” after a restore, or “manage.py adopt --live” "
        "if it is the live database (docs/operations.md)."
    )
