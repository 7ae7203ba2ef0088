"""The scripts read the services' settings as systemd does, and run nothing that stands in them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PASSWORD = "a;touch ran$(touch ran)`touch ran`$HOME#&|<>!*~b"
ADDRESS = "postgresql://mcx:secret@db.example/mcx?sslmode=require&connect_timeout=5"
Done = subprocess.CompletedProcess[str]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The shipped scripts, with an interpreter that says what it was given."""
    (tmp_path / "deploy").mkdir()
    for name in ("manage", "settings.sh", "environment.sh"):
        (tmp_path / "deploy" / name).write_text((DEPLOY / name).read_text())
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (tmp_path / "manage.py").write_text("import os, sys; print(os.environ[sys.argv[1]], end='')\n")
    return tmp_path


def run(place: Path, text: str, *command: str) -> Done:
    (place / "env").write_bytes(text.encode())
    user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    known = {"PATH": os.environ["PATH"], "HOME": "/nowhere", "METACENTREX_ENV": str(place / "env")}
    return subprocess.run(
        ["bash", *command],
        cwd=place,
        env=known | {"METACENTREX_USER": user, "ROOT": str(place)},
        capture_output=True,
        text=True,
        check=False,
    )


def managed(place: Path, text: str, name: str) -> str:
    done = run(place, text, "deploy/manage", name)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (f"NAME={ADDRESS}", ADDRESS),
        (f"NAME={PASSWORD}", PASSWORD),
        ("NAME=plain", "plain"),
        ("NAME=plain\r\n", "plain"),
        ("  NAME = of two words  \n", "of two words"),
        ("NAME=\n", ""),
        ("NAME=a=b==\n", "a=b=="),
        ("NAME='single  # $x'\n", "single  # $x"),
        ("NAME='back\\slash'\n", "back\\slash"),
        ('NAME="double ; $x"\n', "double ; $x"),
        ("NAME=it's\n", "it's"),
        ("NAME=''\n", ""),
        ("NAME=first\nNAME=last\n", "last"),
        ("\n# NAME=no\n;NAME=no\n  # NAME=no\nNAME=yes\n#NAME=no", "yes"),
    ],
)
def test_a_value_is_what_stands_there(line: str, value: str, place: Path) -> None:
    assert managed(place, line, "NAME") == value
    assert not (place / "ran").exists()


@pytest.mark.parametrize(
    "line",
    [
        "export NAME=value;",
        "no name",
        "1NAME=x",
        "$(touch ran)=x",
        "NAME='half",
        'NAME="half',
        "NAME='a'b'",
        "NAME=a\\b",
        "NAME='",
    ],
)
def test_a_line_that_cannot_be_read_alike_is_refused_and_not_shown(line: str, place: Path) -> None:
    done = run(place, f"FIRST=1\n{line}\n", "deploy/manage", "FIRST")

    assert (done.returncode, done.stdout) == (1, "")
    assert "env, line 2" in done.stderr
    assert line not in done.stderr
    assert not (place / "ran").exists()


SOURCED = ("-euc", '. deploy/settings.sh; echo "reached ${SQLITE:-}"; env')


@pytest.mark.parametrize("command", [("deploy/manage", "PATH"), SOURCED])
@pytest.mark.parametrize(
    "line", ["DATABASE_URL=", "DATABASE_URL=''", "DATABASE_URL=x\nDATABASE_URL="]
)
def test_a_database_that_is_named_and_empty_is_not_another_one(
    line: str, command: tuple[str, ...], place: Path
) -> None:
    done = run(place, f"{line}\n", *command)

    assert (done.returncode, done.stdout) == (1, "")
    assert "names DATABASE_URL" in done.stderr


def test_the_backup_is_of_the_database_of_the_services(place: Path) -> None:
    done = run(place, f"DATABASE_URL={ADDRESS.replace('secret', 's;e$c')}\n", *SOURCED)

    assert (done.returncode, done.stderr) == (0, "")
    assert "reached \n" in done.stdout
    for told in ("PGHOST=db.example", "PGPASSWORD=s;e$c", "PGDATABASE=mcx", "PGSSLMODE=require"):
        assert f"{told}\n" in done.stdout


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://mcx:s3cret/x@db.example/mcx",
        "postgresql://mcx:[s3cret@db/mcx",
        "mysql://mcx:s3cret@db/mcx",
    ],
)
def test_an_address_that_cannot_be_read_is_not_another_database(address: str, place: Path) -> None:
    done = run(place, f"DATABASE_URL={address}\n", *SOURCED)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("DATABASE_URL ")
    assert "s3cret" not in done.stderr


def test_without_a_database_named_it_is_the_file_of_the_data_directory(place: Path) -> None:
    done = run(place, f"METACENTREX_HOME={place}\n#DATABASE_URL=\n", *SOURCED)

    assert done.returncode == 0
    assert f"reached {place}/metacentrex.sqlite3\n" in done.stdout


def test_no_settings_at_all_stop_manage(place: Path) -> None:
    (place / "env").unlink(missing_ok=True)
    done = subprocess.run(
        ["bash", "deploy/manage", "PATH"],
        cwd=place,
        env={"PATH": os.environ["PATH"], "METACENTREX_ENV": str(place / "none")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
