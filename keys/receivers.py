"""Receiver for the end of a line: keys about it."""

from typing import Any

from django.dispatch import receiver

from clients.models import Subscriber
from clients.signals import subscriber_ending
from keys.models import Key


@receiver(subscriber_ending)
def let_go_of_line(subscriber: Subscriber, **kwargs: Any) -> None:
    """Clear the keys' reference to the line; they keep its name and number. This runs before its
    phones are locked, because a save locks keys first too.
    """
    Key.objects.filter(person=subscriber).update(person=None)
