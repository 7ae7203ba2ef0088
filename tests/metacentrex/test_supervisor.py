import signal
import sys
import threading
import time

import pytest

from metacentrex import supervisor
from metacentrex.supervisor import Child, Supervisor

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


def test_a_child_deaf_to_being_asked_is_forced(monkeypatch):
    monkeypatch.setattr(supervisor, "GRACE", 0.3)
    child = Child("deaf", DEAF)
    whole = Supervisor([child])
    threading.Timer(1.0, whole._ask_to_stop, (signal.SIGTERM, None)).start()

    started = time.monotonic()
    assert whole.run() is True

    assert time.monotonic() - started < 5
    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL
