"""Jobs: one for a double click, in slices, stopped between two rows, taken over from the dead."""

import contextlib
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from clients.enums import JobState
from clients.models import AuditEvent, Client, Job, JobRow, Site, User
from clients.models.job import most_whole
from clients.scoping import scope_for
from clients.services import job_lease, job_runs, job_upkeep, jobs
from clients.services.audit import Actor
from tests.clients.jobs import CheckedRunner, SiteRunner, kinds, work_through
from tests.factories.clients import ClientFactory, JobFactory, UserFactory


@pytest.fixture(autouse=True)
def known_kinds() -> Iterator[None]:
    with kinds(SiteRunner(), CheckedRunner()):
        yield


def asked(
    client: Client, actor: Actor, *names: str, kind: str = "test.sites", **extra: object
) -> Job:
    items = [{"name": name} for name in names]
    return jobs.start(kind, client=client, actor=actor, items=items, summary="Sites", **extra)


def states(job: Job) -> list[str]:
    return list(job.rows.values_list("state", flat=True))


def own_sites(client: Client) -> set[str]:
    return set(client.sites.filter(is_main=False).values_list("name", flat=True))


def test_a_job_does_its_rows_and_says_what_became_of_each(
    blue_client: Client, blue_actor: Actor
) -> None:
    job = work_through(asked(blue_client, blue_actor, "one", "refused two", "broken three", "four"))

    assert (job.state, job.total, job.ok_count, job.bad_count, job.left) == (
        JobState.DONE,
        4,
        2,
        2,
        0,
    )
    assert states(job) == ["ok", "bad", "bad", "ok"]
    assert job.rows.get(position=1).message == "one made"
    assert job.rows.get(position=2).message == "This one may not be."
    assert job.correlator in job.rows.get(position=3).message
    assert own_sites(blue_client) == {"one", "four"}
    assert job.ended_at is not None


def test_a_job_is_audited_from_asking_to_its_end(blue_client: Client, blue_actor: Actor) -> None:
    work_through(asked(blue_client, blue_actor, "one"))

    events = AuditEvent.objects.filter(object_type="job").order_by("pk")
    assert [(event.kind, event.actor) for event in events] == [
        ("job.asked", blue_actor.user),
        ("job.ended", blue_actor.user),
    ]
    assert events[1].after == {"state": "done", "done": 1, "skipped": 0, "refused": 0}


def test_the_same_form_sent_twice_gives_one_job(blue_client: Client, blue_actor: Actor) -> None:
    token = uuid.uuid4()

    first = asked(blue_client, blue_actor, "one", token=token)
    again = asked(blue_client, blue_actor, "one", token=token)

    assert (again.pk, Job.unscoped.count(), JobRow.unscoped.count()) == (first.pk, 1, 1)


def test_somebody_elses_token_never_leads_to_their_job(
    blue_client: Client, blue_actor: Actor, red_client: Client, red_staff: User
) -> None:
    token = uuid.uuid4()

    blue = asked(blue_client, blue_actor, "one", token=token)
    red = asked(red_client, Actor(red_staff), "one", token=token)

    assert red.pk != blue.pk
    assert list(Job.objects.within(scope_for(red_staff))) == [red]


def test_a_slice_ends_after_its_time_and_the_next_one_goes_on(
    blue_client: Client, blue_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_runs, "SLICE", 0)
    job = asked(blue_client, blue_actor, "one", "two")

    job_runs.run_slice(job.pk, job.turn)
    job.refresh_from_db()

    assert (job.state, job.ok_count) == (JobState.RUNNING, 1)
    assert work_through(job).ok_count == 2


def test_a_stop_acts_between_two_rows_and_what_is_done_stays_done(
    blue_client: Client, blue_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_runs, "SLICE", 0)
    job = asked(blue_client, blue_actor, "one", "two")
    job_runs.run_slice(job.pk, job.turn)
    job.refresh_from_db()

    assert jobs.stop(job, actor=blue_actor)
    work_through(job)

    assert (job.state, states(job)) == (JobState.STOPPED, ["ok", "waiting"])
    assert own_sites(blue_client) == {"one"}
    assert not jobs.stop(job, actor=blue_actor)


def test_a_job_that_nobody_works_at_yet_stops_at_once(
    blue_client: Client, blue_actor: Actor
) -> None:
    job = asked(blue_client, blue_actor, "one")

    jobs.stop(job, actor=blue_actor)
    job_runs.run_slice(job.pk, job.turn)
    job.refresh_from_db()

    assert (job.state, own_sites(blue_client)) == (JobState.STOPPED, set())


def test_a_message_sent_twice_works_once(blue_client: Client, blue_actor: Actor) -> None:
    job = asked(blue_client, blue_actor, "one")

    job_runs.run_slice(job.pk, job.turn)
    job_runs.run_slice(job.pk, job.turn)

    assert list(blue_client.sites.filter(name="one").values_list("name", flat=True)) == ["one"]


def test_a_dead_workers_job_is_woken_after_its_lease_and_the_dead_writes_nothing_more(
    blue_client: Client, blue_actor: Actor
) -> None:
    job = asked(blue_client, blue_actor, "one", "two")
    dead = job_lease.take(job.pk, job.turn)
    assert dead is not None
    assert job_upkeep.wake_what_is_due() == 0

    Job.unscoped.filter(pk=job.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    assert job_upkeep.wake_what_is_due() == 1
    work_through(job)

    assert (job.state, job.ok_count) == (JobState.DONE, 2)
    with pytest.raises(job_lease.Lost):
        job_lease.hold(dead)


def test_a_lost_message_is_sent_again_once_it_is_late(
    blue_client: Client, blue_actor: Actor
) -> None:
    job = asked(blue_client, blue_actor, "one")
    Job.unscoped.filter(pk=job.pk).update(due_at=timezone.now())

    assert [job_upkeep.wake_what_is_due(), job_upkeep.wake_what_is_due()] == [1, 0]


def test_work_that_kills_its_workers_is_given_up(blue_client: Client, blue_actor: Actor) -> None:
    job = asked(blue_client, blue_actor, "one")
    for _ in range(job_runs.MOST_ATTEMPTS):
        job.refresh_from_db()
        job_lease.take(job.pk, job.turn)

    work_through(job)

    assert (job.state, own_sites(blue_client)) == (JobState.FAILED, set())
    assert job.notice != ""


@pytest.mark.parametrize("change", [{"is_active": False}, {"reseller": "red"}])
def test_a_login_that_may_no_longer_do_it_does_it_no_longer(
    change: dict, blue_client: Client, blue_actor: Actor, red_client: Client
) -> None:
    job = asked(blue_client, blue_actor, "one")
    if "reseller" in change:
        change = {"reseller": red_client.reseller}
    User.objects.filter(pk=blue_actor.user.pk).update(**change)

    work_through(job)

    assert (job.state, own_sites(blue_client)) == (JobState.FAILED, set())


def test_a_runner_may_end_the_whole_job_and_what_it_wrote_stays(
    blue_client: Client, blue_actor: Actor
) -> None:
    job = work_through(asked(blue_client, blue_actor, "one", "stop here", "two"))

    assert (job.state, job.notice, states(job)) == (
        JobState.FAILED,
        "Enough.",
        ["ok", "waiting", "waiting"],
    )
    assert own_sites(blue_client) == {"one", "stop here"}


def test_a_kind_that_checks_waits_for_a_person(blue_client: Client, blue_actor: Actor) -> None:
    Site.unscoped.create(client=blue_client, name="old")
    job = work_through(
        asked(blue_client, blue_actor, "one", "bad", "old", "two", kind="test.checked")
    )

    assert (job.state, states(job)) == (JobState.READY, ["ok", "bad", "skipped", "ok"])
    assert own_sites(blue_client) == {"old"}

    assert jobs.proceed(job, whole=False, actor=blue_actor)
    assert not jobs.proceed(job, whole=False, actor=blue_actor)
    work_through(job)

    assert (job.state, states(job)) == (JobState.DONE, ["ok", "bad", "skipped", "ok"])
    assert (job.ok_count, job.bad_count, job.skipped_count) == (2, 1, 1)
    assert own_sites(blue_client) == {"old", "one", "two"}


def test_a_stop_after_the_last_row_of_a_check_is_a_stop(
    blue_client: Client, blue_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_runs, "SLICE", 0)
    job = asked(blue_client, blue_actor, "one", kind="test.checked")
    job_runs.run_slice(job.pk, job.turn)
    job.refresh_from_db()
    job_lease.take(job.pk, job.turn)  # a worker is about to find that no row is left
    assert jobs.stop(job, actor=blue_actor)
    job.refresh_from_db()

    job_runs._work(job)

    job.refresh_from_db()
    assert (job.state, states(job), own_sites(blue_client)) == (JobState.STOPPED, ["ok"], set())
    assert job.ended_at is not None
    assert not jobs.proceed(job, whole=False, actor=blue_actor)


@pytest.mark.usefixtures("shared_database")
def test_a_stop_is_not_told_too_late_by_a_check_that_becomes_ready_meanwhile() -> None:
    """Between two statements of the stop its worker tries to say that the check is ready."""
    staff = UserFactory()
    client = ClientFactory(reseller=staff.reseller)
    job = JobFactory(state=JobState.RUNNING, client=client, actor=staff)
    worker = connection.copy()
    on_sqlite = connection.vendor == "sqlite"  # which locks the whole file, and no row
    if on_sqlite:
        worker.settings_dict["OPTIONS"]["timeout"] = 0
    seen: list[str] = []

    def becomes_ready(execute: Any, sql: str, *arguments: Any) -> Any:
        if "clients_job" in sql:
            if seen:
                # Held by the stop, the row is refused at once: nobody waits.
                with contextlib.suppress(OperationalError), worker.cursor() as cursor:
                    if not on_sqlite:
                        cursor.execute("SELECT id FROM clients_job FOR UPDATE NOWAIT")
                    cursor.execute("UPDATE clients_job SET state = 'ready' WHERE state = 'running'")
            seen.append(sql)
        return execute(sql, *arguments)

    with connection.execute_wrapper(becomes_ready):
        stopped = jobs.stop(job, actor=Actor(staff))
    worker.close()

    assert len(seen) > 1
    job.refresh_from_db()
    assert stopped
    assert job.stop_asked_at is not None
    assert AuditEvent.objects.filter(kind="job.stopped").count() == 1


def test_the_word_to_go_on_undoes_a_stop_from_before_it(
    blue_client: Client, blue_actor: Actor
) -> None:
    job = work_through(asked(blue_client, blue_actor, "one", kind="test.checked"))
    Job.unscoped.filter(pk=job.pk).update(stop_asked_at=timezone.now())

    jobs.proceed(job, whole=False, actor=blue_actor)
    work_through(job)

    assert (job.state, own_sites(blue_client)) == (JobState.DONE, {"one"})


def test_all_or_nothing_is_refused_where_a_row_is_wrong(
    blue_client: Client, blue_actor: Actor
) -> None:
    job = work_through(asked(blue_client, blue_actor, "one", "bad", kind="test.checked"))

    with pytest.raises(jobs.NotAllGood):
        jobs.proceed(job, whole=True, actor=blue_actor)


def test_all_or_nothing_that_meets_a_wrong_row_writes_nothing_and_shows_it(
    blue_client: Client, blue_actor: Actor
) -> None:
    names = ["one", "two", "three", "four"]
    job = work_through(asked(blue_client, blue_actor, *names, kind="test.checked"))
    jobs.proceed(job, whole=True, actor=blue_actor)
    Site.unscoped.create(client=blue_client, name="three")  # somebody else, meanwhile

    work_through(job)

    assert (job.state, states(job)) == (JobState.READY, ["ok", "ok", "skipped", "ok"])
    assert own_sites(blue_client) == {"three"}
    assert job.notice.startswith("Rien n’a été") or job.notice.startswith("Nothing was saved")


def test_all_or_nothing_that_takes_too_long_writes_nothing_and_says_so(
    blue_client: Client, blue_actor: Actor
) -> None:
    job = work_through(asked(blue_client, blue_actor, "one", "slow", kind="test.checked"))
    jobs.proceed(job, whole=True, actor=blue_actor)

    work_through(job)

    assert (job.state, states(job), own_sites(blue_client)) == (JobState.READY, ["ok", "ok"], set())
    assert "trop de temps" in job.notice or "too long" in job.notice


def test_all_or_nothing_is_refused_beyond_what_one_transaction_takes(
    blue_client: Client, blue_actor: Actor
) -> None:
    job = work_through(asked(blue_client, blue_actor, "one", kind="test.checked"))
    Job.unscoped.filter(pk=job.pk).update(ok_count=most_whole() + 1)

    with pytest.raises(jobs.TooLong):
        jobs.proceed(job, whole=True, actor=blue_actor)
    assert jobs.proceed(job, whole=False, actor=blue_actor)


def test_one_login_does_not_fill_the_queue(
    blue_client: Client, blue_actor: Actor, operator: User
) -> None:
    token = uuid.uuid4()
    first = asked(blue_client, blue_actor, "one", token=token)
    for number in range(jobs.MOST_AT_WORK - 1):
        asked(blue_client, blue_actor, f"more {number}")

    with pytest.raises(jobs.TooManyJobs):
        asked(blue_client, blue_actor, "too many")
    # a double click is no other job
    assert asked(blue_client, blue_actor, "one", token=token) == first
    assert asked(blue_client, Actor(operator), "somebody else's")
    jobs.stop(first, actor=blue_actor)
    assert asked(blue_client, blue_actor, "there is room again")


def test_a_batch_that_fails_is_done_row_by_row(blue_client: Client, blue_actor: Actor) -> None:
    job = work_through(
        asked(blue_client, blue_actor, "one", "refused", "three", kind="test.checked")
    )
    jobs.proceed(job, whole=False, actor=blue_actor)

    work_through(job)

    assert (job.state, states(job)) == (JobState.DONE, ["ok", "bad", "ok"])
    assert own_sites(blue_client) == {"one", "three"}


def test_jobs_and_their_rows_are_dropped_after_thirty_days_unless_at_work(
    blue_client: Client, blue_actor: Actor
) -> None:
    old = work_through(asked(blue_client, blue_actor, "one"))
    working = asked(blue_client, blue_actor, "two")
    recent = work_through(asked(blue_client, blue_actor, "three"))
    Job.unscoped.exclude(pk=recent.pk).update(created_at=timezone.now() - timedelta(days=31))

    assert job_upkeep.drop_old() == 1
    assert set(Job.unscoped.values_list("pk", flat=True)) == {working.pk, recent.pk}
    assert not JobRow.unscoped.filter(job_id=old.pk).exists()
