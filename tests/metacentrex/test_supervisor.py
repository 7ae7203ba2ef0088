import os
import signal
import socket
import sys
import threading
import time

import pytest

from metacentrex import heartbeat, supervisor
from metacentrex.supervisor import Child, Supervisor, tell_systemd

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
FAIL = [sys.executable, "-c", "raise SystemExit(3)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)",
]


@pytest.fixture(autouse=True)
def handlers_put_back():
    before = {
        number: signal.getsignal(number)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_vital_child_that_cannot_live_ends_the_whole(monkeypatch):
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 0.05)
    other = Child("other", SLEEP)

    assert Supervisor([Child("web", FAIL, vital=True), other]).run() is False
    assert other.process is not None
    assert other.process.returncode == -signal.SIGTERM


def test_a_child_that_is_not_vital_is_tried_again_and_again_later_and_later(monkeypatch):
    now, pauses = 1000.0, []
    child = Child("worker", FAIL)
    for _ in range(9):
        child.note_end(now)
        pauses.append(round(child.start_at - now, 1))
        now = child.start_at

    assert pauses[:5] == [0.2, 0.4, 0.8, 1.6, 3.2]
    assert max(pauses) <= supervisor.LONGEST_PAUSE


def test_a_child_that_lived_long_starts_again_at_once():
    child = Child("web", FAIL, vital=True)
    for now in (0.0, 100.0, 200.0, 300.0, 400.0, 500.0):
        child.note_end(now)

    assert child.start_at == 500.2
    assert not child.is_hopeless(500.0)


def test_a_child_deaf_to_being_asked_is_forced():
    child = Child("deaf", DEAF)
    whole = Supervisor([child], grace=0.3)
    threading.Timer(1.0, whole._ask_to_stop, (signal.SIGTERM, None)).start()

    started = time.monotonic()
    assert whole.run() is True

    assert time.monotonic() - started < 5
    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL


BEAT = [
    sys.executable,
    "-c",
    "import time; from metacentrex import heartbeat; heartbeat.start(); time.sleep(60)",
]


def test_a_frozen_process_is_replaced(monkeypatch):
    monkeypatch.setattr(heartbeat, "FROZEN_AFTER", 2.5)
    child = Child("web", BEAT)
    pids: list[int] = []

    def follow() -> None:
        beating = {int(path.name) for path in whole._beats.iterdir() if path.read_text()}
        if child.process is None or child.process.pid not in beating:
            return
        if not pids:
            os.kill(child.process.pid, signal.SIGSTOP)
        if child.process.pid not in pids:
            pids.append(child.process.pid)
        if len(pids) == 2:
            whole.stop_signals += 1

    whole = Supervisor([child], on_tick=follow)
    threading.Timer(30, whole._ask_to_stop, (signal.SIGTERM, None)).start()

    assert whole.run() is True
    assert (len(pids), child.status) == (2, -signal.SIGKILL)


def test_a_process_that_is_not_ours_is_left_alone(monkeypatch, tmp_path):
    """Its number may have been that of a process of ours."""
    whole = Supervisor([Child("other", SLEEP)])
    whole._beats = tmp_path
    (tmp_path / str(os.getpid())).write_text("0")
    killed = []
    monkeypatch.setattr(os, "kill", lambda *arguments: killed.append(arguments))
    now = time.monotonic()
    whole._look(now)

    whole._look(now + 3)
    whole._judges_from = 0
    whole._look(now + 6)

    assert heartbeat.frozen(tmp_path) == [os.getpid()]
    assert killed == []


def test_a_machine_that_stood_still_kills_nobody(monkeypatch, tmp_path):
    """The supervisor may be the first to wake up."""
    killed = []
    child = Child("web", SLEEP)
    whole = Supervisor([child])
    whole._beats = tmp_path
    child.start(tmp_path)
    try:
        (tmp_path / str(child.process.pid)).write_text("0")
        monkeypatch.setattr(os, "kill", lambda *arguments: killed.append(arguments))
        now = time.monotonic()
        whole._look(now)
        for seconds in range(1, 19):
            whole._look(now + seconds)
        assert killed == []

        whole._look(now + 21)
        assert killed == [(child.process.pid, signal.SIGKILL)]
        whole._look(now + 100)  # paused again
        assert len(killed) == 1
    finally:
        monkeypatch.undo()
        child.signal_group(signal.SIGKILL)
        child.process.wait()


def test_systemd_is_told_that_the_supervisor_works(monkeypatch, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

        Supervisor([])._look(time.monotonic())

        assert listener.recv(100) == b"WATCHDOG=1"


def test_without_systemd_nobody_is_told(monkeypatch, tmp_path):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    tell_systemd("WATCHDOG=1")

    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    tell_systemd("WATCHDOG=1")
