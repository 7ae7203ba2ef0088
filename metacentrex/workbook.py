"""Reads an XLSX file in a process of its own, which has limits.

Parsing is left to openpyxl and expat, and a file made for it can keep them busy for minutes. A
process that serves pages must not wait that long. It starts this module, writes the file to its
standard input, and reads one JSON list for each row.
"""

import json
import os
import resource
import subprocess
import sys
import threading
import warnings
from collections.abc import Generator
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

from metacentrex.number_formats import shown_number

ROOT = Path(__file__).resolve().parent.parent
CPU_SECONDS = 10  # ten thousand rows of fifteen columns take about three
PATIENCE = 20.0  # seconds by the clock: the machine may be busy, and a request has 30
MEMORY = 1024 * 1024 * 1024
MOST_BLANK_ROWS = 1000  # in a row: a sheet that was coloured down to its end has a million

Cells = list[Any]


class WorkbookUnreadable(Exception):
    """The process failed: the file is broken, or takes more time or memory than is allowed."""


def rows_of(content: bytes, *, most_columns: int) -> Generator[tuple[int, Cells]]:
    """Yield the rows of all sheets in order: the number of the sheet, and its cells. A cell is
    None, a text, a boolean, or a number as the spreadsheet displays it. Raises WorkbookUnreadable.

    The process ends with the generator, also when its reader has had enough.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "metacentrex.workbook", str(most_columns)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},  # none of our secrets
    )
    alarm = threading.Timer(PATIENCE, process.kill)
    alarm.start()
    with process:
        try:
            with cast(IO[bytes], process.stdin) as receiver:
                receiver.write(content)
            for line in cast(IO[bytes], process.stdout):
                sheet, cells = json.loads(line)
                yield sheet, cells
            if process.wait():
                raise WorkbookUnreadable
        except (OSError, ValueError) as error:  # it ended while it was written to or read from
            raise WorkbookUnreadable from error
        finally:
            alarm.cancel()
            process.kill()


# --- In the process itself ------------------------------------------------------------------------


def limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    os.nice(10)  # phones come first


def write_rows(content: bytes, most_columns: int) -> None:
    """Write the rows of each sheet, up to MOST_BLANK_ROWS blank ones in a row; formulas as the
    values that Excel stored.
    """
    from openpyxl import load_workbook  # not needed by whoever only starts the process

    warnings.simplefilter("ignore")  # about parts of the workbook that we do not read
    book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    for number, sheet in enumerate(book.worksheets):
        sheet.reset_dimensions()  # the size that a sheet declares is often wrong
        blank = 0
        for row in sheet.iter_rows(max_col=most_columns):
            cells = [None if cell.value is None else shown(cell) for cell in row]
            sys.stdout.write(json.dumps([number, cells]) + "\n")
            blank = 0 if any(cell is not None for cell in cells) else blank + 1
            if blank > MOST_BLANK_ROWS:
                break


def shown(cell: Any) -> Any:
    """A number as displayed in the spreadsheet, a date in ISO format, any other value unchanged."""
    value = cell.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if type(value) not in (int, float):
        return value if isinstance(value, bool) else str(value)
    try:
        number_format = cell.number_format
    except IndexError:  # a style that the workbook does not have
        number_format = "General"
    return shown_number(value, number_format)


if __name__ == "__main__":
    limit_resources()
    write_rows(sys.stdin.buffer.read(), int(sys.argv[1]))
