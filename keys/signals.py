"""Signals for higher apps, which this app must not import."""

from django.dispatch import Signal

layout_changed = Signal()  # owner – inside the transaction that changes its keys or sidecars
