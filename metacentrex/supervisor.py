"""Keeps a few processes alive together, replaces those that have frozen, and ends all together."""

import contextlib
import logging
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from metacentrex import heartbeat
from metacentrex.processes import SUPERVISED, kill_with_parent

logger = logging.getLogger(__name__)

TICK = 0.1
GRACE = 10.0  # seconds between SIGTERM and SIGKILL
FEWEST_SECONDS = 30.0  # a process that ends LIMIT times within this is hopeless
LIMIT = 5
LONGEST_PAUSE = 10.0
LOOK = 1.0  # seconds between two looks at the heartbeats


@dataclass
class Child:
    """One process to keep alive; if a vital one cannot be, the supervisor ends."""

    name: str
    command: Sequence[str]
    vital: bool = False
    process: subprocess.Popen[bytes] | None = None
    start_at: float = 0.0
    status: int | None = None  # with which it last ended
    ends: deque[float] = field(default_factory=lambda: deque(maxlen=LIMIT))

    def start(self, beats: Path) -> None:
        """Start it in a session of its own, so that Ctrl-C in the terminal reaches the supervisor
        alone. Its processes write their heartbeats to the folder `beats`.
        """
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=kill_with_parent,  # noqa: PLW1509 - the supervisor has one thread
            env={**os.environ, SUPERVISED: str(os.getpid()), heartbeat.FOLDER: str(beats)},
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
    """Run children until a signal asks to stop, or a vital child cannot be kept alive.

    `grace` is in seconds: how long children may take to end when they are asked to.
    """

    def __init__(
        self,
        children: Sequence[Child],
        *,
        on_tick: Callable[[], None] = lambda: None,
        grace: float = GRACE,
    ) -> None:
        self.children = list(children)
        self.on_tick = on_tick
        self.grace = grace
        self.stop_signals = 0
        self._beats = Path()
        self._looked_at = self._judges_from = 0.0

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stop_signals += 1

    def run(self) -> bool:
        """Return True after a stop signal, False if a vital child is hopeless."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        with tempfile.TemporaryDirectory(prefix="metacentrex-beats-") as beats:
            self._beats = Path(beats)
            try:
                while not self.stop_signals:
                    if not self._keep_alive(time.monotonic()):
                        return False
                    self._look(time.monotonic())
                    self.on_tick()
                    time.sleep(TICK)
                return True
            finally:
                self.stop()

    def _keep_alive(self, now: float) -> bool:
        for child in self.children:
            if child.has_ended():
                child.status = child.process.returncode if child.process else None
                logger.warning("child ended name=%s code=%s", child.name, child.status)
                child.note_end(now)
                if child.vital and child.is_hopeless(now):
                    return False
            if child.process is None and now >= child.start_at:
                child.start(self._beats)
        return True

    def _look(self, now: float) -> None:
        """Kill what has frozen: its parent, or this supervisor, starts another. Tell systemd that
        this process still works.
        """
        if now - self._looked_at < LOOK:
            return
        if now - self._looked_at > heartbeat.PAUSED_FOR:
            # Just started, or the whole machine stood still: everybody gets time to beat again.
            self._judges_from = now + heartbeat.FROZEN_AFTER
        self._looked_at = now
        tell_systemd("WATCHDOG=1")
        if now < self._judges_from:
            return
        groups = {child.process.pid for child in self.children if child.process is not None}
        for pid in heartbeat.frozen(self._beats):
            with contextlib.suppress(ProcessLookupError):
                if os.getpgid(pid) in groups:  # a number may have been given to another process
                    logger.error("process_frozen pid=%s", pid)
                    os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        """Terminate every child, wait, then kill the rest; at once after a second Ctrl-C."""
        asked = self.stop_signals
        running = [child for child in self.children if child.process is not None]
        for child in running:
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + self.grace
        while time.monotonic() < deadline and self.stop_signals <= max(asked, 1):
            if all(child.has_ended() for child in running):
                break
            tell_systemd("WATCHDOG=1")
            time.sleep(TICK)
        for child in running:
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()


def tell_systemd(message: str) -> None:
    """Send a message to the service manager that started this process, if one listens.

    See sd_notify(3): a datagram to the socket of NOTIFY_SOCKET, whose first "@" stands for a null
    byte.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(message.encode(), address.replace("@", "\0", 1))
