"""Checks before serving: the database is migrated, and is the one this machine knows."""

from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from metacentrex.signals import about_to_serve

CONFIGURATION = 78  # EX_CONFIG of sysexits: starting again changes nothing, somebody has to act


class CannotServe(Exception):
    """The database must not be served from here; the message says why and what to do."""


def refuse_foreign_database() -> None:
    """Raise CannotServe for a database that was restored or moved here (docs/adr/009)."""
    try:
        about_to_serve.send(sender=None)
    finally:
        leave_nothing_open()


def leave_nothing_open() -> None:
    """Whoever starts a server may fork after this: a child has none of its parent's threads, so no
    pool of its either.
    """
    for opened in connections.all(initialized_only=True):
        if opened.in_atomic_block:
            continue  # somebody is at work: no server starts in the middle of a transaction
        opened.close()
        if isinstance(opened, DatabaseWrapper):
            opened.close_pool()


def count_missing_migrations() -> int:
    """How many migrations this code has and the database has not."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
