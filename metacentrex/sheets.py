"""Reads uploaded tables as rows of texts: XLSX, or CSV as written by Excel and others. Harmful
files are refused first.
"""

import csv
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO, StringIO
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext_lazy as _

from metacentrex.encodings import MixedEncodings, decode
from metacentrex.errors import DomainError
from metacentrex.turns import Busy, turn
from metacentrex.uploads import MOST_BYTES
from metacentrex.workbook import MOST_BLANK_ROWS, WorkbookUnreadable, rows_of

MOST_COLUMNS = 60
MOST_UNPACKED = 25 * 1024 * 1024  # of all parts of a workbook: ten thousand rows need a third
MOST_RATIO = 200  # compression ratio; that of a usual workbook is 10 to 30
MOST_PARTS = 500
# The cost of parsing a part depends on its markup, not on its bytes, so "<" is counted before
# parsing.
MOST_MARKS = 1_000_000  # in total: ten thousand rows of fifteen columns, and their texts
MOST_OTHER_MARKS = (
    40_000  # in total, without cells and texts: a style or a rule costs ten times a cell
)
MOST_STARTS = 100_000  # of rows and texts in a part: a text costs three times a cell
MOST_IN_ROW = 4 * 16_384  # a row is in memory until it ends, after at most 16,384 cells
# The parser starts again from its beginning whenever more of an unfinished tag arrives.
LONGEST_MARK = 64 * 1024  # bytes, of a tag, a comment or a processing instruction
LONGEST_CELL = 300  # characters; longer texts are cut, and too long for any of our fields
MOST_BLANKS = 20_000  # in total: rows that a sheet skips cost an attacker nothing
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
NO_TABLE = _("This file is not a table: choose a CSV or XLSX file.")
NOT_WRITTEN_BY_ANY = _(
    "This workbook contains declarations that no spreadsheet writes, so it is not read."
)
DELIMITERS = ";\t,"
_INVISIBLE = " \t\r\n\xa0\u202f\u200b\u200e\u200f\ufeff"
_PLAIN_BLANKS = "\r\n\t\xa0\u202f"  # allowed in a text besides printable characters
_XML_STARTS = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # allowed before the first "<" of an XML part
_EBCDIC = b"\x4c\x6f\xa7\x94"  # "<?xm" in it
_ENCODING = re.compile(
    rb"""^[^>]*\bencoding\s*=\s*["'](?!(?:utf-8|us-ascii|iso-8859-1|windows-1252)["'])""", re.I
)
_PLAIN = re.compile(rb"</?(?:\w+:)?(?:row|c|v|f|is|si|t)[\s/>]")
_ROW = re.compile(rb"<(?:\w+:)?(?:row|si)[\s/>]")
_TAG = re.compile(rb"""<(?:[^<>"']|"[^<"]*+"|'[^<']*+')*+>""")
# Marks of XML that are no tags, by their first bytes, and how each ends.
_SPECIAL = {b"<!-": b"-->", b"<![": b"]]>"}
_INSTRUCTION = b"?>"
# What zipfile raises for a broken archive.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, OSError, ValueError, LookupError, RuntimeError),
)
_WHOLLY_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_QUOTED = {
    mark: re.compile(rf"[ \xa0]*{_WHOLLY_QUOTED.pattern}[ \xa0]*(?={re.escape(mark)}|$)")
    for mark in DELIMITERS
}
_DECLARED = re.compile(r"sep=([;,\t])", re.IGNORECASE)


class SheetRefused(DomainError):
    """The file is not a table that we can read; the message says what to do."""

    def __init__(self, message: Any) -> None:
        super().__init__(message, field="file")


@dataclass(frozen=True)
class SheetRow:
    """One non-blank row: its number in the file, as in a spreadsheet, and its texts."""

    number: int
    cells: list[str]


def read_sheet(content: bytes, *, most_rows: int) -> list[SheetRow]:
    """The rows of a file, whatever its extension: `most_rows` and one for the header. Raises
    SheetRefused.
    """
    if not content:
        raise SheetRefused(_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise SheetRefused(_("The file is larger than 10 MB."))
    rows: list[SheetRow] = []
    for row in _rows_of(content):
        if len(rows) > most_rows:
            raise SheetRefused(
                _("The file has more than %(most)s rows: split it into several files.")
                % {"most": most_rows}
            )
        rows.append(row)
    if not rows:
        raise SheetRefused(_("The file has only blank rows."))
    return rows


def _rows_of(content: bytes) -> Iterator[SheetRow]:
    if content.startswith(OLD_OFFICE):
        raise SheetRefused(
            _("This workbook is protected by a password: save it without one.")
            if ENCRYPTED in content
            else _("This is the old Excel format (.xls): save it as .xlsx or CSV.")
        )
    if content.startswith((b"%PDF", b"{\\rtf")):
        raise SheetRefused(NO_TABLE)
    if content.startswith(b"PK\x03\x04"):
        return _from_workbook(content)
    return _from_text(_decoded(content))


# --- CSV ------------------------------------------------------------------------------------------


def _decoded(content: bytes) -> str:
    """Decode a text file. Raises SheetRefused."""
    try:
        text = decode(content)
    except MixedEncodings as error:
        if not error.encoding.startswith("utf-16"):
            _refuse_binary(content.decode("cp1252", errors="replace"))
        row = _count_rows(error.before + UNREADABLE)
        raise SheetRefused(
            _(
                "Row %(row)s has characters in a different encoding from the rest of the "
                "file: in your spreadsheet, save the file as “CSV UTF-8”."
            )
            % {"row": row}
        ) from None
    _refuse_binary(text)
    return text


def _refuse_binary(text: str) -> None:
    head = text[:2000]
    if sum(not (char.isprintable() or char in _PLAIN_BLANKS) for char in head) > len(head) // 20:
        raise SheetRefused(NO_TABLE)


def _count_rows(text: str) -> int:
    """Count rows as a spreadsheet does: a cell may contain line ends."""
    try:
        return sum(1 for _row in csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error:
        return text.count("\n") + 1


def is_declaration(line: str) -> bool:
    """Whether this line declares a spreadsheet's delimiter: "sep=;"."""
    return _DECLARED.fullmatch(line.strip(_INVISIBLE)) is not None


def _from_text(text: str) -> Iterator[SheetRow]:
    text = text.removeprefix("\ufeff")
    head, _newline, rest = text.partition("\n")
    declared = _DECLARED.fullmatch(head.strip())
    delimiter = declared[1] if declared else _delimiter(text)
    reader = csv.reader(StringIO(rest if declared else text, newline=""), delimiter=delimiter)
    try:
        yield from _filled(enumerate(reader, start=2 if declared else 1))
    except csv.Error:
        raise SheetRefused(
            _("Row %(row)s cannot be read: look for a quotation mark that is not closed.")
            % {"row": reader.line_num}
        ) from None


def _delimiter(text: str) -> str:
    """The most frequent delimiter in the first rows: in France a semicolon, as numbers have
    commas.
    """
    head = [line for line in text[:20_000].splitlines() if line.strip()][:10]
    counts = {mark: sum(line.count(mark) for line in head) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: counts[mark])


def split_line(line: str, delimiter: str, *, most: int = 0) -> list[str]:
    """The cells of one pasted line; the last of `most` cells takes the rest, delimiters included.

    Quotation marks count only around a whole cell: people type them in descriptions.
    """
    cells: list[str] = []
    at = 0
    while most == 0 or len(cells) < most - 1:
        quoted = _QUOTED[delimiter].match(line, at)
        end = quoted.end() if quoted else line.find(delimiter, at)
        if end < 0 or end >= len(line):
            break
        cells.append(_bare(line[at:end]))
        at = end + 1
    return [*cells, _bare(line[at:])]


def _bare(cell: str) -> str:
    """The text of a cell, without quotation marks around it."""
    text = cell.strip(_INVISIBLE)
    if _WHOLLY_QUOTED.fullmatch(text):
        text = text[1:-1].replace('""', '"')
    return _text(text)


# --- XLSX -----------------------------------------------------------------------------------------


def _from_workbook(content: bytes) -> Iterator[SheetRow]:
    """The rows of the first sheet that is not empty; formulas as the values that Excel stored."""
    try:
        with turn("workbook"):
            _refuse_bombs(content)
            with closing(rows_of(content, most_columns=MOST_COLUMNS)) as rows:
                for _sheet, found in groupby(rows, key=itemgetter(0)):
                    filled = _filled(enumerate((cells for _number, cells in found), start=1))
                    first = next(filled, None)
                    if first is not None:
                        yield first
                        yield from filled
                        return
    except SheetRefused:
        raise
    except Busy:
        raise SheetRefused(
            _("Another workbook is being read at this moment: try again in a few seconds.")
        ) from None
    except (WorkbookUnreadable, *BROKEN):
        raise SheetRefused(
            _("This workbook cannot be read. Open it, save it as .xlsx again, or save it as CSV.")
        ) from None


def _refuse_bombs(content: bytes) -> None:
    """Check the declared sizes before unpacking anything; the reader never unpacks more than
    declared.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if (
            len(parts) > MOST_PARTS
            or unpacked > MOST_UNPACKED
            or unpacked > MOST_RATIO * len(content)
        ):
            raise SheetRefused(
                _("This workbook is far too large once unpacked: keep only the sheet to import.")
            )
        if any(part.flag_bits & 1 for part in parts):
            raise SheetRefused(_("This workbook is protected by a password: save it without one."))
        if "xl/workbook.xml" not in archive.namelist():
            raise SheetRefused(NO_TABLE)
        _refuse_mark_up(archive.read(part) for part in parts)


def _refuse_mark_up(parts: Iterable[bytes]) -> None:
    """Refuse too much markup in any part, whatever its name, which a workbook chooses freely."""
    left, left_of_others = MOST_MARKS, MOST_OTHER_MARKS
    for part in parts:
        if part.lstrip(_XML_STARTS)[:1] not in (b"<", b"") and not part.startswith(_EBCDIC):
            continue  # a picture
        marks = part.count(b"<")
        left -= marks
        if left >= 0 and not _marks_are_short(part):  # first, so that it costs nothing more
            raise SheetRefused(NOT_WRITTEN_BY_ANY)
        _refuse_entities(part)
        left_of_others -= marks - (len(_PLAIN.findall(part)) if left >= 0 else 0)
        if left < 0 or left_of_others < 0 or not _rows_are_short(part):
            raise SheetRefused(
                _("This workbook is far too large once unpacked: keep only the sheet to import.")
            )


def _marks_are_short(part: bytes) -> bool:
    """Whether each tag, comment and the like ends within LONGEST_MARK. The first that does not ends
    the search, so that the time is linear.
    """
    at = part.find(b"<")
    while at >= 0:
        end = _end_of_mark(part, at)
        if end < 0:
            return False
        at = part.find(b"<", end)
    return True


def _end_of_mark(part: bytes, at: int) -> int:
    """Where the mark that begins at `at` ends, or -1 if it does not within LONGEST_MARK."""
    limit = at + LONGEST_MARK
    if part[at + 1 : at + 2] not in (b"!", b"?"):
        found = _TAG.match(part, at, limit)
        return found.end() if found else -1
    end = _SPECIAL.get(part[at : at + 3], _INSTRUCTION)
    last = part.find(end, at + 2, limit)
    return last + len(end) if last >= 0 else -1


def _rows_are_short(part: bytes) -> bool:
    """Whether there are not too many rows and texts, nor too much markup between any two of
    them.
    """
    starts = [0, *(found.start() for found in _ROW.finditer(part)), len(part)]
    if len(starts) > MOST_STARTS:
        return False
    return all(part.count(b"<", start, end) <= MOST_IN_ROW for start, end in pairwise(starts))


def _refuse_entities(part: bytes) -> None:
    """Refuse document types, whose entities would be expanded, and encodings that could hide
    one. No real workbook has them.
    """
    hidden = b"\0" in part[:200] or part.startswith(_EBCDIC) or _ENCODING.match(part)
    if hidden or b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise SheetRefused(NOT_WRITTEN_BY_ANY)


# --- Cells ----------------------------------------------------------------------------------------


def _filled(rows: Iterable[tuple[int, Iterable[Any]]]) -> Iterator[SheetRow]:
    blank = blanks = 0
    for number, cells in rows:
        texts = ["" if cell is None else _text(cell) for cell in list(cells)[:MOST_COLUMNS]]
        if any(texts):
            blank = 0
            yield SheetRow(number, texts)
        else:
            blank, blanks = blank + 1, blanks + 1
            if blanks > MOST_BLANKS:
                raise SheetRefused(_("The file has far too many blank rows: remove them."))
            if blank > MOST_BLANK_ROWS:
                return


def _text(value: Any) -> str:
    """The text of a cell as typed; a date stays recognizable as one."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value).replace("\0", UNREADABLE).strip(_INVISIBLE)[: LONGEST_CELL + 1]
