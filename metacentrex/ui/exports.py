"""Lists as files: `export(rows, columns, …)` streams CSV or XLSX that is safe to open in a
spreadsheet.

    COLUMNS = [Column(_("MAC address"), lambda phone: format_mac(phone.mac)), …]
    return export(rows.iterator(500), COLUMNS, name="telephones", file_format=format_asked(request))

Values are texts as shown on the page. None and "" are empty cells.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any, Generic, TypeVar

from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

T = TypeVar("T")
FORMATS = ("csv", "xlsx")
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # French Excel takes a file without it for cp1252
# The first sign of a formula, after any blanks, at the start of a cell or after a delimiter.
# Japanese settings also accept full-width signs. English Excel treats our ";" as text and a comma
# as a delimiter.
_FORMULA = re.compile(r"(^|[,;\t\r\n])(\s*+)(?=[=+\-@＝＋－＠])")
_MARK = re.compile(r"(^|[,;\t\r\n])'(?=\s*[=+\-@＝＋－＠])")  # as written by `harmless`
_BLANK_STARTS = ("\t", "\r", "\n")  # some programs strip them first
CHUNK = 200  # rows written at a time
LONGEST_CELL = 32_767  # of a spreadsheet
_NOT_IN_XLSX = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Column(Generic[T]):
    """One column of a file: its header, and a row's text in it."""

    label: str | Promise
    value: Callable[[T], str | int | None]


def format_asked(request: HttpRequest) -> str:
    """The format in `?format=`, else CSV."""
    asked = request.GET.get("format", "")
    return asked if asked in FORMATS else FORMATS[0]


def yes_or_no(value: bool) -> str:
    return gettext("yes") if value else gettext("no")


def export(
    rows: Iterable[T], columns: Sequence[Column[T]], *, name: str, file_format: str = "csv"
) -> HttpResponseBase:
    """Return the rows as a file to download, `name` without its extension; never cached, as it
    contains a tenant's data.
    """
    filename = f"{name}.{file_format}"
    if file_format == "xlsx":
        file = _workbook(rows, columns)
        response: HttpResponseBase = FileResponse(
            file, as_attachment=True, filename=filename, content_type=XLSX_TYPE
        )
    else:
        headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
        response = StreamingHttpResponse(
            _lines(rows, columns, translation.get_language()),
            content_type=CSV_TYPE,
            headers=headers,
        )
    response.headers["Cache-Control"] = "no-store, private"
    return response


def harmless(cell: str) -> str:
    """Escape a text that a spreadsheet would treat as a formula; a lone dash is not one."""
    if cell == "-":
        return cell
    marked = _FORMULA.sub(r"\1'\2", cell)
    return f"'{marked}" if marked.startswith(_BLANK_STARTS) else marked


def unharmed(cell: str) -> str:
    """Undo `harmless`, so that our own exports can be imported unchanged."""
    bare = _MARK.sub(r"\1", cell)
    said = (
        text for text in (bare.removeprefix("'"), bare) if text != cell and harmless(text) == cell
    )
    return next(said, cell)


def _lines(rows: Iterable[T], columns: Sequence[Column[T]], language: str | None) -> Iterator[str]:
    """CSV in chunks; each activates the user's language, because the view has already returned."""
    with translation.override(language):
        heads = _heads(columns)
    yield BYTE_ORDER_MARK + _csv([[harmless(head) for head in heads]])
    source = iter(rows)
    while True:
        with translation.override(language):
            piece = [_texts(row, columns) for row in islice(source, CHUNK)]
        if not piece:
            return
        yield _csv([[harmless(cell) for cell in cells] for cells in piece])


def _csv(rows: Iterable[Sequence[str]]) -> str:
    out = StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue()


def _workbook(rows: Iterable[T], columns: Sequence[Column[T]]) -> IO[bytes]:
    """The workbook, written row by row to a temporary file, as it cannot be sent before it is
    complete.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    heads = [_cell(sheet, head) for head in _heads(columns)]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        sheet.append([_cell(sheet, text) for text in _texts(row, columns)])
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    book.save(file)
    file.seek(0)
    return file


def _cell(sheet: Any, text: str) -> Any:
    """A text cell, whatever its content: numbers keep their zeros, formulas are not evaluated."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _heads(columns: Sequence[Column[T]]) -> list[str]:
    """The headers, as untrusted as any cell: a file of rows to correct has the user's own."""
    return [_text(str(column.label)) for column in columns]


def _texts(row: T, columns: Sequence[Column[T]]) -> list[str]:
    return [_text(column.value(row)) for column in columns]


def _text(value: str | int | None) -> str:
    return "" if value is None else _NOT_IN_XLSX.sub("", str(value))[:LONGEST_CELL]
