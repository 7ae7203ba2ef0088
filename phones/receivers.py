"""What phones do when a line or a client ends."""

from typing import Any

from django.dispatch import receiver

from clients.models import Client, Subscriber
from clients.services.audit import Actor
from clients.signals import client_terminated, subscriber_ended
from phones.services.assignment import unassign


@receiver(subscriber_ended)
def free_phones_of_line(subscriber: Subscriber, actor: Actor, **kwargs: Any) -> None:
    """No line is deleted from under a phone: its phones are un-assigned first."""
    # In the journal's order: two transactions must not wait for each other.
    for phone in subscriber.phones.order_by("pk"):
        unassign(phone, actor=actor)


@receiver(client_terminated)
def free_phones_of_client(client: Client, actor: Actor, **kwargs: Any) -> None:
    """A terminated client keeps no phone on a line."""
    for phone in client.phones.filter(subscriber__isnull=False).order_by("pk"):
        unassign(phone, actor=actor)
