"""The end of a window is written down once, whoever comes and whenever; safety
never depends on it.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from clients.models import AuditEvent, Subscriber
from clients.services.audit import Actor
from phones.models import Phone
from phones.services import expiry
from phones.services.expiry import record_expired_windows
from phones.services.window import open_window
from phones.tasks import expire_authorizations
from tests.factories.phones import AssignedPhoneFactory

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ENDED = NOW - timedelta(minutes=5)


@pytest.fixture
def ended(blue_phone: Phone) -> Phone:
    Phone.unscoped.filter(pk=blue_phone.pk).update(authorized_until=ENDED)
    blue_phone.refresh_from_db()
    return blue_phone


def kinds() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))


def test_a_window_that_ended_unused_is_recorded_once(ended: Phone) -> None:
    counts = [record_expired_windows(NOW), record_expired_windows(NOW), record_expired_windows()]

    event = AuditEvent.objects.get()
    ended.refresh_from_db()
    assert counts == [1, 0, 0]
    assert (event.kind, event.at, event.actor, event.client) == (
        "window.expired",
        ENDED,
        None,
        ended.client,
    )
    assert ended.expiry_recorded_at == NOW
    assert ended.authorized_until == ENDED


def test_the_end_of_a_window_that_was_used_is_no_delay(ended: Phone) -> None:
    Phone.unscoped.filter(pk=ended.pk).update(authenticated_at=ENDED - timedelta(hours=1))

    record_expired_windows(NOW)

    assert kinds() == ["window.ended"]


def test_a_window_ends_at_its_last_moment_and_not_before(ended: Phone) -> None:
    assert record_expired_windows(ENDED - timedelta(microseconds=1)) == 0
    assert record_expired_windows(ENDED) == 1


def test_a_running_window_and_a_closed_one_are_left_alone(
    blue_phone: Phone, red_phone: Phone
) -> None:
    Phone.unscoped.filter(pk=red_phone.pk).update(authorized_until=None)

    assert record_expired_windows() == 0
    assert kinds() == []


def test_a_phone_reopened_before_the_sweep_has_no_event(ended: Phone, blue_actor: Actor) -> None:
    open_window(ended, actor=blue_actor, now=NOW)

    assert record_expired_windows(NOW) == 0
    assert kinds() == ["window.opened"]


@pytest.mark.parametrize(
    ("meanwhile", "expected"),
    [
        ({"authorized_until": NOW + timedelta(hours=48)}, []),
        ({"authorized_until": None}, []),
        ({"expiry_recorded_at": NOW}, []),
        ({"authenticated_at": ENDED}, ["window.ended"]),
    ],
    ids=["re-opened", "closed", "recorded by another worker", "fetched at the last moment"],
)
def test_what_changes_between_reading_and_writing_wins(
    meanwhile: dict[str, Any], expected: list[str], ended: Phone
) -> None:
    stale = Phone.unscoped.select_related("client").get(pk=ended.pk)
    Phone.unscoped.filter(pk=ended.pk).update(**meanwhile)

    assert expiry._record_expiry(stale, NOW) is False
    record_expired_windows(NOW)

    assert kinds() == expected


def test_a_window_that_ends_again_is_recorded_again(ended: Phone, blue_actor: Actor) -> None:
    record_expired_windows(NOW)
    open_window(ended, actor=blue_actor, until=NOW + timedelta(hours=1), now=NOW)

    record_expired_windows(NOW + timedelta(hours=2))

    assert kinds() == ["window.expired", "window.opened", "window.expired"]


def test_more_windows_than_a_batch_are_all_recorded(
    alice: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "BATCH", 2)
    AssignedPhoneFactory.create_batch(5, subscriber=alice, authorized_until=ENDED)

    assert record_expired_windows(NOW) == 5
    assert kinds() == ["window.expired"] * 5


def test_the_task_goes_by_the_clock(ended: Phone) -> None:
    Phone.unscoped.filter(pk=ended.pk).update(
        authorized_until=timezone.now() - timedelta(seconds=1)
    )

    assert [expire_authorizations(), expire_authorizations()] == [1, 0]
    assert kinds() == ["window.expired"]
