"""The Markdown of docs/benchmarks.md."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path


def machine() -> str:
    """The machine, and its load."""
    information = (
        Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    )
    names = [
        line.partition(":")[2].strip()
        for line in information.splitlines()
        if line.startswith("model name")
    ]
    processor = names[0] if names else platform.machine()
    load = os.getloadavg()[0]
    python = platform.python_version()
    return f"{os.cpu_count()} × {processor}, load {load:.1f}, Python {python}"


def heading(command: str, database: str, clients: int, lines: int, made_in: float) -> str:
    """The first line of a report: date, command, database, size of the data, and machine."""
    return (
        f"{datetime.now(UTC):%d/%m/%Y}, `{command}`, {database}: {clients * lines:,} lines and "
        f"phones of {clients:,} "
        f"clients, made in {made_in:.0f} s. {machine()}."
    )


def table(titles: "Sequence[str]", rows: "Sequence[Sequence[str]]") -> str:
    """A table with text on the left, figures on the right, and aligned columns."""
    widths = [max(len(line[at]) for line in [titles, *rows]) for at in range(len(titles))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    shown = [
        [line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]
        for line in [titles, *rows]
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in [shown[0], rule, *shown[1:]])
