"""A record of renewed credentials in the data directory, separate from the database
(docs/adr/009).

One line per renewal, without secrets: time, phone, generation. It reveals a database restored from
a backup, and the phones whose credentials in it are out of date. A `mark` line says which database
the following lines are about.
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
# Searched at the end of a line: a fragment left before it by a power cut is ignored.
_LINE = re.compile(
    rf"(?P<at>\d{{4}}-\d\d-\d\dT[\d:]{{8}}Z) (?:mark (?P<mark>{_UUID})|(?P<phone>{_UUID}) "
    rf"(?P<to>\d+))$"
)


class UnreadableRenewals(Exception):
    """A line of the file has an unknown format."""


@dataclass
class Renewals:
    """The databases that the files are about, and the highest known generation of each phone's
    credentials.
    """

    marks: set[uuid.UUID] = field(default_factory=set)
    generations: dict[uuid.UUID, int] = field(default_factory=dict)
    last: str = ""  # the time of the newest line


def path() -> Path:
    return Path(settings.METACENTREX_HOME) / FILE


def note(phone: uuid.UUID, generation: int) -> None:
    """Record the renewal of a phone's credentials; never raises OSError, but logs it."""
    try:
        _append(f"{phone} {generation}")
    except OSError:
        logger.exception("renewal_not_noted phone=%s generation=%d", phone, generation)


def note_mark(mark: uuid.UUID) -> None:
    """Record that the following lines are about the database with this mark."""
    _append(f"mark {mark}")


def _append(text: str) -> None:
    """Append a line in a single write, so that lines of several processes do not mix."""
    line = f"{timezone.now():%Y-%m-%dT%H:%M:%SZ} {text}\n".encode()
    descriptor = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def read(files: Iterable[Path]) -> Renewals:
    """Read and merge these files. Raises UnreadableRenewals, OSError."""
    found = Renewals()
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        # A last line without a line end is incomplete.
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
    """Read this machine's own record, empty if there is no file. Raises UnreadableRenewals."""
    return read([path()] if path().exists() else [])
