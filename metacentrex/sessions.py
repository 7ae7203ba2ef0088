"""Sessions in the database under a hash of their key: a copy of the database opens none."""

import logging
from hashlib import blake2b
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.core.exceptions import SuspiciousOperation
from django.utils import timezone

SIZE = 20  # bytes: as hexadecimal digits they fill the column, and a key itself has 165 bits

logger = logging.getLogger(__name__)


def stored_key(key: str) -> str:
    """What the database holds of a session's key. The key itself is in the cookie alone."""
    return blake2b(key.encode(), digest_size=SIZE, person=b"metacentrex").hexdigest()


class SessionStore(DatabaseStore):
    """Django's sessions in the database, each under the hash of its key."""

    def _get_session_from_db(self) -> Session | None:
        try:
            return Session.objects.get(
                session_key=stored_key(self.session_key or ""), expire_date__gt=timezone.now()
            )
        except Session.DoesNotExist:
            pass
        except SuspiciousOperation as error:
            logger.warning("session_refused reason=%s", error)
        self._session_key = None
        return None

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=stored_key(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row = super().create_model_instance(data)
        row.session_key = stored_key(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(session_key=stored_key(key)).delete()
