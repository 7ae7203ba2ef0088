"""The journal: what each request leaves, how much of it is kept, and what the phone's row learns
from it.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DataError, OperationalError, connection, connections
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone

from clients.models import AuditEvent, Subscriber, User
from clients.scoping import scope_for
from clients.services.audit import PLATFORM
from phones.models import Phone
from phones.services.deletion import delete_phone
from phones.services.registration import Registration, register_phone
from phones.services.window import open_window
from provisioning import journal
from provisioning.models import Fetch, FetchOutcome, UnknownCaller
from provisioning.tasks import trim_journal
from tests.conftest import SNOM_710
from tests.provisioning.asking import change, end_of_window, given_to, row

Fetching = Callable[..., HttpResponse]
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def entry(
    phone: Phone | None, minute: int, outcome: FetchOutcome = FetchOutcome.REFUSED, **values: object
) -> Fetch:
    reason = "overdue" if outcome == FetchOutcome.REFUSED else ""
    known = (
        {"phone_id": phone.pk, "client_id": phone.client_id, "mac": phone.mac}
        if phone
        else {"mac": "000413000001"}
    )
    fields = {
        "at": NOON + minute * MINUTE,
        "address": "203.0.113.9",
        "outcome": outcome,
        "reason": reason,
    }
    return Fetch(**(known | fields | values))


def process_writes(*entries: Fetch) -> None:
    """One process' queue, written at once."""
    for one in entries:
        journal.write_later(one)
    assert journal.flush() == len(entries)


def marked(phone: Phone) -> tuple[object, ...]:
    """Minutes past noon of the last refusal and of the first since the last
    success, count, reason.
    """
    now = row(phone)

    def minutes(at: datetime | None) -> int | None:
        return None if at is None else round((at - NOON) / MINUTE)

    return (
        minutes(now["refused_at"]),
        minutes(now["refused_since"]),
        now["refused_count"],
        now["refused_reason"],
    )


def test_a_served_request_is_written_down(blue_phone: Phone, fetch: Fetching) -> None:
    response = fetch(blue_phone.mac, REMOTE_ADDR="203.0.113.9")

    line = Fetch.objects.get()
    assert (line.phone, line.client, line.mac) == (blue_phone, blue_phone.client, blue_phone.mac)
    assert (line.outcome, line.reason, line.size) == ("served", "", len(response.content))
    assert (line.address, line.model, line.firmware) == ("203.0.113.9", "snom-710", "8.7.5.35")
    assert (line.user_agent, line.with_credentials) == (SNOM_710, False)


def test_a_proven_request_and_an_unchanged_answer_say_so(
    blue_phone: Phone, fetch: Fetching
) -> None:
    first = fetch(blue_phone.mac)
    fetch(blue_phone.mac, **given_to(first), HTTP_IF_NONE_MATCH=first.headers["ETag"])

    line = Fetch.objects.latest("pk")
    assert (line.outcome, line.with_credentials, line.size) == ("not-modified", True, 0)


def test_a_user_agent_cannot_forge_or_overflow(blue_phone: Phone, fetch: Fetching) -> None:
    fetch(blue_phone.mac, user_agent="evil\x1b[2J\r\nline\x00" + "x" * 5000)

    written = Fetch.objects.get().user_agent
    assert (written.isprintable(), len(written), written[:5]) == (
        True,
        200,
        "evil\N{REPLACEMENT CHARACTER}",
    )


def test_the_last_200_of_each_phone_are_kept(blue_phone: Phone, red_phone: Phone) -> None:
    process_writes(*(entry(red_phone, minute) for minute in range(3)))

    for start in range(0, 420, 70):
        process_writes(*(entry(blue_phone, minute) for minute in range(start, start + 70)))

    kept = Fetch.objects.filter(phone=blue_phone).order_by("at")
    assert (kept.count(), kept[0].at) == (200, NOON + 220 * MINUTE)
    assert Fetch.objects.filter(phone=red_phone).count() == 3


def test_a_flood_of_refusals_does_not_push_out_who_was_served(blue_phone: Phone) -> None:
    process_writes(entry(blue_phone, 0, outcome="served", reason=""))

    for start in range(1, 281, 70):
        process_writes(*(entry(blue_phone, minute) for minute in range(start, start + 70)))

    kept = Fetch.objects.filter(phone=blue_phone)
    assert (kept.filter(outcome="served").count(), kept.filter(outcome="refused").count()) == (
        1,
        200,
    )


def test_a_flood_from_many_addresses_is_sorted_out_once(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    network = journal.caller_network
    monkeypatch.setattr(
        journal, "caller_network", lambda address: read.append(address) or network(address)
    )

    process_writes(*(entry(None, 0, address=f"2001:db8:0:{number:x}::1") for number in range(50)))

    assert UnknownCaller.objects.count() == 50
    assert len(read) == 50


def test_a_mac_sold_on_does_not_carry_its_history(
    blue_phone: Phone,
    mallory: Subscriber,
    red_staff: User,
    fetch: Fetching,
    as_user: Callable[[User], Browser],
) -> None:
    fetch(blue_phone.mac, REMOTE_ADDR="203.0.113.77")
    delete_phone(blue_phone, actor=PLATFORM)
    fetch(blue_phone.mac, REMOTE_ADDR="203.0.113.78")

    scope = scope_for(red_staff)
    sold = register_phone(
        Registration(blue_phone.mac, mallory), client=mallory.client, scope=scope, actor=PLATFORM
    )

    page = as_user(red_staff).get(f"/extranet/telephones/{sold.mac}/").content.decode()
    assert sold.fetches.count() == 0
    assert "203.0.113.77" not in page
    assert "203.0.113.78" not in page


def test_many_unknown_macs_leave_one_count_and_one_event(fetch: Fetching, db: None) -> None:
    answers = {
        (answer.status_code, tuple(answer.items()), answer.content)
        for answer in (
            fetch(f"000413{number:06X}", REMOTE_ADDR="203.0.113.9") for number in range(1, 31)
        )
    }
    fetch("000413AAAAAA", REMOTE_ADDR="198.51.100.4")

    assert len(answers) == 1
    assert (
        Fetch.objects.filter(address="203.0.113.9").count() == journal.UNKNOWN_DETAIL_PER_HOUR == 20
    )
    assert Fetch.objects.filter(address="198.51.100.4").count() == 1
    assert sorted(UnknownCaller.objects.values_list("address", "count")) == [
        ("198.51.100.4", 1),
        ("203.0.113.9", 30),
    ]
    event = AuditEvent.objects.get(kind="provisioning.unknown_macs")
    assert (event.after, event.actor) == ({"address": "203.0.113.9"}, None)


def test_a_budget_is_of_one_hour_and_one_address(db: None) -> None:
    process_writes(*(entry(None, 0) for _ in range(25)))
    process_writes(*(entry(None, 59) for _ in range(5)), *(entry(None, 60) for _ in range(25)))

    assert Fetch.objects.filter(at__lt=NOON + 60 * MINUTE).count() == 20
    assert Fetch.objects.filter(at__gte=NOON + 60 * MINUTE).count() == 20
    assert AuditEvent.objects.filter(kind="provisioning.unknown_macs").count() == 2


def test_a_phone_in_order_behind_a_flooding_address_is_served_and_written_down(
    blue_phone: Phone, fetch: Fetching
) -> None:
    for number in range(1, 31):
        fetch(f"000413{number:06X}", REMOTE_ADDR="203.0.113.9")

    assert fetch(blue_phone.mac, REMOTE_ADDR="203.0.113.9").status_code == 200
    assert Fetch.objects.filter(phone=blue_phone, outcome="served").count() == 1


def test_a_journal_that_cannot_be_written_keeps_no_phone_waiting(
    blue_phone: Phone, fetch: Fetching
) -> None:
    def full(execute, sql, params, many, context):
        if "provisioning_fetch" in sql:
            raise OperationalError("disk full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(full):
        response = Browser().get(f"/sip-ps/{blue_phone.mac}.xml", HTTP_USER_AGENT=SNOM_710)
        with pytest.raises(OperationalError):
            journal.flush()

    assert response.status_code == 200
    assert journal.flush() == 1  # it waited
    assert Fetch.objects.get().phone == blue_phone


@pytest.mark.usefixtures("shared_database")
def test_the_last_flush_of_a_process_waits_for_its_thread() -> None:
    """The thread has taken the entries and not committed them when the process is asked to end."""
    writing, ended = threading.Event(), threading.Event()

    def slowly(execute, sql, params, many, context):
        if "provisioning_fetch" in sql and not writing.is_set():
            writing.set()
            ended.wait(0.5)
        return execute(sql, params, many, context)

    def thread_of_the_journal() -> None:
        with connection.execute_wrapper(slowly):
            journal.flush()
        connections.close_all()

    journal.write_later(entry(None, 1))
    thread = threading.Thread(target=thread_of_the_journal)
    thread.start()
    assert writing.wait(10)
    journal._write_the_rest()
    found = Fetch.objects.count()
    ended.set()
    thread.join(10)

    assert found == 1


def test_lines_that_were_rolled_back_take_new_numbers(blue_phone: Phone, red_phone: Phone) -> None:
    def fails_after_the_lines(execute, sql, params, many, context):
        if sql.startswith("UPDATE"):
            raise OperationalError("deadlock detected")
        return execute(sql, params, many, context)

    change(blue_phone, window_opened_at=NOON)
    journal.write_later(entry(blue_phone, 1))
    with connection.execute_wrapper(fails_after_the_lines), pytest.raises(OperationalError):
        journal.flush()
    theirs = entry(red_phone, 2)
    theirs.save()  # another process is quicker, and may get the number that was given back

    assert journal.flush() == 1
    assert set(Fetch.objects.values_list("phone", flat=True)) == {blue_phone.pk, red_phone.pk}


def test_a_phone_deleted_before_its_line_is_written_leaves_none(blue_phone: Phone) -> None:
    journal.write_later(entry(blue_phone, 1))
    delete_phone(blue_phone, actor=PLATFORM)

    journal.flush()

    assert Fetch.objects.count() == 0


def test_refusals_are_counted_since_the_last_success(blue_phone: Phone) -> None:
    change(blue_phone, window_opened_at=NOON)

    process_writes(entry(blue_phone, 1))
    process_writes(entry(blue_phone, 2), entry(blue_phone, 3, reason="bad-credentials"))
    assert marked(blue_phone) == (3, 1, 3, "bad-credentials")

    process_writes(entry(blue_phone, 4, FetchOutcome.SERVED))
    assert marked(blue_phone) == (None, None, 0, "")

    process_writes(entry(blue_phone, 5))
    assert marked(blue_phone) == (5, 5, 1, "overdue")


def test_a_refusal_older_than_a_success_or_a_new_window_marks_nothing(blue_phone: Phone) -> None:
    change(blue_phone, window_opened_at=NOON + 5 * MINUTE, served_at=None)
    process_writes(entry(blue_phone, 4))
    assert marked(blue_phone) == (None, None, 0, "")

    process_writes(entry(blue_phone, 7, FetchOutcome.NOT_MODIFIED))
    process_writes(entry(blue_phone, 6))
    assert marked(blue_phone) == (None, None, 0, "")


def test_what_a_batch_holds_before_a_success_does_not_hide_what_comes_after(
    blue_phone: Phone,
) -> None:
    change(blue_phone, window_opened_at=NOON)
    process_writes(entry(blue_phone, 5, FetchOutcome.SERVED))

    process_writes(entry(blue_phone, 4), entry(blue_phone, 6))

    assert marked(blue_phone) == (6, 6, 1, "overdue")


def test_two_processes_may_write_in_any_order(blue_phone: Phone) -> None:
    """One answered at 1 (refused), 3 (served); the other at 2 and 4 (refused):
    only 4 still counts.
    """
    one = lambda: [entry(blue_phone, 1), entry(blue_phone, 3, FetchOutcome.SERVED)]  # noqa: E731
    other = lambda: [entry(blue_phone, 2), entry(blue_phone, 4, reason="bad-credentials")]  # noqa: E731

    for batches in ((one, other), (other, one)):
        change(
            blue_phone, window_opened_at=NOON, served_at=None, refused_at=None, refused_since=None
        )
        change(blue_phone, refused_count=0, refused_reason="")
        for batch in batches:
            process_writes(*batch())
        assert marked(blue_phone)[0::3] == (4, "bad-credentials")
        assert row(blue_phone)["served_at"] == NOON + 3 * MINUTE


def test_an_older_refusal_written_later_does_not_turn_the_clock_back(blue_phone: Phone) -> None:
    change(blue_phone, window_opened_at=NOON)
    process_writes(entry(blue_phone, 10, reason="bad-credentials"))

    process_writes(entry(blue_phone, 1))
    assert marked(blue_phone) == (10, 1, 2, "bad-credentials")

    process_writes(entry(blue_phone, 5, FetchOutcome.SERVED))
    assert marked(blue_phone)[0] == 10


def test_opening_again_clears_the_refusal_and_a_served_phone_too(
    blue_phone: Phone, fetch: Fetching
) -> None:
    end_of_window(blue_phone)
    fetch(blue_phone.mac)
    assert row(blue_phone)["refused_reason"] == "overdue"

    open_window(blue_phone, actor=PLATFORM)
    assert row(blue_phone)["refused_reason"] == ""

    fetch(blue_phone.mac, user_agent="curl/8")
    assert row(blue_phone)["refused_reason"] == "unknown-model"
    fetch(blue_phone.mac)
    assert row(blue_phone)["refused_reason"] == ""


def test_old_lines_of_nobody_are_dropped(blue_phone: Phone) -> None:
    old = timezone.now() - journal.UNKNOWN_KEPT - MINUTE
    for phone in (None, blue_phone):
        entry(phone, 0, at=old).save()
        entry(phone, 0, at=timezone.now()).save()
    UnknownCaller.objects.create(address="203.0.113.9", hour=old, count=3)

    assert trim_journal() == 1

    assert Fetch.objects.filter(phone=None).count() == 1
    assert Fetch.objects.filter(phone=blue_phone).count() == 2
    assert UnknownCaller.objects.count() == 0


def test_an_entry_the_database_never_takes_keeps_out_no_other(
    blue_phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = journal._write

    def refuse(entries: list[Fetch]) -> None:
        if any(entry.mac == "00041300BAD0" for entry in entries):
            raise DataError("value too long")
        write(entries)

    monkeypatch.setattr(journal, "_write", refuse)
    for mac in ("00041300B10E", "00041300BAD0", "00041300B10F"):
        journal.write_later(
            Fetch(mac=mac, at=timezone.now(), address="192.0.2.1", outcome="refused")
        )

    assert journal.flush() == 2
    assert list(Fetch.objects.order_by("pk").values_list("mac", flat=True)) == [
        "00041300B10E",
        "00041300B10F",
    ]
    assert journal.flush() == 0
