"""The Celery application. A message is only a wake-up: rows are authoritative, and sweeps find what
is due.
"""

import logging
import os
import warnings
from typing import Any

from celery import Celery
from celery.signals import (
    beat_init,
    before_task_publish,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_init,
    worker_process_init,
)

from metacentrex import broker, heartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "metacentrex.settings.base")

# Celery warns against root because of pickled messages; ours are JSON, and containers often run as
# root.
warnings.filterwarnings("ignore", message=r"(?s).*running the worker with superuser privileges")

logger = logging.getLogger(__name__)

broker.register()
app = Celery("metacentrex")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

HEADER = "metacentrex_correlator"
LEEWAY = 5.0  # seconds after a task's time limit


@setup_logging.connect
def keep_our_log(**kwargs: Any) -> None:
    """Keep Celery from changing the logging that Django's settings configured."""


@worker_init.connect
@beat_init.connect
def refuse_foreign_database(**kwargs: Any) -> None:
    """Refuse to work on a database that was restored or moved here."""
    from metacentrex import start  # needs Django

    try:
        start.refuse_foreign_database()
    except (
        start.CannotServe
    ) as error:  # Celery logs exceptions and goes on: SystemExit ends the process
        logger.critical("database_refused reason=%s", error)
        raise SystemExit(start.CONFIGURATION) from error


@worker_init.connect
@worker_process_init.connect
@beat_init.connect
def start_heartbeat(**kwargs: Any) -> None:
    """Let the supervisor see that this process works."""
    heartbeat.start()


@task_prerun.connect
def begin_deadline(task: Any = None, **kwargs: Any) -> None:
    """End the process of a task that outlives its limit. Celery does so first, but not in the
    embedded worker, which runs tasks itself.
    """
    limit = task.time_limit or app.conf.task_time_limit
    heartbeat.begin(task.name, limit + LEEWAY)


@task_postrun.connect
def end_deadline(**kwargs: Any) -> None:
    heartbeat.end()


@before_task_publish.connect
def send_correlator(headers: dict[str, Any] | None = None, **kwargs: Any) -> None:
    """Pass the request's correlator to the task."""
    # needs Django, which may not be ready when this module loads
    from metacentrex import (
        correlation,
    )

    if headers is not None and correlation.current():
        headers[HEADER] = correlation.current()


@task_prerun.connect
def take_correlator(task: Any = None, **kwargs: Any) -> None:
    """Run the task under the correlator sent with it, or a new one."""
    from metacentrex import correlation

    context = correlation.correlated(str(getattr(task.request, HEADER, None) or ""))
    context.__enter__()
    task.request.metacentrex_context = context


@task_postrun.connect
def drop_correlator(task: Any = None, **kwargs: Any) -> None:
    """End the correlator with the task."""
    context = getattr(task.request, "metacentrex_context", None)
    if context is not None:
        context.__exit__(None, None, None)
