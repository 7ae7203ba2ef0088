"""Keeps several processes alive, and always ends them together."""

import contextlib
import logging
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from metacentrex.processes import SUPERVISED, kill_with_parent

logger = logging.getLogger(__name__)

TICK = 0.1
GRACE = 10.0  # seconds between SIGTERM and SIGKILL
FEWEST_SECONDS = 30.0  # a process that ends LIMIT times within this is hopeless
LIMIT = 5
LONGEST_PAUSE = 10.0


@dataclass
class Child:
    """One process to keep alive; if a vital one cannot be, the supervisor ends."""

    name: str
    command: Sequence[str]
    vital: bool = False
    process: subprocess.Popen[bytes] | None = None
    start_at: float = 0.0
    ends: deque[float] = field(default_factory=lambda: deque(maxlen=LIMIT))

    def start(self) -> None:
        """Start the process in its own session, so that Ctrl-C in the terminal reaches only the
        supervisor.
        """
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=kill_with_parent,  # noqa: PLW1509 - the supervisor has one thread
            env={**os.environ, SUPERVISED: str(os.getpid())},
        )

    def has_ended(self) -> bool:
        """Whether the process was started and has ended."""
        return self.process is not None and self.process.poll() is not None

    def signal_group(self, number: int) -> None:
        """Send a signal to the process and all its descendants in the group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def is_hopeless(self, now: float) -> bool:
        """Whether the process ended too often in a short time."""
        return len(self.ends) == LIMIT and now - self.ends[0] < FEWEST_SECONDS

    def note_end(self, now: float) -> None:
        """Kill remaining descendants, and schedule the next start with an increasing delay."""
        self.signal_group(signal.SIGKILL)
        self.process = None
        self.ends.append(now)
        recent = sum(1 for end in self.ends if now - end < FEWEST_SECONDS)
        self.start_at = now + min(0.2 * 2 ** (recent - 1), LONGEST_PAUSE)


class Supervisor:
    """Run children until a signal asks to stop, or a vital child cannot be kept alive."""

    def __init__(
        self, children: Sequence[Child], *, on_tick: Callable[[], None] = lambda: None
    ) -> None:
        self.children = list(children)
        self.on_tick = on_tick
        self.stop_signals = 0

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stop_signals += 1

    def run(self) -> bool:
        """Return True after a stop signal, False if a vital child is hopeless."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            while not self.stop_signals:
                if not self._keep_alive(time.monotonic()):
                    return False
                self.on_tick()
                time.sleep(TICK)
            return True
        finally:
            self.stop()

    def _keep_alive(self, now: float) -> bool:
        for child in self.children:
            if child.has_ended():
                code = child.process.returncode if child.process else None
                logger.warning("child ended name=%s code=%s", child.name, code)
                child.note_end(now)
                if child.vital and child.is_hopeless(now):
                    return False
            if child.process is None and now >= child.start_at:
                child.start()
        return True

    def stop(self) -> None:
        """Terminate every child, wait, then kill the rest; at once after a second Ctrl-C."""
        asked = self.stop_signals
        running = [child for child in self.children if child.process is not None]
        for child in running:
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + GRACE
        while time.monotonic() < deadline and self.stop_signals <= max(asked, 1):
            if all(child.has_ended() for child in running):
                break
            time.sleep(TICK)
        for child in running:
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
