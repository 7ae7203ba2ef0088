"""From a backup to a clean machine, by the commands of docs/operations.md, on SQLite and on
PostgreSQL.
"""

import getpass
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from metacentrex import secrets
from metacentrex.start import CONFIGURATION
from tests.journeys.stack import ROOT, SNOM_710, Stack

pytestmark = pytest.mark.slow
SERVER = os.environ.get("DATABASE_URL", "")
ON_POSTGRESQL = SERVER.startswith("postgres") and bool(os.environ.get("REDIS_URL"))

# In service before the backup and untouched since; re-opened since; un-assigned since; deleted
# since; waiting in its window.
KEPT, REOPENED, UNASSIGNED, DELETED, WAITING = (f"000413AA000{number}" for number in range(1, 6))

START = """
from clients.models import Client, Reseller, Subscriber
from clients.numbers import parse_number
from clients.scoping import ScopeLevel, Scope
from clients.services.audit import PLATFORM
from clients.services.clients import create_client, save_reseller
from clients.services.subscribers import create_subscriber
from phones.services.registration import Registration, register_phone

reseller = save_reseller(Reseller(name="Restauration"), actor=PLATFORM)
client = create_client(
    Client(reseller=reseller, reference="30000", legal_name="RESTAURE", group_name="Restaure",
           siret="48285833900021",
           sip_domain="restaure.example.net"),
    actor=PLATFORM,
)
for number in range(1, 6):
    line = Subscriber(client=client, site=client.sites.get(is_main=True),
                      number=parse_number(f"097071200{number}"),
                      extension=f"200{number}", name=f"Ligne {number}")
    create_subscriber(line, actor=PLATFORM)
    asked = Registration(mac=f"000413AA000{number}", subscriber=line)
    register_phone(asked, client=client, scope=Scope(ScopeLevel.OPERATOR), actor=PLATFORM)
"""
AFTER_THE_BACKUP = """
from clients.services.audit import PLATFORM
from phones.models import Phone
from phones.services.assignment import unassign
from phones.services.deletion import delete_phone
from phones.services.window import open_window

open_window(Phone.unscoped.get(mac="000413AA0002"), actor=PLATFORM)
unassign(Phone.unscoped.get(mac="000413AA0003"), actor=PLATFORM)
delete_phone(Phone.unscoped.get(mac="000413AA0004"), actor=PLATFORM)
"""
REOPEN = """
from clients.services.audit import PLATFORM
from phones.models import Phone
from phones.services.window import open_window

open_window(Phone.unscoped.get(mac="000413AA0002"), actor=PLATFORM)
"""


OPEN_SESSION = """
from metacentrex.sessions import SessionStore

store = SessionStore()
store["planted"] = "planted-session"
store.save()
"""
COUNT_SESSIONS = """
from django.contrib.sessions.models import Session

print(Session.objects.count())
"""


class Machine(Stack):
    """A machine set up as the manual says: a settings file, keys in files of their own, a data
    directory.
    """

    def __init__(self, folder: Path, keys: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "home").mkdir(mode=0o700)
        super().__init__(folder / "home")
        shutil.copytree(keys, folder / "keys")
        self.database = f"restore_{os.getpid()}_{folder.name}"
        self.settings_file = folder / "metacentrex.env"
        self.settings_file.write_text(self.settings())
        named = re.findall(r"^([A-Z_]+)=(.*)$", self.settings_file.read_text(), re.M)
        self.environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **dict(named)}
        if ON_POSTGRESQL:
            administer("CREATE DATABASE {}", self.database)

    def settings(self) -> str:
        """The shipped file, with what is this machine's own."""
        database = f"{SERVER.rpartition('/')[0]}/{self.database}"
        redis = f"{os.environ.get('REDIS_URL', '').rpartition('/')[0]}/2"
        values = {
            "METACENTREX_HOME": str(self.home),
            "METACENTREX_PORT": str(self.port),
            "DATABASE_URL": database if ON_POSTGRESQL else "",
            "REDIS_URL": redis if ON_POSTGRESQL else "",
            "METACENTREX_PUBLIC_URL": "https://extranet.example.fr" if ON_POSTGRESQL else "",
            "METACENTREX_TRUSTED_PROXIES": "",
        }
        text = (ROOT / "deploy" / "metacentrex.env").read_text()
        text = text.replace("/etc/metacentrex/keys", str(self.folder / "keys"))
        for name, value in values.items():
            text = re.sub(
                rf"^{name}=.*$", f"{name}={value}" if value else f"#{name}=", text, flags=re.M
            )
        return text

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """One command of the manual, with nothing but the settings file."""
        environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "METACENTREX_ENV": str(self.settings_file),
            "METACENTREX_USER": getpass.getuser(),
        }
        return subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def did(self, *command: str) -> str:
        done = self.run(*command)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def act(self, script: str) -> None:
        self.did("deploy/manage", "shell", "-v", "0", "-c", script)

    def counted_sessions(self) -> int:
        return int(self.did("deploy/manage", "shell", "-v", "0", "-c", COUNT_SESSIONS))

    def asks(self, mac: str, credentials: tuple[str, str] | None = None) -> int:
        return self.fetch(mac, credentials, SNOM_710.replace("00041374074C", mac)).status

    def takes_its_configuration(self, mac: str) -> tuple[str, str]:
        """A phone in its window: what it gets, it uses, which ends the window."""
        credentials = self.fetch(mac, None, SNOM_710.replace("00041374074C", mac)).credentials
        assert self.asks(mac, credentials) == 200
        return credentials

    def is_refused_by(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == CONFIGURATION, (done.returncode, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stderr

    def remove(self) -> None:
        for pid in self.members():
            os.kill(pid, signal.SIGKILL)
        if hasattr(self, "process"):
            self.process.wait()
        if ON_POSTGRESQL:
            administer("DROP DATABASE {} WITH (FORCE)", self.database)


def administer(statement: str, database: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(sql.SQL(statement).format(sql.Identifier(database)))


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The keys, where no backup of the database goes."""
    folder = tmp_path / "keys-kept-apart"
    folder.mkdir()
    (folder / "secret_key").write_text(secrets.random_secret())
    (folder / "http_key").write_text(secrets.random_secret())
    (folder / "field_keys").write_text(secrets.random_field_key())
    return folder


@pytest.fixture
def machines(tmp_path: Path, keys: Path) -> Iterator[tuple[Machine, Machine]]:
    """The one that burns, and the clean one."""
    made = []
    try:
        for name in ("burnt", "clean"):
            made.append(Machine(tmp_path / name, keys))
        yield made[0], made[1]
    finally:
        for machine in made:
            machine.remove()


def test_a_backup_comes_back_on_a_clean_machine_without_what_was_withdrawn_since(
    machines: tuple[Machine, Machine], tmp_path: Path
) -> None:
    burnt, clean = machines
    burnt.start()
    burnt.act(START)
    burnt.act(OPEN_SESSION)
    held = {
        mac: burnt.takes_its_configuration(mac) for mac in (KEPT, REOPENED, UNASSIGNED, DELETED)
    }
    backups = tmp_path / "backups"
    backups.mkdir()
    backup = burnt.did("deploy/backup.sh", str(backups)).strip()

    burnt.act(AFTER_THE_BACKUP)
    newer = burnt.takes_its_configuration(REOPENED)
    remembered = tmp_path / "renewals-copied-off.log"
    shutil.copy(burnt.home / "renewals.log", remembered)
    burnt.stop()

    clean.did("deploy/restore.sh", backup)
    assert [burnt.counted_sessions(), clean.counted_sessions()] == [1, 0]
    for command in (
        ["manage.py", "up"],
        ["manage.py", "prepare"],
        ["manage.py", "run", "web"],
        ["manage.py", "run", "worker"],
        ["-m", "celery", "-A", "metacentrex", "worker", "-P", "solo"],
    ):
        assert "adopt --backup" in clean.is_refused_by(*command)
    # without the memory of renewals
    assert clean.run("deploy/manage", "adopt", "--backup").returncode != 0
    clean.did("deploy/manage", "adopt", "--backup", "--renewals", str(remembered))
    clean.did("deploy/manage", "rotate_field_keys", "--check")
    clean.start()

    assert [clean.asks(KEPT, held[KEPT]), clean.asks(KEPT)] == [200, 401]
    assert [clean.asks(REOPENED, given) for given in (held[REOPENED], newer, None)] == [401] * 3
    assert [clean.asks(mac, held[mac]) for mac in (UNASSIGNED, DELETED)] == [401, 401]
    assert clean.asks(WAITING) == 401  # its window was open when the backup was made
    clean.act(REOPEN)
    assert clean.asks(REOPENED) == 200
    clean.stop()
    assert "Traceback" not in clean.log.read_text()


def test_a_database_put_back_in_its_place_is_found_out(
    machines: tuple[Machine, Machine], tmp_path: Path
) -> None:
    machine, _other = machines
    machine.start()
    machine.act(START)
    held = machine.takes_its_configuration(UNASSIGNED)
    backup = machine.did("deploy/backup.sh", str(tmp_path)).strip()
    machine.act(AFTER_THE_BACKUP)
    machine.stop()
    assert machine.run("deploy/restore.sh", backup).returncode == 1  # not over what is there

    if ON_POSTGRESQL:
        administer("DROP DATABASE {} WITH (FORCE)", machine.database)
        administer("CREATE DATABASE {}", machine.database)
    else:
        for path in machine.home.glob("metacentrex.sqlite3*"):
            path.unlink()
    machine.did("deploy/restore.sh", backup)

    assert "adopt --backup" in machine.is_refused_by("manage.py", "up")
    machine.did("deploy/manage", "adopt", "--backup")  # its own memory is there
    machine.start()
    assert machine.asks(UNASSIGNED, held) == 401
    machine.stop()


def test_a_backup_that_was_touched_is_not_restored(
    machines: tuple[Machine, Machine], tmp_path: Path
) -> None:
    machine, other = machines
    machine.did("deploy/manage", "prepare")
    backup = Path(machine.did("deploy/backup.sh", str(tmp_path)).strip())
    [content] = backup.glob("database.*")
    content.write_bytes(content.read_bytes()[:-1])

    assert other.run("deploy/restore.sh", str(backup)).returncode != 0
    assert not any(other.home.glob("*.sqlite3"))
