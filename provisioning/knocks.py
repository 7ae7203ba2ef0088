"""Which refusals are the phone's own, and which are knocks with its MAC from elsewhere. Pure:
places and requests in, answer out; provisioning.journal records it.
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

# No phone is expected to work there, so nothing is asked of anybody.
NOBODY_EXPECTED = frozenset({Refusal.UNASSIGNED, Refusal.CLIENT_INACTIVE, Refusal.LINE_SUSPENDED})


@dataclass(frozen=True)
class Places:
    """When and in which network a phone was served, the oldest first; "" where
    that is not known.
    """

    served: list[tuple[datetime, str]]

    @classmethod
    def of(cls, served: Iterable[tuple[datetime, str]]) -> Self:
        """From moments and addresses, in any order."""
        networks = ((at, caller_network(address)) for at, address in served)
        return cls(sorted(networks, key=itemgetter(0)))

    def is_elsewhere(self, fetch: Fetch) -> bool:
        """Whether it came from a network other than the one the phone was last served in; never
        before that. Under `first-contact` either of two callers may be the phone: a refusal is then
        its own.
        """
        if fetch.reason == Refusal.ALREADY_FETCHED:
            return False
        before = bisect_right(self.served, fetch.at, key=itemgetter(0))
        home = self.served[before - 1][1] if before else ""
        return home not in ("", caller_network(fetch.address))

    def is_knock(self, refusal: Fetch) -> bool:
        """Whether it came from elsewhere, and the phone has not been served there since, as one
        that moved is.
        """
        network = caller_network(refusal.address)
        moved = any(at >= refusal.at and where == network for at, where in self.served)
        return self.is_elsewhere(refusal) and not moved and refusal.reason not in NOBODY_EXPECTED
