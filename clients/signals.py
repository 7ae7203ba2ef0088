"""What happens here and matters to apps above: they listen, this app does not know them."""

from django.dispatch import Signal

client_terminated = Signal()  # client, actor – inside the transaction that ends the client
subscriber_ended = Signal()  # subscriber, actor – inside the transaction, before the row goes
