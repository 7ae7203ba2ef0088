"""Proof that a server process still works, and the end of one that does not.

A web worker or a Celery process writes the monotonic clock to a file of its own once a second. The
supervisor kills the process whose file stands still: it is stopped, or code outside Python keeps
the interpreter. Work that passes its deadline ends the process from inside.
"""

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FOLDER = "METACENTREX_HEARTBEATS"  # the variable with which the supervisor names the folder
PERIOD = 1.0  # seconds
FROZEN_AFTER = 20.0  # seconds without a beat; a machine that swaps may miss some
PAUSED_FOR = 5.0  # seconds between two rounds: the whole machine stood still
HUNG = 70  # EX_SOFTWARE of sysexits: the process ended itself, its work passed the deadline

logger = logging.getLogger(__name__)

_beating = 0  # the process whose thread beats
_running: dict[int, tuple[float, str]] = {}  # thread: end on the monotonic clock, and what it does


def begin(what: str, seconds: float) -> None:
    """Give the work of this thread a deadline. When it passes, the process ends with HUNG."""
    _running[threading.get_ident()] = (time.monotonic() + seconds, what)


def end() -> None:
    """Say that the work of this thread is done."""
    _running.pop(threading.get_ident(), None)


@contextmanager
def deadline(what: str, seconds: float) -> Iterator[None]:
    """Run the block under a deadline."""
    begin(what, seconds)
    try:
        yield
    finally:
        end()


def start() -> None:
    """Beat until the process ends, and enforce deadlines, if a supervisor keeps this process. A
    second call does nothing, but in a forked process, which has none of its parent's threads.
    """
    global _beating  # noqa: PLW0603
    if _beating == os.getpid() or not os.environ.get(FOLDER):
        return
    _beating = os.getpid()
    _running.clear()
    threading.Thread(target=_beat, name="heartbeat", daemon=True).start()


def _beat() -> None:
    folder = os.environ.get(FOLDER, "")
    path = Path(folder) / str(os.getpid()) if folder else None
    last = time.monotonic()
    while True:
        now = time.monotonic()
        if now - last > PAUSED_FOR:  # the machine stood still, and work with it
            _extend_deadlines(now - last)
        last = now
        if path is not None:
            with suppress(OSError):  # a full disk must not end this thread
                path.write_text(str(now))
        for until, what in list(_running.values()):
            if now > until:
                logger.critical("process_hung what=%s", what)
                os._exit(HUNG)
        time.sleep(PERIOD)


def _extend_deadlines(seconds: float) -> None:
    for thread, (until, what) in list(_running.items()):
        _running[thread] = until + seconds, what


def frozen(folder: Path) -> list[int]:
    """The processes of a folder that have stopped beating. Files of ended processes go."""
    found = []
    for path in folder.glob("[0-9]*"):
        pid = int(path.name)
        if not Path("/proc", path.name).exists():
            path.unlink(missing_ok=True)
            continue
        try:
            last = float(path.read_text())
        except (OSError, ValueError):  # being written, or the disk is full
            continue
        if time.monotonic() - last > FROZEN_AFTER:
            found.append(pid)
    return found
