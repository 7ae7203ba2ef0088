"""When a phone comes back by itself, as its page says."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import translation

from clients.models import Client, PlatformSettings, Site, Subscriber
from phones.models import Phone
from phones.polling import DAY, Return, last_to_return, next_return, refresh_seconds, return_words

SERVED = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)  # 10:30 in Paris
SETTINGS = PlatformSettings(pk=1, polling_from=time(2), polling_until=time(5, 30))


def phone(firmware: str, served_at: datetime | None = SERVED, **columns: object) -> Phone:
    line = Subscriber(site=Site(time_zone="Europe/Paris"))
    columns = {
        "mac": "000413000001",
        "model": "snom-d765",
        "comes_back": True,
        "subscriber": line,
    } | columns
    return Phone(client=Client(), firmware=firmware, served_at=served_at, **columns)


@pytest.mark.parametrize("firmware", ["8.9.3.80", ""])
def test_firmware_8_comes_back_so_many_seconds_after_its_last_visit(firmware: str) -> None:
    asked = phone(firmware)

    found = next_return(asked, SERVED, SETTINGS)

    assert found == Return(SERVED + timedelta(seconds=refresh_seconds(asked.mac)), is_late=False)


@pytest.mark.parametrize(
    ("served_at", "by"),
    [
        (SERVED, datetime(2026, 11, 29, 4, 30, tzinfo=UTC)),
        # Served during a night: its next one is tomorrow's.
        (datetime(2026, 11, 28, 1, 30, tzinfo=UTC), datetime(2026, 11, 29, 4, 30, tzinfo=UTC)),
        # 23:30 UTC is tomorrow in Paris.
        (datetime(2026, 11, 28, 23, 30, tzinfo=UTC), datetime(2026, 11, 30, 4, 30, tzinfo=UTC)),
    ],
)
def test_firmware_10_comes_back_by_the_end_of_the_next_night(
    served_at: datetime, by: datetime
) -> None:
    assert next_return(phone("10.1.54.13", served_at), served_at, SETTINGS) == Return(
        by, is_late=False
    )


def test_a_phone_that_did_not_come_is_late() -> None:
    found = next_return(phone("10.1.54.13"), SERVED + timedelta(days=3), SETTINGS)

    assert found is not None
    assert found.is_late


@pytest.mark.parametrize("columns", [{"comes_back": False}, {"served_at": None}, {"model": ""}])
def test_nothing_is_promised_of_a_phone_that_was_not_told_to_come_back(
    columns: dict[str, object],
) -> None:
    assert next_return(phone("10.1.54.13", **columns), SERVED, SETTINGS) is None  # type: ignore[arg-type]


def test_phones_are_spread_over_four_hours_and_come_once_a_day_at_least() -> None:
    waits = [refresh_seconds(f"000413{number:06X}") for number in range(4000)]

    assert (min(waits) >= DAY - 4 * 3600, max(waits) <= DAY) == (True, True)
    by_hour = [sum(wait // 3600 == hour for wait in waits) for hour in range(20, 24)]
    assert all(900 < count < 1100 for count in by_hour)
    assert refresh_seconds("000413000001") == waits[1]


def words(asked: Phone, now: datetime = SERVED) -> str:
    with translation.override("en"):
        return return_words(asked, now, SETTINGS)


def test_a_change_is_said_to_arrive_by_then() -> None:
    asked = phone("10.1.54.13", authenticated_at=SERVED)

    assert words(asked) == (
        "The phone gets changes by Sunday 29 Nov, 05:30 at the latest, or at once if restarted."
    )
    assert words(asked, SERVED + timedelta(days=2)) == (
        "The phone should have fetched by Sunday 29 Nov, 05:30 and did not: is it switched off?"
    )


def test_of_a_phone_that_has_an_older_document_nothing_is_promised() -> None:
    asked = phone("10.1.54.13", authenticated_at=SERVED, comes_back=False)

    assert words(asked) == (
        "The phone gets changes when it is restarted, and fetches them by itself from then on."
    )
    assert words(phone("10.1.54.13")) == ""


@pytest.mark.parametrize(
    "columns", [{"refused_at": SERVED, "refused_reason": "overdue"}, {"subscriber": None}]
)
def test_nothing_is_said_of_a_phone_that_does_not_work_now(columns: dict[str, object]) -> None:
    asked = phone("10.1.54.13", authenticated_at=SERVED, **columns)

    assert words(asked, SERVED + timedelta(days=3)) == ""
    assert last_to_return([asked], SERVED, SETTINGS) is None


def test_of_several_phones_the_last_to_come_counts() -> None:
    soon = phone("8.9.3.80", SERVED - timedelta(hours=20), authenticated_at=SERVED)
    later = phone("8.9.3.80", SERVED, authenticated_at=SERVED)
    unknown = phone("8.9.3.80", authenticated_at=SERVED, comes_back=False)
    new = phone("8.9.3.80", None)

    assert last_to_return([soon, later, new], SERVED, SETTINGS) is later
    assert last_to_return([soon, unknown, later], SERVED, SETTINGS) is unknown
    assert last_to_return([new], SERVED, SETTINGS) is None
