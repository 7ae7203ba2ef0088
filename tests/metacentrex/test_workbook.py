"""The process that reads a workbook: what it may use, and how it ends."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from metacentrex import workbook
from metacentrex.workbook import WorkbookUnreadable, rows_of

ROOT = Path(__file__).resolve().parents[2]


def book(rows: int) -> bytes:
    made = Workbook(write_only=True)
    sheet = made.create_sheet()
    for at in range(rows):
        sheet.append([at, True, "x", None])
    out = BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The processes that are started, with their options."""
    found: list[Any] = []

    class Followed(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.options = options
            found.append(self)

    monkeypatch.setattr(subprocess, "Popen", Followed)
    return found


def test_rows_come_with_their_sheet_and_their_blanks(started: list[Any]) -> None:
    assert list(rows_of(book(2), most_columns=4)) == [
        (0, ["0", True, "x", None]),
        (0, ["1", True, "x", None]),
    ]
    assert started[0].returncode == 0


def test_the_process_gets_none_of_our_secrets(
    started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "planted")

    list(rows_of(book(1), most_columns=4))

    assert set(started[0].options["env"]) == {"PATH", "LC_ALL"}


def test_a_process_that_takes_too_long_is_killed(
    started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "PATIENCE", 0.05)

    with pytest.raises(WorkbookUnreadable):
        list(rows_of(book(1), most_columns=4))

    assert started[0].returncode == -9


def test_a_reader_who_has_enough_ends_the_process(started: list[Any]) -> None:
    rows = rows_of(book(9000), most_columns=4)
    next(rows)

    rows.close()

    assert started[0].returncode in (-9, 0)


def test_a_file_that_is_no_workbook_is_said_to_be_unreadable() -> None:
    with pytest.raises(WorkbookUnreadable):
        list(rows_of(b"PK", most_columns=4))


@pytest.mark.parametrize(
    ("work", "said"),
    [
        ("bytearray(2 << 30)", "MemoryError"),
        ("open('written', 'wb', 0).write(b'x')", "OSError"),
    ],
)
def test_the_process_has_limits(work: str, said: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import signal; from metacentrex import workbook\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            f"workbook.limit_resources(); import os; os.chdir({str(tmp_path)!r})\n{work}",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert said in done.stderr


def test_the_process_has_a_limit_of_processor_time() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from metacentrex import workbook; workbook.CPU_SECONDS = 1\n"
            "workbook.limit_resources()\nwhile True: pass",
        ],
        cwd=ROOT,
        check=False,
        timeout=60,
    )

    assert done.returncode < 0
