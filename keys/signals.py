"""What happens here and matters to apps above: they listen, this app does not know them."""

from django.dispatch import Signal

layout_changed = Signal()  # owner – inside the transaction that changes its keys or sidecars
