"""Monitoring of the task queue: whether it responds, and how many messages wait."""

import redis
from django.conf import settings

PATIENCE = 1.0  # seconds
QUEUE = "celery"  # Celery's default, the only one there is


class BrokerDown(Exception):
    """The queue cannot be reached; the message contains no address and no password."""


def count_waiting() -> int:
    """Count the waiting messages. Raises BrokerDown."""
    try:
        return _in_redis() if settings.REDIS_URL else _in_files()
    except (redis.RedisError, OSError, ValueError) as error:
        raise BrokerDown(type(error).__name__) from error


def _in_redis() -> int:
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
    ) as server:
        return int(server.llen(QUEUE))


def _in_files() -> int:
    folder = settings.METACENTREX_BROKER_FOLDER / "queue"
    return sum(1 for _ in folder.glob("*.msg")) if folder.is_dir() else 0
