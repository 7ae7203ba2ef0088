"""What is open when a server starts: nothing, for it may fork."""

import pytest
from django.db import connection

from metacentrex.start import leave_nothing_open


@pytest.mark.django_db(transaction=True)
def test_a_process_that_forks_takes_no_pool_along() -> None:
    connection.ensure_connection()
    pool = getattr(connection, "pool", None)

    leave_nothing_open()

    # An SQLite in memory is kept by Django itself: closing would lose it.
    assert connection.connection is None or connection.vendor == "sqlite"
    assert pool is None or pool.closed


@pytest.mark.django_db
def test_a_transaction_at_work_is_left_alone() -> None:
    leave_nothing_open()

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
