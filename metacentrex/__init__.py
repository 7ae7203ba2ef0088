"""Plumbing of the project: settings, errors, secrets, addresses, correlation, the process tree."""

from metacentrex.celery import app as celery_app

__all__ = ["celery_app"]
