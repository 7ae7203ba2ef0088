"""Prometheus metrics for operators, from the database, so the same whichever process answers.

Each query is one aggregate over few rows or over the newest ones; the result is cached for ten
seconds. No label names a tenant, a phone or a person. docs/operations.md explains each metric.
"""

import platform
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.db import Error, connection
from django.db.models import Count, Model, QuerySet, Sum
from django.utils import timezone
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from clients.enums import ClientStatus, JobState
from clients.models import Client, Job
from metacentrex.version import version
from metacentrex.waiting import BrokerDown, count_waiting
from phones.enums import Refusal
from phones.models import Phone
from phones.queries import count_by_state, open_by_mac
from phones.todo import Cause, cause_filter
from provisioning import journal
from provisioning.health import heartbeat_age
from provisioning.models import Fetch, FetchOutcome, UnknownCaller

KEPT_SECONDS = 10.0
HOUR = timedelta(hours=1)
# The journal has no index by time, which would slow down writing: the newest lines are the last by
# pk.
NEWEST = 50_000

_kept: tuple[float, bytes] = (-KEPT_SECONDS, b"")


def text() -> bytes:
    """The metrics, at most ten seconds old."""
    global _kept  # noqa: PLW0603 - one cached result per process
    now = time.monotonic()
    if now - _kept[0] >= KEPT_SECONDS:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(Everything())
        _kept = (now, generate_latest(registry))
    return _kept[1]


class Everything(Collector):
    """This process's own metrics, then those from the database, or a metric that says it is
    down.
    """

    def collect(self) -> Iterator[Metric]:
        yield from _of_process()
        try:
            found = list(_of_database(timezone.now()))
        except Error:
            found = []
        yield _gauge("database_up", "1 when the database answers.", int(bool(found)))
        yield from found


def _gauge(
    name: str, documentation: str, value: float | None = None, **labelled: dict[str, int]
) -> GaugeMetricFamily:
    """One metric: a single value, or a value for each value of its only label."""
    if value is not None:
        return GaugeMetricFamily(f"metacentrex_{name}", documentation, value=value)
    [(label, values)] = labelled.items()
    family = GaugeMetricFamily(f"metacentrex_{name}", documentation, labels=[label])
    for key, number in values.items():
        family.add_metric([key], number)
    return family


def _of_process() -> Iterator[Metric]:
    build = {
        "version": version(),
        "python": platform.python_version(),
        "database": connection.vendor,
    }
    yield InfoMetricFamily("metacentrex_build", "What runs.", value=build)
    yield _gauge(
        "journal_waiting",
        "Journal lines in the memory of the process that answers, not yet written.",
        journal.count_waiting(),
    )
    yield _gauge(
        "journal_dropped",
        "Journal lines the process that answers has lost since its start.",
        journal.count_dropped(),
    )
    try:
        yield _gauge("queue_waiting", "Messages that wait for a worker.", count_waiting())
        yield _gauge("broker_up", "1 when the queue answers.", 1)
    except BrokerDown:
        yield _gauge("broker_up", "1 when the queue answers.", 0)


def _of_database(now: datetime) -> Iterator[Metric]:
    phones = Phone.unscoped.all()  # unscoped: counts of the whole installation
    states = {code.value: count for code, count in count_by_state(phones, now).items()}
    yield _gauge("phones", "Phones by state.", state=states)
    yield _gauge(
        "phones_asked_for_from_elsewhere",
        "Phones refused elsewhere than where they are served, and nobody has seen it.",
        phones.filter(cause_filter(Cause.KNOCKED, now)).count(),
    )
    yield _gauge(
        "windows_open",
        "Windows in which a MAC alone is enough now.",
        open_by_mac(phones, now).count(),
    )
    # unscoped: counts of the whole installation
    clients, jobs = (
        Client.unscoped.order_by(),
        Job.unscoped.order_by(),
    )
    statuses = clients.values_list("status").annotate(Count("pk"))
    yield _gauge("clients", "Clients by status.", status=_every(ClientStatus.values, statuses))
    states_of_jobs = jobs.values_list("state").annotate(Count("pk"))
    yield _gauge(
        "jobs", "Jobs of the last 30 days by state.", state=_every(JobState.values, states_of_jobs)
    )
    yield from _of_journal(now)
    yield _gauge(
        "login_failures_last_hour", "Failed logins in the last hour.", _login_failures(now)
    )
    age = heartbeat_age(now)
    if age is not None:
        yield _gauge(
            "worker_heartbeat_age_seconds",
            "Since the worker last said it lives.",
            age.total_seconds(),
        )


def _every(values: Iterable[str], counted: Iterable[tuple[str, int]]) -> dict[str, int]:
    """A count for each value, including zero: a series that disappears cannot be monitored."""
    return dict.fromkeys(values, 0) | dict(counted)


def _of_journal(now: datetime) -> Iterator[Metric]:
    """Metrics of the journal's last hour, or of its newest lines if there are more than NEWEST."""
    last_hour = Fetch.objects.filter(
        pk__gte=_from(Fetch.objects.all()), at__gte=now - HOUR
    ).order_by()
    rows = list(last_hour.values_list("outcome", "reason").annotate(Count("pk")))
    outcomes = dict.fromkeys(FetchOutcome.values, 0)
    reasons = dict.fromkeys(Refusal.values, 0)
    for outcome, reason, count in rows:
        outcomes[outcome] += count
        if outcome == FetchOutcome.REFUSED:
            reasons[reason] += count
    yield _gauge(
        "fetches_last_hour", "Requests of phones in the last hour, by outcome.", outcome=outcomes
    )
    yield _gauge("refusals_last_hour", "Refusals in the last hour, by reason.", reason=reasons)
    hour = now.replace(minute=0, second=0, microsecond=0)
    callers = UnknownCaller.objects.filter(
        pk__gte=_from(UnknownCaller.objects.all()), hour=hour
    ).order_by()
    asked = callers.aggregate(total=Sum("count"))["total"] or 0
    yield _gauge(
        "unknown_mac_requests_this_hour", "Requests for unknown MACs since the hour began.", asked
    )


def _from(rows: QuerySet[Model]) -> int:
    """The pk from which on rows are among the newest; found by primary key, whatever the size of
    the table.
    """
    newest = rows.order_by("-pk").values_list("pk", flat=True).first()
    return max(0, (newest or 0) - NEWEST)


def _login_failures(now: datetime) -> int:
    recent = AccessAttempt.objects.filter(attempt_time__gte=now - HOUR)
    return int(recent.aggregate(total=Sum("failures_since_start"))["total"] or 0)
