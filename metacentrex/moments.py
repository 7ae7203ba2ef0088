"""Formats moments in the time zone of their place, and finds the instant of a local time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import gettext


class NoSuchHour(ValueError):
    """The clocks skip this hour."""


class AmbiguousHour(ValueError):
    """The clocks show this hour twice."""


def moment(at: datetime, zone: ZoneInfo | None = None, *, seconds: bool = False) -> str:
    """« 24/12/2026 à 10:26 », or 10:26:03."""
    words = gettext("j M Y, H:i:s") if seconds else gettext("j M Y, H:i")
    return formats.date_format(timezone.localtime(at, zone), words)


def day_moment(at: datetime, zone: ZoneInfo | None = None) -> str:
    """« jeudi 26/11 à 10:26 », for moments in the near future or past."""
    return formats.date_format(timezone.localtime(at, zone), gettext("l j M, H:i"))


def in_zone(naive: datetime, zone: ZoneInfo) -> datetime:
    """The instant of the local time `naive` in `zone`. Raises NoSuchHour or AmbiguousHour."""
    first, second = naive.replace(tzinfo=zone, fold=0), naive.replace(tzinfo=zone, fold=1)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise NoSuchHour
    if first.utcoffset() != second.utcoffset():
        raise AmbiguousHour
    return first.astimezone(UTC)
