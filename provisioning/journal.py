"""The journal of requests, written after the answer and apart from it.

An entry goes into a queue of the process; a thread writes the queue every quarter of a second in
one transaction. So a refusal costs the same whether the MAC is known or not, a storm is written in
batches, and a journal that cannot be written never keeps a phone from its configuration. A crash
loses at most that quarter of a second.
"""

import contextlib
import logging
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from multiprocessing.util import Finalize
from operator import itemgetter

from django.conf import settings
from django.db import DataError, Error, close_old_connections, transaction
from django.db.models import Case, F, When, Window
from django.db.models.functions import RowNumber

from clients.services.audit import PLATFORM, record
from metacentrex.net import caller_network
from phones.models import Phone
from provisioning import published, served
from provisioning.challenges import recognise_requests
from provisioning.marks import mark_phone
from provisioning.models import Fetch, FetchOutcome, UnknownCaller

logger = logging.getLogger("metacentrex.security")

EVERY_SECONDS = 0.25
MOST_WAITING = (
    20_000  # entries kept in memory while the database does not answer; the oldest go first
)
KEPT_PER_PHONE = 200  # of what it was refused, and as many of the rest
UNKNOWN_DETAIL_PER_HOUR = (
    20  # journal lines one address may cause for unknown MACs; beyond, a count
)
UNKNOWN_KEPT = timedelta(days=30)

_waiting: deque[Fetch] = deque(maxlen=MOST_WAITING)
_dropped = 0
_thread_lock = threading.Lock()
_flush_lock = threading.Lock()
_thread: threading.Thread | None = None


def write_later(entry: Fetch) -> None:
    """Queue one entry; returns at once and never raises."""
    global _dropped  # noqa: PLW0603 - a count of the process
    _dropped += len(_waiting) == MOST_WAITING  # a full queue loses its oldest
    _waiting.append(entry)
    if settings.METACENTREX_JOURNAL_THREAD:
        _ensure_thread()


def write_now(entry: Fetch) -> None:
    """Write the entry of a made-up request, and what its answer left, in the
    caller's transaction.
    """
    served.flush()
    published.flush()
    _write([entry])


def count_waiting() -> int:
    """How many entries this process has not written yet."""
    return len(_waiting)


def count_dropped() -> int:
    """How many entries this process has lost since its start."""
    return _dropped


def _ensure_thread() -> None:
    # Started at the first request, so after the server has forked its workers.
    global _thread  # noqa: PLW0603 - one thread a process is what the module keeps
    if _thread is None or not _thread.is_alive():
        with _thread_lock:
            if _thread is None or not _thread.is_alive():
                _thread = threading.Thread(target=_run, name="journal", daemon=True)
                _thread.start()
                # The web server's workers are multiprocessing's, which end without atexit.
                Finalize(None, _write_the_rest, exitpriority=0)


def _write_the_rest() -> None:
    """Lose nothing at a clean stop, not even what the thread took from the queue uncommitted."""
    with contextlib.suppress(Error):
        flush()


def _run() -> None:
    while True:
        time.sleep(EVERY_SECONDS)
        if _waiting:
            try:
                flush()
            except Error:
                logger.exception("journal_not_written waiting=%d", len(_waiting))
            finally:
                close_old_connections()


def flush() -> int:
    """Write what is waiting, in one transaction; what cannot be written now goes back to the queue.

    Of a batch that the database will never take, the entries at fault are dropped: they would keep
    out every batch after it. One flush of a process waits for the other: the process may end after
    the last one, and the thread with it.
    """
    with _flush_lock:
        return _flush()


def _flush() -> int:
    served.flush()
    published.flush()
    entries: list[Fetch] = []
    while _waiting:
        entries.append(_waiting.popleft())
    if not entries:
        return 0
    try:
        with transaction.atomic():
            _write(entries)
    except DataError:
        return sum(_write_alone(entry) for entry in entries)
    except Error:
        for entry in entries:
            _forget_number(entry)
        _waiting.extendleft(reversed(entries))
        raise
    return len(entries)


def _write_alone(entry: Fetch) -> bool:
    global _dropped  # noqa: PLW0603 - a count of the process
    _forget_number(entry)
    try:
        with transaction.atomic():
            _write([entry])
    except DataError:
        _dropped += 1
        logger.exception("journal_entry_dropped mac=%s", entry.mac)
        return False
    return True


def _forget_number(entry: Fetch) -> None:
    # The roll-back took the number back too: another process may have it by the next try.
    entry.pk = None
    entry._state.adding = True


def _write(entries: list[Fetch]) -> None:
    # unscoped: the platform's own journal
    alive = set(
        Phone.unscoped.filter(pk__in={e.phone_id for e in entries if e.phone_id}).values_list(
            "pk", flat=True
        )
    )
    known = [entry for entry in entries if entry.phone_id in alive]
    unknown = [entry for entry in entries if entry.phone_id is None]
    Fetch.objects.bulk_create([*known, *_within_budget(unknown)])
    recognise_requests(known)
    by_phone: defaultdict[int, list[Fetch]] = defaultdict(list)
    for entry in known:
        by_phone[entry.phone_id or 0].append(entry)
    # in one order everywhere: two processes must not wait for each other
    for phone_id in sorted(by_phone):
        mark_phone(phone_id, by_phone[phone_id])
    trim_phones(by_phone)


def _within_budget(entries: list[Fetch]) -> list[Fetch]:
    """Count unknown MACs per address and hour; keep the detail of the first ones only."""
    kept: list[Fetch] = []
    # Sorted out once: a flood comes from as many addresses as it likes.
    by_caller: defaultdict[tuple[str, datetime], list[Fetch]] = defaultdict(list)
    for entry in entries:
        by_caller[_caller(entry), _hour(entry.at)].append(entry)
    for (address, hour), mine in sorted(by_caller.items(), key=itemgetter(0)):
        count = len(mine)
        caller, _ = UnknownCaller.objects.get_or_create(address=address, hour=hour)
        # Counted first, which holds the row, then read: two processes must not see the same room.
        UnknownCaller.objects.filter(pk=caller.pk).update(count=F("count") + count)
        caller.refresh_from_db()
        before = caller.count - count
        room = max(0, UNKNOWN_DETAIL_PER_HOUR - before)
        kept.extend(mine[:room])
        if before <= UNKNOWN_DETAIL_PER_HOUR < caller.count:
            logger.warning("unknown_macs address=%s hour=%s", address, hour.isoformat())
            record("provisioning.unknown_macs", caller, actor=PLATFORM, after={"address": address})
    return kept


def _caller(entry: Fetch) -> str:
    return caller_network(entry.address)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def trim_phones(phone_ids: Iterable[int]) -> None:
    """Keep the last entries of each of these phones, refusals apart: anybody can have a known MAC
    refused, and must not push out who was served by it.
    """
    is_refused = Case(When(outcome=FetchOutcome.REFUSED, then=1), default=0)
    newest_first = Window(
        RowNumber(),
        partition_by=(F("phone_id"), is_refused),
        order_by=[F("at").desc(), F("pk").desc()],
    )
    ranked = (
        Fetch.objects.filter(phone_id__in=list(phone_ids)).order_by().annotate(rank=newest_first)
    )
    old = list(ranked.filter(rank__gt=KEPT_PER_PHONE).values_list("pk", flat=True))
    if old:
        Fetch.objects.filter(pk__in=old).delete()


def trim_unknown(now: datetime) -> int:
    """Drop old lines about unknown MACs; returns how many journal lines were dropped."""
    before = now - UNKNOWN_KEPT
    UnknownCaller.objects.filter(hour__lt=before).delete()
    deleted, _ = Fetch.objects.filter(phone=None, at__lt=before).delete()
    return deleted
