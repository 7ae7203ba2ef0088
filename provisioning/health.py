"""Health checks for monitoring: whether everything the installation needs works now."""

import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, connection

from clients.models import Heartbeat
from clients.services.installation_keys import are_field_keys_right, is_http_key_right
from metacentrex.start import count_missing_migrations
from metacentrex.waiting import BrokerDown, count_waiting

WORKER = "worker"
LATE = timedelta(seconds=90)  # three missed heartbeats
OK = "ok"


def look(now: datetime) -> dict[str, str]:
    """Run all checks; the result of each is "ok" or what is wrong."""
    checks: dict[str, Callable[[], str]] = {
        "database": _database,
        "migrations": _migrations,
        "broker": _broker,
        "worker": lambda: _worker(now),
        "data_directory": _data_directory,
        "keys": _keys,
    }
    return {name: _said(check) for name, check in checks.items()}


def _said(check: Callable[[], str]) -> str:
    try:
        return check()
    except Error as error:
        return f"no answer from the database ({type(error).__name__})"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _migrations() -> str:
    missing = count_missing_migrations()
    return f"{missing} not applied: run manage.py prepare" if missing else OK


def _broker() -> str:
    try:
        count_waiting()
    except BrokerDown as error:
        return f"no answer ({error})"
    return OK


def _worker(now: datetime) -> str:
    age = heartbeat_age(now)
    if age is None:
        return "never seen"
    return OK if age <= LATE else f"last seen {age.total_seconds():.0f} s ago"


def heartbeat_age(now: datetime) -> timedelta | None:
    """How long ago the worker last reported; None if it never did."""
    row = Heartbeat.objects.filter(name=WORKER).first()
    return now - row.at if row else None


def _keys() -> str:
    """Whether the keys are those of the database: with others, phone after phone would fail."""
    if not are_field_keys_right():
        return "METACENTREX_FIELD_KEYS lacks the key of this database"
    return OK if is_http_key_right() else "METACENTREX_HTTP_KEY is not the key of this database"


def _data_directory() -> str:
    """Really write a file: on a full disk, files can still be opened."""
    try:
        with tempfile.TemporaryFile(dir=settings.METACENTREX_HOME) as file:
            file.write(b"x" * 4096)
            file.flush()
    except OSError as error:
        return f"cannot be written ({error.strerror})"
    return OK
