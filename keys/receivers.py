"""Reactions of keys to the end of a line."""

from typing import Any

from django.dispatch import receiver

from clients.models import Subscriber
from clients.signals import subscriber_ending
from keys.models import Key


@receiver(subscriber_ending)
def let_go_of_line(subscriber: Subscriber, **kwargs: Any) -> None:
    """Keys about it keep its name and number. Before its phones are held: a save holds its keys
    first, too.
    """
    Key.objects.filter(person=subscriber).update(person=None)
