"""When the MAC address alone gives access inside a window (docs/adr/007), decided in one place."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clients.enums import WindowPolicy

RETRY = timedelta(minutes=10)  # for the caller served first, under `first-contact`


def is_open(since: datetime | None, until: datetime | None, now: datetime) -> bool:
    """Whether a window is open: `since` included, `until` excluded."""
    return until is not None and now < until and (since is None or since <= now)


@dataclass(frozen=True)
class FirstContact:
    """The policy, and the time and caller's network of the window's first 200 ("" if unknown)."""

    policy: str
    at: datetime | None
    network: str

    @property
    def ends_at(self) -> datetime | None:
        """When access by MAC alone ends for every caller; None where it never does."""
        if self.policy != WindowPolicy.FIRST_CONTACT or self.at is None:
            return None
        return self.at + RETRY if self.network else self.at

    def takes(self, network: str, now: datetime) -> bool:
        """Whether a caller from this network may use the MAC alone: anyone, or the first one for a
        few minutes.
        """
        return self.ends_at is None or (self.network == network and now < self.ends_at)
