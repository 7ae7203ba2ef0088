"""Signals for the apps, which this package must not import."""

from django.dispatch import Signal

database_prepared = Signal()  # migrations are applied: receivers set up a new database
about_to_serve = Signal()  # a receiver raises metacentrex.start.CannotServe
