"""Tells a phone's own refusals from knocks: refused requests with its MAC from elsewhere. Pure;
provisioning.marks records the result.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Self

from metacentrex.net import caller_network
from phones.enums import Refusal
from provisioning.models import Fetch

# The phone is not expected to work, so a knock needs no attention.
NOBODY_EXPECTED = frozenset({Refusal.UNASSIGNED, Refusal.CLIENT_INACTIVE, Refusal.LINE_SUSPENDED})


@dataclass(frozen=True)
class Places:
    """When and in which network a phone was served, the oldest first; "" if the network is
    unknown.
    """

    served: list[tuple[datetime, str]]

    @classmethod
    def of(cls, served: Iterable[tuple[datetime, str]]) -> Self:
        """Build from times and addresses, in any order."""
        networks = ((at, caller_network(address)) for at, address in served)
        return cls(sorted(networks, key=itemgetter(0)))

    def is_elsewhere(self, fetch: Fetch) -> bool:
        """Whether the request came from another network than the one where the phone was last
        served; False before it was ever served. Under `first-contact`, either of two callers may be
        the phone: a refusal then counts as its own.
        """
        if fetch.reason == Refusal.ALREADY_FETCHED:
            return False
        before = bisect_right(self.served, fetch.at, key=itemgetter(0))
        home = self.served[before - 1][1] if before else ""
        return home not in ("", caller_network(fetch.address))

    def is_knock(self, refusal: Fetch) -> bool:
        """Whether the refusal came from elsewhere, and the phone was not served there since, as
        after a move.
        """
        network = caller_network(refusal.address)
        moved = any(at >= refusal.at and where == network for at, where in self.served)
        return self.is_elsewhere(refusal) and not moved and refusal.reason not in NOBODY_EXPECTED
