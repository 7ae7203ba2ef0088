"""Counts what terminating or suspending a client cuts off: before asking, and again on confirm."""

from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Self

from django.db.models import Q

from clients.models import Client, PlatformSettings, User
from phones.models import Phone

MOST_LISTED = 10


@dataclass(frozen=True)
class Losses:
    """How many of a client's lines, phones, windows and logins are in use."""

    lines: int
    phones: int  # on a line
    in_service: int  # of these, those that have their configuration
    windows: int  # of these, those with a window open or to come
    logins: int

    @classmethod
    def of(cls, client: Client, now: datetime) -> Self:
        """Count them, in a constant number of queries."""
        on_lines = client.phones.filter(subscriber__isnull=False)
        open_window = Q(authorized_until__gt=now)
        return cls(
            client.subscribers.filter(ended_at=None).count(),
            on_lines.count(),
            on_lines.filter(authenticated_at__isnull=False).count(),
            on_lines.filter(open_window).count(),
            User.objects.filter(subscriber__client=client).count(),
        )

    @property
    def signature(self) -> str:
        """The counts that a page showed, to compare with the counts when its form is posted."""
        return "-".join(map(str, astuple(self)))


def phones_cut(client: Client) -> list[Phone]:
    """The first of the client's phones on a line, for a page to list."""
    rows = client.phones.filter(subscriber__isnull=False).select_related("client", "subscriber")
    return list(rows.order_by("subscriber__number", "pk")[:MOST_LISTED])


def freed_on(now: datetime) -> datetime:
    """When the MAC addresses of a client terminated now can be registered again."""
    return now + timedelta(days=PlatformSettings.current().release_after_days)
