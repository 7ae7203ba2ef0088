"""A flood of logins: one password is checked at a time, the rest are asked to try again."""

import fcntl
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client as Browser

from clients.models import AuditEvent, User
from metacentrex.sheets import SheetRefused, read_sheet
from metacentrex.turns import Busy, turn

PASSWORD = "correct horse battery"
DOORS = ["/extranet/", "/connexion/"]


@pytest.fixture
def busy(settings, tmp_path: Path) -> Iterator[None]:
    """Another process checks a password."""
    settings.METACENTREX_HOME = tmp_path
    with (tmp_path / "password.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def unhashed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No password may be hashed at all."""
    for name in ("encode", "verify"):
        monkeypatch.setattr(f"django.contrib.auth.hashers.MD5PasswordHasher.{name}", None)


@pytest.mark.django_db
@pytest.mark.parametrize("path", DOORS)
def test_a_login_at_a_busy_moment_hashes_nothing_and_keeps_what_was_typed(
    path: str, busy: None, unhashed: None
) -> None:
    answer = Browser().post(path, {"username": "0970711111", "password": PASSWORD})

    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert "0970711111" in answer.content.decode()
    assert "réessayez" in answer.content.decode()


@pytest.mark.django_db
def test_a_dialog_at_a_busy_moment_is_told_too(busy: None, unhashed: None) -> None:
    answer = Browser().post(
        "/extranet/",
        {"username": "x", "password": PASSWORD},
        headers={"X-Requested-With": "dialog"},
    )

    assert (answer.status_code, answer["Retry-After"]) == (503, "1")


def test_a_busy_moment_is_no_failed_attempt(busy: None, blue_staff: User) -> None:
    for _ in range(6):
        Browser().post("/extranet/", {"username": blue_staff.login, "password": "wrong"})

    assert not AuditEvent.objects.exists()


def test_ones_own_password_waits_its_turn_as_well(
    busy: None, blue_browser: Browser, unhashed: None
) -> None:
    page = blue_browser.post(
        "/extranet/mon-compte/mot-de-passe/",
        dict.fromkeys(["old_password", "new_password1", "new_password2"], PASSWORD),
    )

    [error] = page.context["password_form"].errors["old_password"]
    assert "réessayez" in error


def test_one_workbook_is_read_at_a_time(settings, tmp_path: Path) -> None:
    settings.METACENTREX_HOME = tmp_path
    with turn("workbook"), pytest.raises(SheetRefused, match="réessayez"):
        read_sheet(b"PK\x03\x04", most_rows=10)
    with turn("password"), pytest.raises(SheetRefused, match="ne se lit pas"):
        read_sheet(b"PK\x03\x04", most_rows=10)


def test_turns_follow_one_another(settings, tmp_path: Path) -> None:
    settings.METACENTREX_HOME = tmp_path
    for _ in range(2):
        with turn("password"), pytest.raises(Busy), turn("password"):
            pass


def test_a_directory_that_cannot_be_written_keeps_nobody_out(settings, tmp_path: Path) -> None:
    settings.METACENTREX_HOME = tmp_path / "away"

    with turn("password"):
        pass
