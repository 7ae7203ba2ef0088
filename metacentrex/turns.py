"""Costly work, such as checking a password, is done once at a time on a machine.

Argon2 takes some 50 ms of processor time and 100 MB of memory, a workbook up to some seconds.
Without a limit, a few clients keep every web process busy, and phones wait behind them.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from django.conf import settings

RETRY_AFTER = 1  # seconds


class Busy(Exception):
    """Another process of this machine does such work now: try again in a moment."""


@contextmanager
def turn(work: Literal["password", "workbook"]) -> Iterator[None]:
    """Run the block, unless another process does such work now. Raises Busy at once: whoever waited
    would keep a web process from the phones.
    """
    try:
        lock = (Path(settings.METACENTREX_HOME) / f"{work}.lock").open("a")
    except OSError:  # a full disk must not keep the operator out
        yield
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy from error
        yield
