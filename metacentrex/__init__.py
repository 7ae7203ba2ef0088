"""Infrastructure of the project: settings, errors, secrets, networking, logs, processes, UI."""

from metacentrex.celery import app as celery_app

__all__ = ["celery_app"]
