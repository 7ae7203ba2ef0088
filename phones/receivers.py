"""Reactions of phones to the end of a line or a client."""

from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client, Subscriber
from clients.services.audit import Actor
from clients.signals import client_terminated, subscriber_ended
from metacentrex import renewals
from metacentrex.signals import about_to_serve
from metacentrex.start import CannotServe
from phones.models import Phone
from phones.services.assignment import unassign
from phones.services.restoration import forgotten


@receiver(subscriber_ended)
def free_phones_of_line(subscriber: Subscriber, actor: Actor, **kwargs: Any) -> None:
    """No line is deleted from under a phone: its phones are un-assigned first."""
    _unassign_all(subscriber.phones.all(), actor)


@receiver(client_terminated)
def free_phones_of_client(client: Client, actor: Actor, **kwargs: Any) -> None:
    """A terminated client keeps no phone on a line."""
    _unassign_all(client.phones.filter(subscriber__isnull=False), actor)


def _unassign_all(phones: QuerySet[Phone], actor: Actor) -> None:
    # All are held, in the journal's order, before the first one marks documents: two must not wait
    # for each other.
    for phone in list(phones.select_for_update(of=("self",)).order_by("pk")):
        unassign(phone, actor=actor)


@receiver(about_to_serve)
def refuse_database_older_than_remembered(**kwargs: Any) -> None:
    """A database put back under a running installation keeps its mark; the memory of renewals tells
    its age.
    """
    try:
        # before the rows: one renewed meanwhile is in both or in the rows
        known = renewals.read_own().generations
    except (renewals.UnreadableRenewals, OSError) as error:
        raise CannotServe(
            _("The record of renewals cannot be read: %(place)s.") % {"place": error}
        ) from error
    if count := len(forgotten(known)):
        words = ngettext(
            "This database is older than this machine remembers: the credentials of "
            "%(count)s phone have been renewed since. Run “manage.py adopt --backup” "
            "(docs/operations.md).",
            "This database is older than this machine remembers: the credentials of "
            "%(count)s phones have been renewed since. Run “manage.py adopt --backup” "
            "(docs/operations.md).",
            count,
        )
        raise CannotServe(words % {"count": count})
