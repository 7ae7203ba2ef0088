"""The data directory's own memory of renewed credentials, kept apart from the database
(docs/adr/009).

One line for each renewal, with no secret: time, phone, generation. A database restored from a
backup is found out by it, and so is which phones the backup is too old for. A line `mark` says
which database the following ones are about.
"""

import logging
import os
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils import timezone

logger = logging.getLogger(__name__)

FILE = "renewals.log"
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# Looked for at the end of a line: what a power cut left half written stands before it, and is
# passed over.
_LINE = re.compile(
    rf"(?P<at>\d{{4}}-\d\d-\d\dT[\d:]{{8}}Z) (?:mark (?P<mark>{_UUID})|(?P<phone>{_UUID}) "
    rf"(?P<to>\d+))$"
)


class UnreadableRenewals(Exception):
    """A line of the file is none of ours."""


@dataclass
class Renewals:
    """Which databases files are about, and the highest generation of credentials each phone is
    known to have had.
    """

    marks: set[uuid.UUID] = field(default_factory=set)
    generations: dict[uuid.UUID, int] = field(default_factory=dict)
    last: str = ""  # the time of the newest line


def path() -> Path:
    return Path(settings.METACENTREX_HOME) / FILE


def note(phone: uuid.UUID, generation: int) -> None:
    """Add the renewal of a phone's credentials; a failure is logged and stops nobody."""
    try:
        _append(f"{phone} {generation}")
    except OSError:
        logger.exception("renewal_not_noted phone=%s generation=%d", phone, generation)


def note_mark(mark: uuid.UUID) -> None:
    """Say that what follows is about the database with that mark."""
    _append(f"mark {mark}")


def _append(text: str) -> None:
    """One write at the end of the file, whole among those of other processes."""
    line = f"{timezone.now():%Y-%m-%dT%H:%M:%SZ} {text}\n".encode()
    descriptor = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def read(files: Iterable[Path]) -> Renewals:
    """What these files record together. Raises UnreadableRenewals, OSError."""
    found = Renewals()
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        # Without its end, the last line was never written whole.
        for number, line in enumerate(text.split("\n")[:-1], start=1):
            _learn(found, line, f"{file}, line {number}")
    return found


def _learn(found: Renewals, line: str, place: str) -> None:
    match = _LINE.search(line)
    if match is None:
        raise UnreadableRenewals(place)
    found.last = max(found.last, match["at"])
    if match["mark"]:
        found.marks.add(uuid.UUID(match["mark"]))
        return
    phone = uuid.UUID(match["phone"])
    found.generations[phone] = max(int(match["to"]), found.generations.get(phone, 0))


def read_own() -> Renewals:
    """What this machine recorded: nothing if there is no file. Raises UnreadableRenewals."""
    return read([path()] if path().exists() else [])
