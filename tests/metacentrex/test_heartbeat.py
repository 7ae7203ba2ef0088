import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from metacentrex import heartbeat
from metacentrex.handler import Handler

ROOT = Path(__file__).resolve().parents[2]


def run(script: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", f"import time; from metacentrex import heartbeat\n{script}"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def test_work_past_its_deadline_ends_its_process_and_says_which(tmp_path):
    done = run(
        "heartbeat.PERIOD = 0.1; heartbeat.start()\n"
        "with heartbeat.deadline('/slow/', 0.2): time.sleep(20)",
        METACENTREX_HEARTBEATS=str(tmp_path),
    )

    assert (done.returncode, "/slow/" in done.stderr) == (heartbeat.HUNG, True)


def test_work_done_in_time_ends_nothing(tmp_path):
    done = run(
        "heartbeat.PERIOD = 0.1; heartbeat.start()\n"
        "with heartbeat.deadline('/quick/', 0.2): pass\n"
        "time.sleep(0.6)",
        METACENTREX_HEARTBEATS=str(tmp_path),
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_without_a_supervisor_no_deadline_ends_a_process():
    done = run(
        "heartbeat.PERIOD = 0.1; heartbeat.start()\n"
        "with heartbeat.deadline('/debugged/', 0.1): time.sleep(0.6)"
    )

    assert done.returncode == 0


def test_a_beat_that_cannot_be_written_ends_no_thread(tmp_path):
    done = run(
        "heartbeat.PERIOD = 0.1; heartbeat.start()\n"
        "with heartbeat.deadline('/slow/', 0.5): time.sleep(20)",
        METACENTREX_HEARTBEATS=str(tmp_path / "away"),
    )

    assert done.returncode == heartbeat.HUNG


def test_a_machine_that_stood_still_gives_its_work_more_time(monkeypatch):
    with heartbeat.deadline("/paused/", 10):
        [(before, _what)] = heartbeat._running.values()
        heartbeat._extend_deadlines(60)
        [(after, _what)] = heartbeat._running.values()

    assert after - before == 60


def test_an_error_ends_the_deadline_too():
    with pytest.raises(ValueError), heartbeat.deadline("/wrong/", 5):
        raise ValueError

    assert not heartbeat._running


def test_a_process_beats_and_one_that_does_not_is_found(tmp_path, monkeypatch):
    run("heartbeat.start(); time.sleep(0.5)", METACENTREX_HEARTBEATS=str(tmp_path))
    [ended] = tmp_path.iterdir()
    mine = tmp_path / str(os.getpid())
    mine.write_text(str(time.monotonic() - heartbeat.FROZEN_AFTER - 1))
    parent = tmp_path / str(os.getppid())
    parent.write_text(str(time.monotonic()))

    assert heartbeat.frozen(tmp_path) == [os.getpid()]
    assert not ended.exists()  # its process is gone
    assert parent.exists()


def test_a_half_written_beat_is_not_judged(tmp_path):
    (tmp_path / str(os.getpid())).write_text("")

    assert heartbeat.frozen(tmp_path) == []


def test_each_request_has_a_deadline(monkeypatch, rf):
    seen = []
    monkeypatch.setattr(
        "django.core.handlers.wsgi.WSGIHandler.__call__",
        lambda *_: seen.extend(heartbeat._running.values()),
    )

    Handler()(rf.get("/extranet/").environ, lambda *_: None)

    [(until, what)] = seen
    assert what == "/extranet/"
    assert 0 < until - time.monotonic() <= 30
    assert not heartbeat._running
