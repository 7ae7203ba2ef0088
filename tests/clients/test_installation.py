"""A database is served from the machine it belongs to, and from no other one."""

import uuid

import pytest

from clients.models import Client, Installation
from clients.services.installation import check_mark, mark_of_machine, renew_mark, take_mark
from metacentrex import renewals
from metacentrex.signals import database_prepared
from metacentrex.start import CannotServe

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.METACENTREX_HOME = tmp_path
    return tmp_path


def said() -> str:
    with pytest.raises(CannotServe) as refused:
        check_mark()
    return str(refused.value)


def test_a_new_database_and_its_machine_get_the_same_mark_once():
    database_prepared.send(sender=None)
    mark = mark_of_machine()
    database_prepared.send(sender=None)

    check_mark()
    assert mark is not None
    assert (Installation.objects.get().mark, mark_of_machine()) == (mark, mark)
    assert renewals.read_own().marks == {mark}


def test_a_database_of_several_machines_that_somebody_uses_is_tied_to_none_by_itself(
    blue_client: Client, settings
):
    settings.METACENTREX_EMBEDDED = False
    database_prepared.send(sender=None)

    assert Installation.objects.count() == 0
    assert "never tied" in said() or "jamais" in said()


def test_the_embedded_database_that_0_1_left_here_goes_on_by_itself(blue_client: Client):
    database_prepared.send(sender=None)

    check_mark()
    assert Installation.objects.get().mark == mark_of_machine()


@pytest.mark.parametrize("name", ["installation", "renewals.log"])
def test_the_database_of_0_1_does_not_come_back_where_a_later_one_was_served(
    blue_client: Client, home, name: str
):
    renew_mark()
    Installation.objects.all().delete()  # as in a backup that 0.1 made
    for other in {"installation", "renewals.log"} - {name}:
        (home / other).unlink()

    database_prepared.send(sender=None)

    assert Installation.objects.count() == 0
    assert "adopt --backup" in said()


def test_a_clean_machine_does_not_serve_a_restored_database(home):
    renew_mark()
    (home / "installation").unlink()

    assert "adopt --backup" in said()


def test_a_machine_does_not_serve_the_database_of_another_one(home):
    renew_mark()
    (home / "installation").write_text(f"{uuid.uuid4()}\n")

    assert "adopt --backup" in said()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"not a mark"])
def test_a_mark_that_cannot_be_read_is_no_mark(home, content):
    renew_mark()
    (home / "installation").write_bytes(content)

    assert "adopt" in said()


def test_another_machine_of_the_live_database_takes_its_mark(settings, tmp_path):
    renew_mark()
    settings.METACENTREX_HOME = tmp_path / "other"
    settings.METACENTREX_HOME.mkdir()

    mark = take_mark()

    check_mark()
    assert mark == Installation.objects.get().mark


def test_a_mark_that_cannot_be_written_is_not_in_the_database_either(settings, tmp_path):
    settings.METACENTREX_HOME = tmp_path / "nowhere"

    with pytest.raises(FileNotFoundError):
        renew_mark()

    assert Installation.objects.count() == 0
