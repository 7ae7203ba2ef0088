"""What the project announces and apps above act on: it knows none of them."""

from django.dispatch import Signal

database_prepared = Signal()  # the migrations are applied: whatever a new database needs
about_to_serve = Signal()  # a receiver raises metacentrex.start.CannotServe
