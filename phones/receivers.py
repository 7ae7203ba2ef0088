"""Signal receivers: the end of a line or a client, and the check of a restored database."""

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
    """Unassign the phones of a line before it is deleted."""
    _unassign_all(subscriber.phones.all(), actor)


@receiver(client_terminated)
def free_phones_of_client(client: Client, actor: Actor, **kwargs: Any) -> None:
    """Unassign all phones of a terminated client."""
    _unassign_all(client.phones.filter(subscriber__isnull=False), actor)


def _unassign_all(phones: QuerySet[Phone], actor: Actor) -> None:
    # Lock all of them, in the journal's order, before the first one marks documents, to avoid
    # deadlocks.
    for phone in list(phones.select_for_update(of=("self",)).order_by("pk")):
        unassign(phone, actor=actor)


@receiver(about_to_serve)
def refuse_database_older_than_remembered(**kwargs: Any) -> None:
    """Refuse a database restored under a running installation: its mark is unchanged, but the
    record of renewals shows its age.
    """
    try:
        # read before the rows, so that a renewal in between is never in this record alone
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
