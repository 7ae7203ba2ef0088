"""A temporary MetaCentrex: its own data directory, port, database and invented data."""

import base64
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]

# Like `demo --scale`, but on any database: the command accepts only SQLite, to protect real data.
DATA = """
import json
from clients.models import Client
from clients.numbers import national
from phones.credentials import http_credentials
from phones.models import Phone
from provisioning import demo, demo_scale

demo.make()
demo_scale.make(demo_scale.Scale({clients}, {lines}))
rows = Phone.unscoped.filter(client__status="active", subscriber__status="active").order_by("pk")
invented = rows.exclude(client__reference__in=demo.REFERENCES)
holders = invented.select_related("client", "subscriber").filter(credentials_seen_at__isnull=False)
served = holders.filter(refused_at=None).first()
came = holders.exclude(pk=served.pk)
arranged = next(phone for phone in came if phone.effective_model not in ("", "snom-710"))
unfetched = rows.filter(refused_at=None, authenticated_at=None)
overdue = unfetched.filter(expiry_recorded_at__isnull=False).first()
given = http_credentials(served.mac, served.uid, served.credential_generation)
print("DATA", json.dumps({{
    "login": next(row for row in demo.passwords() if row["login"] == "operateur"),
    "client": served.client.reference, "mac": served.mac, "overdue": overdue.mac,
    "keys": f"/bg/{{arranged.client.reference}}/lignes/{{national(arranged.subscriber.number)}}"
    + f"/touches/{{arranged.effective_model}}/",
    "agent": "Mozilla/4.0 (compatible; "
    + f"{{served.detected_token}}-SIP {{served.firmware}} {{served.mac}})",
    "user": given.user, "password": given.password, "tail": served.mac[-4:],
    "pages": -(-Client.unscoped.count() // 25),
}}))
"""


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stack:
    """Prepares, starts and stops a MetaCentrex; `facts` is the data that the measurements need."""

    def __init__(self, clients: int, lines: int) -> None:
        self.home, self.port = tempfile.mkdtemp(prefix="metacentrex-bench-"), free_port()
        self.is_production = os.environ.get("DATABASE_URL", "").startswith("postgres")
        self.environment = {
            **os.environ,
            "METACENTREX_HOME": self.home,
            "METACENTREX_PORT": str(self.port),
        }
        if self.is_production:
            self.environment |= {
                "METACENTREX_PUBLIC_URL": "https://bench.example.net",
                "METACENTREX_TRUSTED_PROXIES": "127.0.0.1",
                "SECRET_KEY": secrets.token_urlsafe(48),
                "METACENTREX_HTTP_KEY": secrets.token_urlsafe(48),
                "METACENTREX_FIELD_KEYS": base64.urlsafe_b64encode(
                    secrets.token_bytes(32)
                ).decode(),
            }
        self.facts, self.made_in = self._make(clients, lines)

    @property
    def headers(self) -> "dict[str, str]":
        """The headers that a production's proxy adds for a phone or a browser."""
        return (
            {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
            if self.is_production
            else {}
        )

    @property
    def origin(self) -> str:
        return f"{'https' if self.is_production else 'http'}://127.0.0.1:{self.port}"

    def _make(self, clients: int, lines: int) -> "tuple[dict[str, Any], float]":
        # as in an installation: binds the database to its data directory
        self.manage("prepare")
        started = time.perf_counter()
        said = self.manage("shell", "--no-imports", "-c", DATA.format(clients=clients, lines=lines))
        facts = next(line for line in said.splitlines() if line.startswith("DATA "))
        return json.loads(facts.removeprefix("DATA ")), time.perf_counter() - started

    def manage(self, *arguments: str) -> str:
        """Run a management command on this data; returns its output."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"{' '.join(arguments[:2])} failed")
        return done.stdout

    def __enter__(self) -> Self:
        command, self.log = [sys.executable, "manage.py", "up"], Path(self.home, "up.log")
        with self.log.open("wb") as log:
            self.server = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.server.poll() is None:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/extranet/", headers=self.headers)
                connection.getresponse().read()
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
            else:
                return self
        sys.exit(f"MetaCentrex does not start:\n{self.log.read_text()}")

    def __exit__(self, *_: object) -> None:
        self.server.send_signal(signal.SIGINT)
        self.server.wait(30)
        shutil.rmtree(self.home, ignore_errors=True)
