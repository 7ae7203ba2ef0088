"""The journal of requests, written after the response and independently of it.

Entries go into a queue of the process; a thread writes the queue every quarter of a second in one
transaction. So a refusal takes the same time whether the MAC is known or not, and a flood is
written in batches. A failing journal never keeps a phone from its configuration. A crash loses at
most a quarter of a second.
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
    20_000  # entries kept in memory while the database is down; the oldest are dropped first
)
KEPT_PER_PHONE = 200  # refusals, and as many other entries
UNKNOWN_DETAIL_PER_HOUR = 20  # journal lines per address for unknown MACs; more are only counted
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
    """Write the entry of a simulated request, and what its response queued, in the caller's
    transaction.
    """
    served.flush()
    published.flush()
    _write([entry])


def count_waiting() -> int:
    """Count the entries that this process has not written yet."""
    return len(_waiting)


def count_dropped() -> int:
    """Count the entries that this process has lost since its start."""
    return _dropped


def _ensure_thread() -> None:
    # Started at the first request, so after the server has forked its workers.
    global _thread  # noqa: PLW0603 - the module has one thread per process
    if _thread is None or not _thread.is_alive():
        with _thread_lock:
            if _thread is None or not _thread.is_alive():
                _thread = threading.Thread(target=_run, name="journal", daemon=True)
                _thread.start()
                # The web server's workers use multiprocessing, and end without running atexit.
                Finalize(None, _write_the_rest, exitpriority=0)


def _write_the_rest() -> None:
    """Write the queue at a clean stop, entries that the thread has not committed included."""
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
    """Write the queue in one transaction; returns how many entries. After an error, entries go back
    to the queue.

    Entries that the database will never accept are dropped: they would block all later ones. Two
    flushes of a process wait for each other: the process, and the thread with it, may end after the
    last one.
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
    # The rollback freed the pk too: another process may use it before the next try.
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
    # in the same order everywhere, to avoid deadlocks
    for phone_id in sorted(by_phone):
        mark_phone(phone_id, by_phone[phone_id])
    trim_phones(by_phone)


def _within_budget(entries: list[Fetch]) -> list[Fetch]:
    """Count unknown MACs per address and hour; keep only the first entries of each."""
    kept: list[Fetch] = []
    # Grouped in one pass: a flood may come from any number of addresses.
    by_caller: defaultdict[tuple[str, datetime], list[Fetch]] = defaultdict(list)
    for entry in entries:
        by_caller[_caller(entry), _hour(entry.at)].append(entry)
    for (address, hour), mine in sorted(by_caller.items(), key=itemgetter(0)):
        count = len(mine)
        caller, _ = UnknownCaller.objects.get_or_create(address=address, hour=hour)
        # Update first, which locks the row, then read: two processes must not use the same budget.
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
    """Delete all but the last entries of each of these phones. Refusals are counted separately:
    anybody can cause them, and they must not push out the others.
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
    """Delete old lines about unknown MACs; returns how many journal lines were deleted."""
    before = now - UNKNOWN_KEPT
    UnknownCaller.objects.filter(hour__lt=before).delete()
    deleted, _ = Fetch.objects.filter(phone=None, at__lt=before).delete()
    return deleted
