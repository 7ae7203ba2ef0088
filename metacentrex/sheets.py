"""Uploaded tables: CSV as Excel and others write it, or XLSX, as rows of texts. What may harm is
refused first.
"""

import csv
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO, StringIO
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook

from metacentrex.encodings import MixedEncodings, decode
from metacentrex.errors import DomainError
from metacentrex.number_formats import shown_number
from metacentrex.uploads import MOST_BYTES

MOST_COLUMNS = 60
MOST_UNPACKED = 25 * 1024 * 1024  # of all parts of a workbook: ten thousand rows need a third of it
MOST_RATIO = 200  # what a workbook packs its parts by is some 10 to 30
MOST_PARTS = 500
# What the library builds of a part costs by the mark-up and not by the byte, so "<" is counted
# before it builds any.
MOST_MARKS = 1_000_000  # in all: ten thousand rows of fifteen columns, and their texts
MOST_OTHER_MARKS = (
    40_000  # of all but cells and texts, in all: a style or a rule costs ten times a cell
)
MOST_STARTS = 100_000  # of rows and texts in a part: a text costs three times a cell
MOST_IN_ROW = 4 * 16_384  # a row is kept until it ends, and ends after 16,384 cells
LONGEST_CELL = 300  # characters; what is longer is cut, and too long for any field of ours
MOST_BLANK_ROWS = 1000  # in a row: a sheet that was coloured down to its end has a million
MOST_BLANKS = 20_000  # in all: rows that a sheet merely skips cost their writer nothing
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
NO_TABLE = _("This file is not a table: choose a CSV or XLSX file.")
DELIMITERS = ";\t,"
_INVISIBLE = " \t\r\n\xa0\u202f\u200b\u200e\u200f\ufeff"
_PLAIN_BLANKS = "\r\n\t\xa0\u202f"  # what a text has beside printable characters
_XML_STARTS = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # what may stand before the first "<" of an XML part
_EBCDIC = b"\x4c\x6f\xa7\x94"  # "<?xm" in it
_ENCODING = re.compile(
    rb"""^[^>]*\bencoding\s*=\s*["'](?!(?:utf-8|us-ascii|iso-8859-1|windows-1252)["'])""", re.I
)
_PLAIN = re.compile(rb"</?(?:\w+:)?(?:row|c|v|f|is|si|t)[\s/>]")
_ROW = re.compile(rb"<(?:\w+:)?(?:row|si)[\s/>]")
_WHOLLY_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_QUOTED = {
    mark: re.compile(rf"[ \xa0]*{_WHOLLY_QUOTED.pattern}[ \xa0]*(?={re.escape(mark)}|$)")
    for mark in DELIMITERS
}
_DECLARED = re.compile(r"sep=([;,\t])", re.IGNORECASE)


class SheetRefused(DomainError):
    """The file is no table that we read; the sentence says what to do."""

    def __init__(self, message: Any) -> None:
        super().__init__(message, field="file")


@dataclass(frozen=True)
class SheetRow:
    """One row that is not blank: its number in the file, as a spreadsheet shows
    it, and its texts.
    """

    number: int
    cells: list[str]


def read_sheet(content: bytes, *, most_rows: int) -> list[SheetRow]:
    """The rows of a file, whatever its name says it is; one more than `most_rows`, for its head.
    Raises SheetRefused.
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
    """The text of a file that is one. Raises SheetRefused."""
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
    """As a spreadsheet counts them: a cell may hold line ends."""
    try:
        return sum(1 for _row in csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error:
        return text.count("\n") + 1


def is_declaration(line: str) -> bool:
    """Whether a spreadsheet declares its delimiter there: “sep=;”."""
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
    """The one that parts the first filled rows the most; in France the semicolon, because numbers
    have commas.
    """
    head = [line for line in text[:20_000].splitlines() if line.strip()][:10]
    counts = {mark: sum(line.count(mark) for line in head) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: counts[mark])


def split_line(line: str, delimiter: str, *, most: int = 0) -> list[str]:
    """The cells of one pasted line; the last of `most` cells holds the rest, delimiters included.

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
    """The text of a cell that may stand in quotation marks."""
    text = cell.strip(_INVISIBLE)
    if _WHOLLY_QUOTED.fullmatch(text):
        text = text[1:-1].replace('""', '"')
    return _text(text)


# --- XLSX -----------------------------------------------------------------------------------------


def _from_workbook(content: bytes) -> Iterator[SheetRow]:
    """The first sheet that has something; formulas by the values that Excel kept."""
    try:
        _refuse_bombs(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what else the workbook holds: it is not for us
            book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # what a sheet says of its own size is often wrong
                cells = sheet.iter_rows(max_col=MOST_COLUMNS)
                shown = (
                    [None if cell.value is None else _shown(cell) for cell in row] for row in cells
                )
                filled = _filled(enumerate(shown, start=1))
                first = next(filled, None)
                if first is not None:
                    yield first
                    yield from filled
                    return
    except SheetRefused:
        raise
    except Exception:  # a broken file fails anywhere inside the library
        raise SheetRefused(
            _("This workbook cannot be read. Open it, save it as .xlsx again, or save it as CSV.")
        ) from None


def _refuse_bombs(content: bytes) -> None:
    """Look at what the parts say they unpack to before any is; the reader never unpacks more than
    they say.
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
    """Whatever a part is called: a workbook names its parts as it likes."""
    left, left_of_others = MOST_MARKS, MOST_OTHER_MARKS
    for part in parts:
        if part.lstrip(_XML_STARTS)[:1] not in (b"<", b"") and not part.startswith(_EBCDIC):
            continue  # a picture
        _refuse_entities(part)
        marks = part.count(b"<")
        left -= marks
        left_of_others -= marks - (len(_PLAIN.findall(part)) if left >= 0 else 0)
        if left < 0 or left_of_others < 0 or not _rows_are_short(part):
            raise SheetRefused(
                _("This workbook is far too large once unpacked: keep only the sheet to import.")
            )


def _rows_are_short(part: bytes) -> bool:
    """Whether neither the rows and texts are too many, nor the mark-up between the starts of two of
    them.
    """
    starts = [0, *(found.start() for found in _ROW.finditer(part)), len(part)]
    if len(starts) > MOST_STARTS:
        return False
    return all(part.count(b"<", start, end) <= MOST_IN_ROW for start, end in pairwise(starts))


def _refuse_entities(part: bytes) -> None:
    """No workbook declares a document type, whose entities would be unfolded, nor an encoding that
    hides one.
    """
    hidden = b"\0" in part[:200] or part.startswith(_EBCDIC) or _ENCODING.match(part)
    if hidden or b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise SheetRefused(
            _("This workbook contains declarations that no spreadsheet writes, so it is not read.")
        )


def _shown(cell: Any) -> Any:
    """What a spreadsheet shows of a number, anything else as it is."""
    value = cell.value
    if type(value) not in (int, float):
        return value
    try:
        number_format = cell.number_format
    except IndexError:  # a style that the workbook does not have
        number_format = "General"
    return shown_number(value, number_format)


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
    """A cell as one would have typed it; a date stays recognisable as one."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value).replace("\0", UNREADABLE).strip(_INVISIBLE)[: LONGEST_CELL + 1]
