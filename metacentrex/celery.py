"""The Celery application. A message is only a wake-up: rows are authoritative, and sweeps find what
is due.
"""

import logging
import os
import warnings
from typing import Any

from celery import Celery
from celery.signals import (
    beat_embedded_init,
    beat_init,
    before_task_publish,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_init,
)

from metacentrex import broker

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


@beat_embedded_init.connect
def beat_ends_with_its_worker(**kwargs: Any) -> None:
    """End beat, which has its own process, even if its worker is killed outright."""
    from metacentrex.processes import die_with_parent

    die_with_parent()


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
