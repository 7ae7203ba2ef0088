"""Signals that higher apps listen to; this app does not know them."""

from django.dispatch import Signal

# Something phones are told may have become other – inside the transaction of the change. `sender`
# is the model that changed, `fields` the names of its columns that did (left out: any may matter),
# and exactly one of these says whose documents: everything=True, client=<pk>, lines=<pks of lines>,
# phones=<pks of phones>.
documents_changed = Signal()

client_terminated = Signal()  # client, actor – inside the transaction that ends the client
# subscriber – first of all in the transaction that ends the line: who speaks of it lets go of it
subscriber_ending = Signal()
subscriber_ended = Signal()  # subscriber, actor – inside the transaction, before the row goes
