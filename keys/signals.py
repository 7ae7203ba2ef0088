"""Signals that higher apps listen to; this app does not know them."""

from django.dispatch import Signal

layout_changed = Signal()  # owner – inside the transaction that changes its keys or sidecars
