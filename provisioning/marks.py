"""Updates phones' rows from journal lines: last success, refusals, knocks from elsewhere."""

from datetime import datetime
from typing import Any

from metacentrex.net import caller_network
from phones.models import Phone
from phones.services.window import forget_knocks, forget_refusals
from provisioning.knocks import Places
from provisioning.models import Fetch, FetchOutcome

MARKED = [
    "served_at",
    "served_address",
    "refused_at",
    "refused_since",
    "refused_count",
    "refused_reason",
    "last_address",
    "knocked_at",
    "knocked_since",
    "knocked_count",
    "knocked_reason",
    "knocked_address",
]
SERVED = (FetchOutcome.SERVED, FetchOutcome.NOT_MODIFIED)


def mark_phone(phone_id: int, entries: list[Fetch]) -> None:
    """Update the phone's row: last success, refusals since then, knocks from elsewhere.

    Another process may have written newer data, so the row is locked and read, and times only move
    forward.
    """
    rows = Phone.unscoped.filter(pk=phone_id)  # unscoped: the platform's own journal
    phone = rows.select_for_update(no_key=True).first()
    if phone is None:
        return
    before = _marks(phone)
    _add_successes(phone, [entry for entry in entries if entry.outcome in SERVED])
    # Refusals from before the current window no longer matter.
    opened = phone.window_opened_at
    refusals = sorted(
        (
            e
            for e in entries
            if e.outcome == FetchOutcome.REFUSED and (opened is None or e.at > opened)
        ),
        key=lambda entry: entry.at,
    )
    places = _places(phone, refusals)
    # Nor do the phone's own refusals from before it was last served.
    served_at = phone.served_at
    own = [
        e
        for e in refusals
        if not places.is_elsewhere(e) and (served_at is None or e.at > served_at)
    ]
    if own:
        _add_refusals(phone, own)
    knocks = [refusal for refusal in refusals if places.is_knock(refusal)]
    if knocks:
        _add_knocks(phone, knocks)
    came_from = {_network(entry) for entry in entries if entry.outcome != FetchOutcome.REFUSED}
    if came_from and phone.knocked_since is not None:
        _take_back_knocks(phone, phone.knocked_since, came_from)
    if _marks(phone) != before:
        rows.update(**_marks(phone))


def _marks(phone: Phone) -> dict[str, Any]:
    return {name: getattr(phone, name) for name in MARKED}


def _add_successes(phone: Phone, successes: list[Fetch]) -> None:
    for entry in successes:
        if phone.served_at is None or phone.served_at <= entry.at:
            phone.served_at, phone.served_address = entry.at, entry.address
    if (
        phone.refused_at is not None
        and phone.served_at is not None
        and phone.refused_at < phone.served_at
    ):
        forget_refusals(phone)


def _places(phone: Phone, refusals: list[Fetch]) -> Places:
    """Where the phone was served; only the last place if that is enough."""
    if phone.served_at is None:
        return Places([])
    if not refusals or phone.served_at <= refusals[0].at:
        return Places.of([(phone.served_at, phone.served_address)])
    return _all_places(phone)


def _all_places(phone: Phone) -> Places:
    served = Fetch.objects.filter(phone=phone, outcome__in=SERVED).order_by()
    if phone.window_opened_at is not None:  # older places no longer matter
        served = served.filter(at__gte=phone.window_opened_at)
    known = list(served.values_list("at", "address"))
    # Includes a fetch served by another process but not written to the journal yet.
    if phone.served_at is not None:
        known.append((phone.served_at, phone.served_address))
    return Places.of(known)


def _add_refusals(phone: Phone, refusals: list[Fetch]) -> None:
    first, last = refusals[0], refusals[-1]
    phone.refused_since = min(at for at in (phone.refused_since, first.at) if at is not None)
    phone.refused_count += len(refusals)
    if phone.refused_at is None or phone.refused_at < last.at:
        phone.refused_at, phone.refused_reason, phone.last_address = (
            last.at,
            last.reason,
            last.address,
        )


def _add_knocks(phone: Phone, knocks: list[Fetch]) -> None:
    first, last = knocks[0], knocks[-1]
    phone.knocked_since = min(at for at in (phone.knocked_since, first.at) if at is not None)
    phone.knocked_count += len(knocks)
    if phone.knocked_at is None or phone.knocked_at < last.at:
        phone.knocked_at, phone.knocked_reason, phone.knocked_address = (
            last.at,
            last.reason,
            last.address,
        )


def _take_back_knocks(phone: Phone, since: datetime, came_from: set[str]) -> None:
    """Remove knocks from places where the phone itself was served since: it moved, or was
    challenged. The journal keeps only the last lines, so the count is reduced by those found there.
    """
    asked = Fetch.objects.filter(
        phone=phone, at__gte=since, outcome__in=[FetchOutcome.REFUSED, FetchOutcome.CHALLENGED]
    )
    heard, places = list(asked.order_by("at", "pk")), _all_places(phone)
    mine = [fetch for fetch in heard if _network(fetch) in came_from and places.is_elsewhere(fetch)]
    if not mine:
        return
    left = [
        fetch for fetch in heard if fetch.outcome == FetchOutcome.REFUSED and places.is_knock(fetch)
    ]
    count = max(len(left), phone.knocked_count - len(mine))
    forget_knocks(phone)
    if left:
        _add_knocks(phone, left)
        if count > len(left):
            phone.knocked_since, phone.knocked_count = since, count


def _network(fetch: Fetch) -> str:
    return caller_network(fetch.address)
