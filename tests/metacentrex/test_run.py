"""`manage.py prepare` and `manage.py run`: what systemd starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from metacentrex.management.commands.run import child_of
from metacentrex.start import CONFIGURATION

ROOT = Path(__file__).resolve().parents[2]


def manage(home: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "METACENTREX_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )


def test_the_clock_is_no_part_of_the_worker_and_tasks_have_processes_of_their_own(settings):
    worker, beat = child_of("worker", 3).command, child_of("beat", None).command

    assert "-B" not in worker
    assert worker[worker.index("-P") : worker.index("-P") + 4] == [
        "-P",
        "prefork",
        "--concurrency",
        "3",
    ]
    assert str(settings.METACENTREX_HOME / "celerybeat-schedule") in beat
    web = child_of("web", 5).command
    assert web[web.index("--workers") + 1] == "5"


@pytest.mark.parametrize("role", ["web", "worker", "beat"])
def test_what_keeps_ending_is_left_to_the_init_system(role):
    assert child_of(role, None).vital


@pytest.mark.slow
def test_a_database_that_is_not_prepared_is_said_and_may_be_later(tmp_path):
    done = manage(tmp_path / "home", "run", "web")

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "manage.py prepare" in done.stderr


@pytest.mark.slow
def test_a_missing_secret_is_said_and_waiting_does_not_help(tmp_path):
    done = manage(tmp_path / "home", "run", "worker", METACENTREX_HOST="0.0.0.0")

    assert done.returncode == CONFIGURATION
    assert "metacentrex.E001" in done.stderr


@pytest.mark.slow
def test_a_database_that_does_not_answer_is_said_without_its_password(tmp_path):
    secrets = {
        "SECRET_KEY": "k" + "0123456789abcdef" * 3,
        "METACENTREX_HTTP_KEY": "h" + "0123456789abcdef" * 3,
        "METACENTREX_FIELD_KEYS": "dGVzdC1maWVsZC1rZXktb2YtdGhlLXN1aXRlLTAwMDE=",
    }
    address = "postgresql://metacentrex:PlantedPassword@127.0.0.1:1/x?connect_timeout=1"
    done = manage(
        tmp_path / "home",
        "run",
        "web",
        DATABASE_URL=address,
        METACENTREX_PUBLIC_URL="https://x.example.fr",
        **secrets,
    )

    assert done.returncode == 1, done.stderr
    assert "PlantedPassword" not in done.stderr
    assert "Traceback" not in done.stderr
