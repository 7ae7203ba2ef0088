"""Signals for higher apps, which this app must not import."""

from django.dispatch import Signal

# The content of phones' documents may have changed; sent inside the transaction of the change.
# `sender` is the changed model, `fields` the names of its changed columns (left out: any). Exactly
# one of these says whose documents: everything=True, client=<pk>, lines=<pks of lines>,
# phones=<pks of phones>.
documents_changed = Signal()

client_terminated = Signal()  # client, actor – inside the transaction that ends the client
# subscriber – first in the transaction that ends the line, to clear references to it
subscriber_ending = Signal()
subscriber_ended = Signal()  # subscriber, actor – inside the transaction, before the row is deleted
