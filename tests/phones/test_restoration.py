"""`manage.py adopt`: what a restored database must forget before it is served."""

import io
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from clients.models import AuditEvent, Installation
from clients.services.audit import PLATFORM
from clients.services.installation import mark_of_machine, renew_mark
from metacentrex import renewals
from metacentrex.start import CannotServe, refuse_foreign_database
from phones.credentials import http_credentials
from phones.models import Phone, SipCredential
from phones.remedies import Remedy, remedy_of
from phones.services.assignment import unassign
from phones.services.deletion import delete_phone
from phones.services.expiry import record_expired_windows
from phones.services.window import open_window
from phones.states import Code, code_of
from phones.todo import Cause, cause_filter
from tests.factories.clients import JobFactory
from tests.factories.phones import AssignedPhoneFactory, PhoneFactory
from tests.provisioning.asking import basic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    """A machine of its own, tied to the test's database."""
    settings.METACENTREX_HOME = tmp_path / "home"
    settings.METACENTREX_HOME.mkdir()
    renew_mark()
    return settings.METACENTREX_HOME


@pytest.fixture(autouse=True)
def connections_stay(monkeypatch):
    """The test's transaction must not be closed under it."""
    monkeypatch.setattr("metacentrex.start.connections.close_all", lambda: None)


def adopt(*arguments: object) -> str:
    said = io.StringIO()
    call_command("adopt", *map(str, arguments), stdout=said)
    return said.getvalue()


def fresh(phone: Phone) -> Phone:
    return Phone.unscoped.select_related("client", "subscriber__site", "site").get(pk=phone.pk)


def closed(phone: Phone) -> Phone:
    """As a phone in service: authenticated, its window over."""
    past = timezone.now() - timedelta(days=5)
    Phone.unscoped.filter(pk=phone.pk).update(
        authenticated_at=past,
        credentials_seen_at=past,
        authorized_until=past,
        expiry_recorded_at=past,
    )
    return fresh(phone)


@pytest.fixture
def renewed_since(blue_phone: Phone) -> Phone:
    """In the backup with one generation, renewed afterwards, as this machine remembers."""
    phone = closed(blue_phone)
    renewals.note(phone.uid, phone.credential_generation + 2)
    return phone


# --- The memory is written ------------------------------------------------------------------------


def test_every_renewal_is_noted_once_it_is_committed(
    blue_phone: Phone, home: Path, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        open_window(blue_phone, actor=PLATFORM)
        assert renewals.read_own().generations == {}
    with django_capture_on_commit_callbacks(execute=True):
        unassign(blue_phone, actor=PLATFORM)

    assert renewals.read_own().generations == {
        blue_phone.uid: fresh(blue_phone).credential_generation
    }


def test_the_end_of_a_phone_is_noted_as_one(blue_phone: Phone, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        delete_phone(blue_phone, actor=PLATFORM)

    assert renewals.read_own().generations == {blue_phone.uid: blue_phone.credential_generation + 1}
    refuse_foreign_database()  # and keeps nobody from starting


# --- At start -------------------------------------------------------------------------------------


def test_a_database_as_old_as_its_memory_is_served(blue_phone: Phone):
    renewals.note(blue_phone.uid, blue_phone.credential_generation)
    renewals.note(uuid.uuid4(), 9)  # of a phone deleted since

    refuse_foreign_database()


def test_a_database_older_than_its_memory_is_not_served(renewed_since: Phone):
    with pytest.raises(CannotServe, match="adopt --backup"):
        refuse_foreign_database()


def test_a_memory_that_cannot_be_read_is_not_taken_for_an_empty_one(home: Path):
    renewals.path().write_text("something else\n")

    with pytest.raises(CannotServe, match=r"renewals\.log, line 1"):
        refuse_foreign_database()


# --- adopt --live ---------------------------------------------------------------------------------


def test_live_joins_a_machine_and_touches_nothing(settings, tmp_path, blue_phone: Phone):
    settings.METACENTREX_HOME = tmp_path / "other"
    settings.METACENTREX_HOME.mkdir()
    before = fresh(blue_phone)

    adopt("--live")

    refuse_foreign_database()
    assert mark_of_machine() == Installation.objects.get().mark
    assert fresh(blue_phone).authorized_until == before.authorized_until


def test_live_is_refused_where_this_machine_remembers_newer_credentials(renewed_since: Phone):
    with pytest.raises(CommandError):
        adopt("--live")


def test_live_takes_no_other_option():
    with pytest.raises(CommandError):
        adopt("--live", "--close-everything")


# --- adopt --backup -------------------------------------------------------------------------------


def test_a_phone_untouched_since_the_backup_keeps_its_credentials(fetch, blue_phone: Phone):
    phone = closed(blue_phone)
    old = http_credentials(phone.mac, phone.uid, phone.credential_generation)
    sip = SipCredential.unscoped.get(phone=phone).auth_name
    renewals.note(phone.uid, phone.credential_generation)

    adopt("--backup")

    assert fetch(phone.mac, HTTP_AUTHORIZATION=basic(old.user, old.password)).status_code == 200
    assert SipCredential.unscoped.get(phone=phone).auth_name == sip


def test_a_phone_renewed_since_has_neither_its_old_nor_its_newer_credentials(
    fetch, renewed_since: Phone
):
    known = [
        http_credentials(
            renewed_since.mac, renewed_since.uid, renewed_since.credential_generation + step
        )
        for step in range(4)
    ]
    sip = SipCredential.unscoped.get(phone=renewed_since).auth_name

    said = adopt("--backup")

    answers = [
        fetch(renewed_since.mac, HTTP_AUTHORIZATION=basic(c.user, c.password)) for c in known
    ]
    assert [answer.status_code for answer in answers] == [401] * 4
    assert not SipCredential.unscoped.filter(auth_name=sip).exists()
    assert ": 1" in said
    refuse_foreign_database()


def test_a_phone_renewed_since_is_something_to_do_at_once_and_a_window_mends_it(
    renewed_since: Phone,
):
    adopt("--backup")

    phone = fresh(renewed_since)
    assert code_of(phone, timezone.now()) is Code.REFUSED
    assert (
        AuditEvent.objects.filter(kind="phone.credentials_revoked", object_id=str(phone.pk)).count()
        == 1
    )
    open_window(phone, actor=PLATFORM)
    assert code_of(fresh(phone), timezone.now()) is Code.AUTHORIZED


def test_open_and_planned_windows_are_closed_and_audited(
    blue_phone: Phone, red_phone: Phone, fetch
):
    later = timezone.now() + timedelta(days=2)
    Phone.unscoped.filter(pk=red_phone.pk).update(
        authorized_from=later, authorized_until=later + timedelta(days=1)
    )

    adopt("--backup")

    now = timezone.now()
    assert [fresh(p).authorized_from for p in (blue_phone, red_phone)] == [None] * 2
    assert all(fresh(p).authorized_until < now for p in (blue_phone, red_phone))
    events = AuditEvent.objects.filter(kind="window.closed")
    assert {event.object_id for event in events} == {str(blue_phone.pk), str(red_phone.pk)}
    assert {event.after["because"] for event in events} == {"restored"}
    assert fetch(blue_phone.mac).status_code == 401


@pytest.mark.parametrize("planned", [False, True])
def test_a_phone_that_still_waits_is_something_to_do_and_stays_refused(
    planned, blue_phone: Phone, fetch
):
    now = timezone.now()
    if planned:
        later = now + timedelta(days=2)
        Phone.unscoped.filter(pk=blue_phone.pk).update(
            authorized_from=later, authorized_until=later + timedelta(days=1)
        )

    adopt("--backup")

    phone = fresh(blue_phone)
    assert code_of(phone, timezone.now()) is Code.OVERDUE
    assert Phone.unscoped.filter(cause_filter(Cause.OVERDUE, timezone.now()), pk=phone.pk).exists()
    assert remedy_of(phone, Cause.OVERDUE) is Remedy.REOPEN
    assert fetch(phone.mac).status_code == 401
    assert record_expired_windows() == 0  # said once: the adoption's own event
    events = AuditEvent.objects.filter(object_type="phone", object_id=str(phone.pk))
    assert [event.kind for event in events] == ["window.closed"]
    open_window(phone, actor=PLATFORM)
    assert fetch(phone.mac).status_code == 200


def test_a_phone_in_service_whose_window_was_open_is_not_something_to_do(blue_phone: Phone):
    Phone.unscoped.filter(pk=blue_phone.pk).update(authenticated_at=timezone.now())

    said = counted("--backup")

    assert fresh(blue_phone).authorized_until is None
    assert code_of(fresh(blue_phone), timezone.now()) is Code.PROVISIONED
    assert (said["Windows closed"], said["Phones to re-authorize"]) == (1, 0)


def counted(*arguments: object) -> dict[str, int]:
    """What `adopt` says it did, by its words."""
    with translation.override("en"):
        said = adopt(*arguments)
    return {words: int(count) for words, count in re.findall(r"^([^:\n]+): (\d+)$", said, re.M)}


def test_it_counts_each_phone_that_has_to_be_reopened_once(renewed_since: Phone, alice):
    never_served = [AssignedPhoneFactory(subscriber=alice) for _ in range(2)]
    renewals.note(never_served[1].uid, 5)  # waits, and was renewed since: one phone
    cut_short = closed(AssignedPhoneFactory(subscriber=alice))
    Phone.unscoped.filter(pk=cut_short.pk).update(previous_generation=1)
    closed(AssignedPhoneFactory(subscriber=alice))  # goes on with what it has
    on_no_line = PhoneFactory(client=alice.client)
    renewals.note(on_no_line.uid, 5)

    said = counted("--backup")

    assert said == {
        "Windows closed": 2,
        "Renewals in progress interrupted": 1,
        "Phones whose credentials were revoked": 3,
        "Phones to re-authorize": 4,
        "Jobs stopped": 0,
        "Sessions ended": 0,
    }
    assert AuditEvent.objects.get(kind="installation.adopted").after["phones_to_reopen"] == 4


def test_a_renewal_under_way_in_the_backup_ends(blue_phone: Phone):
    Phone.unscoped.filter(pk=blue_phone.pk).update(previous_generation=1)

    adopt("--backup")

    assert fresh(blue_phone).previous_generation is None


def test_everybody_is_logged_out(blue_browser):
    assert blue_browser.get("/extranet/clients/").status_code == 200

    adopt("--backup")

    assert Session.objects.count() == 0
    assert blue_browser.get("/extranet/clients/").status_code == 302


@pytest.mark.parametrize("state", ["waiting", "running", "ready"])
def test_a_job_of_the_backup_is_not_done_a_second_time(state):
    job = JobFactory(state=state, turn=4)

    adopt("--backup")

    job.refresh_from_db()
    assert (job.state, job.turn) == ("stopped", 5)  # a message of before is worth nothing
    assert AuditEvent.objects.get(kind="job.stopped").after == {"because": "restored"}


def test_a_job_that_is_over_stays_as_it_is():
    job = JobFactory(state="done")

    adopt("--backup")

    job.refresh_from_db()
    assert job.state == "done"


def test_other_machines_of_that_database_have_to_be_told_again(settings, tmp_path, home: Path):
    settings.METACENTREX_HOME = tmp_path / "other"
    settings.METACENTREX_HOME.mkdir()
    adopt("--live")
    settings.METACENTREX_HOME = home
    adopt("--backup")

    settings.METACENTREX_HOME = tmp_path / "other"
    with pytest.raises(CannotServe):
        refuse_foreign_database()


def test_on_a_clean_machine_the_files_of_every_other_one_count(
    settings, tmp_path, home: Path, renewed_since: Phone, red_phone: Phone
):
    """Two web nodes remembered one renewal each."""
    second = tmp_path / "second.log"
    mark_line = renewals.path().read_text().splitlines()[0]
    second.write_text(
        f"{mark_line}\n2026-11-23T10:00:00Z {red_phone.uid} {red_phone.credential_generation + 1}\n"
    )
    settings.METACENTREX_HOME = tmp_path / "clean"
    settings.METACENTREX_HOME.mkdir()

    adopt("--backup", "--renewals", home / "renewals.log", second)

    now = timezone.now()
    assert [code_of(fresh(phone), now) for phone in (renewed_since, red_phone)] == [
        Code.REFUSED
    ] * 2
    refuse_foreign_database()


def test_without_any_memory_it_demands_that_everything_be_closed(
    settings, tmp_path, blue_phone: Phone
):
    settings.METACENTREX_HOME = tmp_path / "clean"
    settings.METACENTREX_HOME.mkdir()

    with pytest.raises(CommandError, match="--close-everything"):
        adopt("--backup")

    assert fresh(blue_phone).authorized_until is not None
    assert Session.objects.count() == 0
    with pytest.raises(CannotServe):
        refuse_foreign_database()


def test_the_memory_of_another_database_is_none(settings, tmp_path):
    other = tmp_path / "other.log"
    other.write_text(f"2026-11-23T10:00:00Z mark {uuid.uuid4()}\n")

    with pytest.raises(CommandError, match=r"other\.log"):
        adopt("--backup", "--renewals", other)


@pytest.mark.parametrize("content", [None, "hello\n"])
def test_a_file_that_cannot_be_read_is_refused_by_its_name(tmp_path, content):
    file = tmp_path / "wrong.log"
    if content:
        file.write_text(content)

    with pytest.raises(CommandError, match=r"wrong\.log"):
        adopt("--backup", "--renewals", file)


def test_closing_everything_asks_first_and_takes_no_silence_for_a_yes(blue_phone: Phone):
    with pytest.raises(CommandError, match="1"):
        adopt("--backup", "--close-everything")

    assert fresh(blue_phone).authorized_until is not None


def test_closing_everything_leaves_no_credentials_that_anybody_had(
    settings, tmp_path, fetch, blue_phone: Phone, red_phone: Phone
):
    settings.METACENTREX_HOME = tmp_path / "clean"
    settings.METACENTREX_HOME.mkdir()
    phone = closed(blue_phone)
    known = [
        http_credentials(phone.mac, phone.uid, phone.credential_generation + step)
        for step in range(50)
    ]

    adopt("--backup", "--close-everything", "--yes")

    assert {
        fetch(phone.mac, HTTP_AUTHORIZATION=basic(c.user, c.password)).status_code for c in known
    } == {401}
    assert [code_of(fresh(p), timezone.now()) for p in (blue_phone, red_phone)] == [
        Code.REFUSED
    ] * 2
    refuse_foreign_database()


def test_an_adoption_that_was_interrupted_is_done_again(renewed_since: Phone, monkeypatch):
    monkeypatch.setattr("phones.services.restoration.end_sessions", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        adopt("--backup")
    monkeypatch.undo()

    adopt("--backup")

    assert AuditEvent.objects.filter(kind="installation.adopted").count() == 1
    assert code_of(fresh(renewed_since), timezone.now()) is Code.REFUSED
