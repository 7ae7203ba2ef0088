"""Django's PostgreSQL backend, which does not wait again and again for a server that is away.

The pool waits for a connection, so each statement of a page would wait in turn while PostgreSQL is
down. After one failure, this process fails at once for a moment instead: phones and people get
their 503 now, and whoever asks next still finds the server as soon as it is back.
"""

import time
from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper as Postgresql
from django.db.utils import InterfaceError, OperationalError

PAUSE = 1.0  # seconds without another try


class DatabaseAway(OperationalError):
    """PostgreSQL could not be reached a moment ago."""


class DatabaseWrapper(Postgresql):
    away_until: dict[str, float] = {}  # by alias, for all threads of the process

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Raises DatabaseAway within PAUSE after a failure, without trying."""
        if time.monotonic() < self.away_until.get(self.alias, 0.0) and not self._has_idle():
            raise DatabaseAway("PostgreSQL could not be reached a moment ago")
        try:
            connection = super().get_new_connection(conn_params)
        except (self.Database.OperationalError, OperationalError, InterfaceError):
            self.away_until[self.alias] = time.monotonic() + PAUSE
            raise
        self.away_until.pop(self.alias, None)
        return connection

    def _has_idle(self) -> bool:
        """Whether the pool has a connection at hand: only another one could not be opened."""
        return bool(self.pool and self.pool.get_stats().get("pool_available"))
