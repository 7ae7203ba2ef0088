"""Distinguishes challenges that a phone answered from refusals."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from phones.enums import Refusal
from provisioning.models import Fetch, FetchOutcome

ANSWERED_WITHIN = timedelta(minutes=1)
# Refusals that only challenge a phone to send its credentials, or a fresh response. Wrong
# credentials stay a refusal whatever follows: somebody else may have sent them.
ASKED_FOR = frozenset(
    {
        Refusal.OVERDUE,
        Refusal.NO_WINDOW,
        Refusal.NOT_YET,
        Refusal.CREDENTIALS_EXPECTED,
        Refusal.ALREADY_FETCHED,
        Refusal.STALE_NONCE,
    }
)


def recognise_requests(entries: Iterable[Fetch]) -> None:
    """Turn refusals followed by good credentials from the same address into « demande
    d'authentification ». `entries` have just been written; lines of other processes are considered
    too.
    """
    concerned = [entry for entry in entries if _is_answer(entry) or _is_asking(entry)]
    if not concerned:
        return
    earliest = min(entry.at for entry in concerned) - ANSWERED_WITHIN
    around = Fetch.objects.filter(
        phone_id__in={entry.phone_id for entry in concerned}, at__gte=earliest
    )
    answered = set(_answered(around))
    Fetch.objects.filter(pk__in=answered).update(outcome=FetchOutcome.CHALLENGED)
    for entry in concerned:
        if entry.pk in answered:
            entry.outcome = FetchOutcome.CHALLENGED


def _is_answer(fetch: Fetch) -> bool:
    return fetch.with_credentials and fetch.outcome != FetchOutcome.REFUSED


def _is_asking(fetch: Fetch) -> bool:
    return fetch.outcome == FetchOutcome.REFUSED and fetch.reason in ASKED_FOR


def _answered(fetches: Iterable[Fetch]) -> Iterable[int]:
    by_caller: defaultdict[tuple[int | None, str], list[Fetch]] = defaultdict(list)
    for fetch in fetches:
        by_caller[fetch.phone_id, fetch.address].append(fetch)
    for same in by_caller.values():
        answers = [fetch.at for fetch in same if _is_answer(fetch)]
        for fetch in same:
            if _is_asking(fetch) and any(
                fetch.at <= at <= fetch.at + ANSWERED_WITHIN for at in answers
            ):
                yield fetch.pk
