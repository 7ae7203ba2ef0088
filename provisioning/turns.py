"""Serializes transactions that make the same documents stale, until each has committed.

Row locks alone are not enough: a transaction that marks twice locks rows out of order, and two
could deadlock. Uses advisory locks on PostgreSQL; SQLite has only one writer at a time anyway.
"""

from collections.abc import Iterable

from django.db import connection

NAMESPACE = 0x4D43  # "MC": separates our locks from any others
EVERYTHING = 0  # not the pk of any client


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
