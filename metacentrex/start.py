"""Checks before serving: the database is migrated, and belongs to this machine."""

from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from metacentrex.signals import about_to_serve

CONFIGURATION = 78  # EX_CONFIG of sysexits: a restart does not help, somebody has to act


class CannotServe(Exception):
    """The database must not be served from here; the message says why and what to do."""


def refuse_foreign_database() -> None:
    """Raise CannotServe for a database that was restored or moved here (docs/adr/009)."""
    try:
        about_to_serve.send(sender=None)
    finally:
        leave_nothing_open()


def leave_nothing_open() -> None:
    """Close all database connections and pools, because a server may fork after this, and threads
    do not survive a fork.
    """
    for opened in connections.all(initialized_only=True):
        if opened.in_atomic_block:
            continue  # in use: no server starts in the middle of a transaction
        opened.close()
        if isinstance(opened, DatabaseWrapper):
            opened.close_pool()


def count_missing_migrations() -> int:
    """Count the migrations in the code that are not applied to the database."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
