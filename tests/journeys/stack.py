"""The whole of MetaCentrex as its users meet it: `manage.py up` on a port and a data directory of
its own.
"""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from tests.processes import members_of

ROOT = Path(__file__).resolve().parents[2]
GUIDE_MAC = "00:04:13:74:07:4C"  # the one the demo leaves free
SNOM_710 = "Mozilla/4.0 (compatible; snom710-SIP 8.7.5.35 1.1.5-IFX-05.01.12 00041374074C)"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Answer:
    """What a phone was answered."""

    status: int
    body: bytes

    def setting(self, name: str, idx: str | None = None) -> str:
        """One setting of the document, which must be well formed."""
        settings = etree.fromstring(self.body).find("phone-settings")
        assert settings is not None
        return next(e.text or "" for e in settings.iter(name) if idx is None or e.get("idx") == idx)

    @property
    def credentials(self) -> tuple[str, str]:
        return self.setting("http_client_user"), self.setting("http_client_pass")

    @property
    def account(self) -> tuple[str, str]:
        return self.setting("user_pname", "1"), self.setting("user_pass", "1")


class Stack:
    """One process tree; its members are found by their data directory and ended one by one."""

    url: str

    def __init__(self, home: Path, **environment: str) -> None:
        self.home, self.port = home, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "METACENTREX_HOME": str(home),
            "METACENTREX_PORT": str(self.port),
            **environment,
        }
        self.log = home.parent / "up.log"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_for(self.answers)

    def stop(self) -> None:
        """Ctrl-C; then whatever is left, which is a failure of the stack but no reason to leave it
        there.
        """
        for worker in self.members():
            os.kill(worker, signal.SIGCONT)
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        finally:
            for pid in self.members():
                os.kill(pid, signal.SIGKILL)

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return self.fetch("000413000001").status == 401
        except OSError:
            return False

    def wait_for(self, look: Callable[[], object], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not look():
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.2)

    def members(self, word: str = "") -> list[int]:
        """The processes that were started with this data directory, the supervisor too."""
        return members_of(self.home, word)

    def pause_worker(self) -> None:
        """Worker and beat stand still, and the supervisor, which would replace them."""
        self.wait_for(lambda: len(self.members("celery")) >= 2)
        for pid in (self.process.pid, *self.members("celery")):
            os.kill(pid, signal.SIGSTOP)

    def resume_worker(self) -> None:
        for pid in (*self.members("celery"), self.process.pid):
            os.kill(pid, signal.SIGCONT)

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def login(self) -> tuple[str, str]:
        """A login of the reseller « Expert Produits »."""
        logins = json.loads(self.manage("demo", "--json"))["logins"]
        found = next(login for login in logins if login["login"] == "expert-produits")
        return found["login"], found["password"]

    def fetch(
        self,
        mac: str = GUIDE_MAC,
        credentials: tuple[str, str] | None = None,
        user_agent: str = SNOM_710,
    ) -> Answer:
        """Ask as a phone: its User-Agent, its own MAC's name, and the credentials it may hold."""
        request = urllib.request.Request(f"{self.url}/sip-ps/{mac.replace(':', '')}.xml")
        request.add_header("User-Agent", user_agent)
        if credentials:
            token = b64encode(":".join(credentials).encode()).decode()
            request.add_header("Authorization", f"Basic {token}")
        try:
            with self.open(request) as answer:
                return Answer(answer.status, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read())

    def curl(self, mac: str, *options: str, user_agent: str = SNOM_710) -> Answer:
        """Ask with curl, which has its own idea of HTTP authentication; `--interface` gives it
        another address.
        """
        where = f"{self.url.replace('localhost', '127.0.0.1')}/sip-ps/{mac.replace(':', '')}.xml"
        command = [
            "curl",
            "-sS",
            "-k",
            "--max-time",
            "10",
            "-A",
            user_agent,
            "-w",
            "%{http_code}",
            *options,
            where,
        ]
        printed = subprocess.run(command, check=True, capture_output=True).stdout
        return Answer(int(printed[-3:]), printed[:-3])

    def open(self, request: urllib.request.Request):
        return urllib.request.urlopen(request, timeout=10)

    def sql(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Past the application, with the database's own driver."""
        with closing(sqlite3.connect(self.home / "metacentrex.sqlite3", timeout=20)) as database:
            with database:
                return database.execute(statement, values).fetchall()

    def let_48_hours_pass(self, mac: str = GUIDE_MAC) -> None:
        """Time travel: nobody turns the clock of a running process tree, so the phone's row is
        moved back.
        """
        columns = [
            "authorized_until",
            "window_opened_at",
            "authenticated_at",
            "served_at",
            "created_at",
        ]
        moved = ", ".join(f"{name} = {self.earlier(name)}" for name in columns)
        self.sql(f"UPDATE phones_phone SET {moved} WHERE mac = {self.mark}", mac.replace(":", ""))

    mark = "?"

    def earlier(self, column: str) -> str:
        # With six digits, as Django writes them and compares them: SQLite's own three are another
        # text.
        return f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-48 hours') || '001'"

    def events(self, mac: str, kind: str) -> int:
        counted = self.sql(
            f"SELECT count(*) FROM clients_auditevent WHERE object_label = {self.mark} AND kind = "
            f"{self.mark}",
            mac,
            kind,
        )
        return int(str(counted[0][0]))
