"""The units are what systemd understands, and say the same of every role."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from metacentrex.celery import app
from metacentrex.management.commands.run import GRACE

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.*"))
SERVICES = [path for path in UNITS if path.suffix == ".service"]
OF_THE_ROLE = {
    "execstart",
    "type",
    "timeoutstartsec",
    "timeoutstopsec",
    "remainafterexit",
    "restart",
    "restartsec",
    "killmode",
    "watchdogsec",
    "watchdogsignal",
}


def read(path: Path) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(
        interpolation=None, strict=True, delimiters=("=",), comment_prefixes=("#",)
    )
    parsed.read_string(path.read_text())
    return parsed


def test_there_is_a_unit_for_each_role() -> None:
    assert [path.name for path in UNITS] == [
        "metacentrex-beat.service",
        "metacentrex-prepare.service",
        "metacentrex-web.service",
        "metacentrex-worker.service",
        "metacentrex.target",
    ]


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None and not os.environ.get("CI"),
    reason="systemd is not installed",
)
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    placed = []
    for path in UNITS:
        text = path.read_text().replace("/opt/metacentrex/.venv/bin/python", sys.executable)
        (tmp_path / path.name).write_text(text.replace("User=metacentrex", "User=root"))
        placed.append(str(tmp_path / path.name))

    done = subprocess.run(
        ["systemd-analyze", "verify", *placed], capture_output=True, text=True, check=False
    )

    said = [line for line in done.stderr.splitlines() if "metacentrex" in line]
    assert (done.returncode, said) == (0, [])


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_every_role_runs_under_the_same_restrictions(path: Path) -> None:
    service = dict(read(path)["Service"])
    first = dict(read(SERVICES[0])["Service"])

    def common(found: dict[str, str]) -> dict[str, str]:
        return {name: value for name, value in found.items() if name not in OF_THE_ROLE}

    assert common(service) == common(first)
    assert {name: service[name] for name in ("nonewprivileges", "protectsystem", "user")} == {
        "nonewprivileges": "yes",
        "protectsystem": "strict",
        "user": "metacentrex",
    }


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_a_unit_runs_a_command_that_exists(path: Path) -> None:
    command = read(path)["Service"]["ExecStart"].removeprefix("/opt/metacentrex/.venv/bin/python ")

    shown = subprocess.run(
        [sys.executable, *command.split()[:2], "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert shown.returncode == 0, shown.stderr


def test_the_worker_is_given_time_for_its_longest_task() -> None:
    app.loader.import_default_modules()
    limits = [task.time_limit or settings.CELERY_TASK_TIME_LIMIT for task in app.tasks.values()]
    [worker] = [path for path in SERVICES if "worker" in path.name]

    assert int(read(worker)["Service"]["TimeoutStopSec"]) > max(limits)
    assert read(worker)["Service"]["KillMode"] == "mixed"


def test_the_worker_itself_gives_its_longest_task_as_much_time() -> None:
    [worker] = [path for path in SERVICES if "worker" in path.name]

    assert 300 < GRACE["worker"] < int(read(worker)["Service"]["TimeoutStopSec"])


@pytest.mark.parametrize("role", ["web", "worker", "beat"])
def test_a_frozen_role_is_replaced(role: str) -> None:
    service = read(ROOT / "deploy" / "systemd" / f"metacentrex-{role}.service")["Service"]

    # SIGKILL: a stopped process takes no other signal.
    assert (service["WatchdogSec"], service["WatchdogSignal"]) == ("60", "SIGKILL")
    assert service["Restart"] == "always"


def variables(path: Path) -> set[str]:
    """Each setting by its name, whether its value or a file is given."""
    found = re.findall(r"^#?([A-Z_]+)=", path.read_text(), re.M)
    return {name.removesuffix("_FILE") for name in found}


def test_the_services_settings_are_all_of_them() -> None:
    assert variables(ROOT / "deploy" / "metacentrex.env") == variables(ROOT / ".env.example")
