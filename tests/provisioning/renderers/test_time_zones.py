"""What a phone is told of each time zone that a site may have, held against tzdata."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from clients.validators import SITE_TIME_ZONES
from phones import catalogue
from provisioning.document import Locale
from provisioning.renderers.snom import SnomRenderer
from tests.provisioning.renderers.cases import bare

ZONES = catalogue.vendor("snom").time_zones
JANUARY, JULY = datetime(2027, 1, 15, 12, tzinfo=UTC), datetime(2027, 7, 15, 12, tzinfo=UTC)
# What snom's firmware 8.9.3 makes of each name: seconds from UTC in January and in July
# (docs/sources.md).
FIRMWARE = {
    "FRA+1": (3600, 7200),
    "TTB-4": (-14400, -14400),
    "BRA2-3": (-10800, -10800),
    "UAE+4": (14400, 14400),
    "EAT+3": (10800, 10800),
    "NCL+11": (39600, 39600),
    "USA-10": (-36000, -36000),
}


def told(zone: str) -> dict[str, str]:
    document = replace(bare(catalogue.get("snom-710")), locale=Locale(time_zone=zone))
    settings = etree.fromstring(b"".join(SnomRenderer().render(document))).find("phone-settings")
    return {name: settings.findtext(name) for name in ("timezone", "utc_offset", "dst")}


def real(zone: str, at: datetime) -> int:
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def of_rule(dst: str, offset: int, at: datetime) -> int:
    """What « seconds MM.WW.DD hh:mm:ss MM.WW.DD hh:mm:ss » makes of an offset at that time."""
    seconds, start_day, start_time, end_day, end_time = dst.split()
    local = at.astimezone(UTC).replace(tzinfo=None) + timedelta(seconds=offset)
    start = moment(local.year, start_day, start_time)
    # told in summer time
    end = moment(local.year, end_day, end_time) - timedelta(seconds=int(seconds))
    return offset + int(seconds) * (start <= local < end)


def moment(year: int, day: str, clock: str) -> datetime:
    month, week, weekday = (int(part) for part in day.split("."))
    first = datetime(year, month, 1, tzinfo=UTC).replace(tzinfo=None)
    days = [first + timedelta(days=n) for n in range(28)]
    same = [each for each in days if each.isoweekday() == weekday]
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return same[week - 1] + timedelta(hours=hours, minutes=minutes, seconds=seconds)


@pytest.mark.parametrize("at", [JANUARY, JULY], ids=["January", "July"])
@pytest.mark.parametrize("zone", sorted({zone for zone, _label in SITE_TIME_ZONES} | set(ZONES)))
def test_a_phone_s_clock_is_that_of_its_place(zone: str, at: datetime) -> None:
    said = told(zone)

    if said["timezone"]:
        shown = FIRMWARE[said["timezone"]][at is JULY]
    else:
        shown = of_rule(said["dst"], int(said["utc_offset"]), at)
    assert shown == real(zone, at)


def test_the_rule_of_saint_pierre_et_miquelon_changes_when_its_clocks_do() -> None:
    said, zone = told("America/Miquelon"), "America/Miquelon"

    for year in range(2026, 2037):
        for day in range(365):
            at = datetime(year, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
            assert of_rule(said["dst"], int(said["utc_offset"]), at) == real(zone, at), at


@pytest.mark.parametrize("zone", ZONES.values(), ids=lambda zone: zone.zone)
def test_the_catalogue_says_the_same_as_the_name_and_tzdata(zone: catalogue.VendorZone) -> None:
    assert real(zone.zone, JANUARY) == zone.offset
    assert real(zone.zone, JULY) == zone.offset + 3600 * zone.summer
    assert bool(zone.dst) == (not zone.value)
    if zone.value:
        assert FIRMWARE[zone.value] == (zone.offset, zone.offset + 3600 * zone.summer)
        assert int(zone.value.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ2")) * 3600 == zone.offset
