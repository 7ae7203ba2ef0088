"""`manage.py up` for real: a process tree on a port and a data directory of its own."""

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from metacentrex.start import CONFIGURATION
from tests.processes import members_of

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Tree:
    """One `manage.py up` and what it started, found by its data directory in their environment."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home, self.port = home, free_port()
        self.environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "METACENTREX_HOME": str(home),
            "METACENTREX_PORT": str(self.port),
            **environment,
        }
        self.log = home.parent / "up.log"
        self.process = self.start()

    def start(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.log.read_text()

    def status(self) -> int:
        """Return the status of the login page, 0 when nobody answers."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/extranet/", timeout=5
            ) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def members(self, word: str = "") -> list[int]:
        """The processes that were started with this data directory, the supervisor too."""
        return members_of(self.home, word)

    def wait_for(self, look: Callable[[], object], seconds: float = 40) -> None:
        deadline = time.monotonic() + seconds
        while not look():
            assert time.monotonic() < deadline, (self.members(), self.said())
            time.sleep(0.1)

    def kill_all(self) -> None:
        for pid in self.members():
            os.kill(pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def tree(tmp_path) -> Iterator[Tree]:
    started = Tree(tmp_path / "home")
    yield started
    started.kill_all()


def run_up(environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run a second `up` that is expected to refuse at once."""
    return subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_up_answers_refuses_a_second_one_and_ends_whole_on_ctrl_c(tree):
    tree.wait_for(lambda: "127.0.0.1" in tree.said())
    assert tree.status() == 200
    assert f"http://127.0.0.1:{tree.port}" in tree.said()
    assert len(tree.members("granian")) == 3  # one that watches, two that answer
    tree.wait_for(lambda: len(tree.members("celery")) == 2)  # the worker and its beat

    second = run_up(tree.environment)
    assert (second.returncode, len(second.stderr.splitlines())) == (1, 1)
    assert str(tree.home) in second.stderr
    assert tree.status() == 200

    for _ in range(6):  # the last ones are still in memory when the stop is asked
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(
                f"http://127.0.0.1:{tree.port}/sip-ps/000413FFFFFE.xml", timeout=5
            )
    tree.process.send_signal(signal.SIGINT)

    assert tree.process.wait(15) == 0
    assert tree.members() == []
    with contextlib.closing(sqlite3.connect(tree.home / "metacentrex.sqlite3")) as database:
        assert database.execute(
            "SELECT count(*) FROM provisioning_fetch WHERE phone_id IS NULL"
        ).fetchone() == (6,)
    assert tree.status() == 0
    assert "Traceback" not in tree.said()
    private = [tree.home, tree.home / "secrets"]
    assert [oct(folder.stat().st_mode & 0o777) for folder in private] == ["0o700", "0o700"]


def test_up_brings_back_what_dies_and_killed_outright_leaves_nothing(tree):
    tree.wait_for(tree.status)
    tree.wait_for(lambda: len(tree.members("celery")) == 2)
    worker, (watching, answering, _) = tree.members("celery")[0], tree.members("granian")

    for pid in (worker, answering):
        os.kill(pid, signal.SIGKILL)
    tree.wait_for(lambda: len(tree.members("celery")) == 2 and worker not in tree.members("celery"))
    tree.wait_for(
        lambda: len(tree.members("granian")) == 3 and answering not in tree.members("granian")
    )
    assert tree.status() == 200

    before = set(tree.members("granian"))
    os.kill(watching, signal.SIGKILL)
    tree.wait_for(lambda: not before & set(tree.members("granian")))
    tree.wait_for(tree.status)

    tree.process.kill()
    tree.process.wait()
    tree.wait_for(lambda: tree.members() == [], seconds=5)


def test_up_replaces_what_freezes(tree):
    tree.wait_for(tree.status)
    tree.wait_for(lambda: len(tree.members("celery")) == 2)
    frozen = [*tree.members("celery"), tree.members("granian")[1]]

    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)

    tree.wait_for(lambda: not set(frozen) & set(tree.members()), seconds=60)
    tree.wait_for(lambda: len(tree.members("celery")) == 2)
    tree.wait_for(lambda: len(tree.members("granian")) == 3)
    assert tree.status() == 200
    assert tree.said().count("process_frozen") == 3


def test_a_body_that_never_ends_holds_no_worker_for_ever(tree):
    tree.wait_for(tree.status)
    before = set(tree.members("granian"))
    with socket.create_connection(("127.0.0.1", tree.port)) as slow:
        slow.sendall(
            b"POST /extranet/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n"
            b"Cookie: csrftoken=" + b"a" * 32 + b"\r\n\r\na"
        )

        tree.wait_for(lambda: before - set(tree.members("granian")), seconds=60)

    tree.wait_for(lambda: len(tree.members("granian")) == 3)
    assert "process_hung" in tree.said()
    assert tree.status() == 200


def refused(home: Path, status: int = 1, **environment: str) -> str:
    """Run `up` where it cannot start and return what it says."""
    result = run_up({"PATH": os.environ["PATH"], "METACENTREX_HOME": str(home), **environment})
    assert (result.returncode, "Traceback" in result.stderr) == (status, False), result.stderr
    return result.stderr


def test_a_taken_port_is_said_in_one_sentence(tmp_path):
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        port = squatter.getsockname()[1]

        said = refused(tmp_path / "home", METACENTREX_PORT=str(port))

    assert len(said.splitlines()) == 1
    assert str(port) in said


def test_production_without_its_secrets_does_not_start(tmp_path):
    said = refused(tmp_path / "home", CONFIGURATION, METACENTREX_HOST="0.0.0.0", DJANGO_DEBUG="1")

    assert sorted(set(re.findall(r"metacentrex\.E\d+", said))) == [
        "metacentrex.E001",
        "metacentrex.E002",
        "metacentrex.E003",
        "metacentrex.E006",
        "metacentrex.E007",
    ]
    assert not (tmp_path / "home").exists()
