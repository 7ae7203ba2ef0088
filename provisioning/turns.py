"""Acts that make documents stale go one at a time where they concern the same ones, until each has
committed.

Rows alone are not enough: a transaction that marks twice takes some after others, and two could
wait for each other. On PostgreSQL by advisory locks; SQLite has one writer at a time anyhow.
"""

from collections.abc import Iterable

from django.db import connection

NAMESPACE = 0x4D43  # "MC": told from anybody else's locks by it
EVERYTHING = 0  # no client's key


def take_turn(clients: Iterable[int] | None) -> None:
    """Wait for other transactions that mark these clients' documents (None: all), inside the
    change.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        if clients is None:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NAMESPACE, EVERYTHING])
            return
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [NAMESPACE, EVERYTHING])
        for client in sorted(set(clients)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NAMESPACE, client])
