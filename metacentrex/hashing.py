"""One password is checked at a time on a machine, so that a flood of logins leaves phones served.

Argon2 takes some 50 ms of processor time and 100 MB of memory. Without a limit, eight clients that
post passwords keep every web process busy, and phones wait behind them.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

RETRY_AFTER = 1  # seconds


class HashingBusy(Exception):
    """Another process of this machine checks a password now: try again in a moment."""


@contextmanager
def turn_to_hash() -> Iterator[None]:
    """Run the block, which checks a password, unless another process does so now. Raises
    HashingBusy at once: whoever waited would keep a web process from the phones.
    """
    try:
        lock = (Path(settings.METACENTREX_HOME) / "hashing.lock").open("a")
    except OSError:  # a full disk must not keep the operator out
        yield
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HashingBusy from error
        yield
