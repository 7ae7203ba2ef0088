"""The directory a phone carries: its colleagues' extensions."""

from dataclasses import dataclass

from clients.enums import SubscriberStatus
from clients.models import Subscriber
from clients.numbers import national
from clients.search import fold
from provisioning.document import Contact


@dataclass(frozen=True)
class Directory:
    """The contacts a phone gets, and how many its model has no room for."""

    contacts: tuple[Contact, ...]
    left_out: int


def directory_of(subscriber: Subscriber, limit: int) -> Directory:
    """The active lines of the client but one's own: own site first, then by name.

    Sorted here, not by the database: two databases would order accents differently.
    """
    colleagues = Subscriber.unscoped.filter(  # unscoped: the colleagues of a line already decided upon
        client_id=subscriber.client_id, status=SubscriberStatus.ACTIVE
    ).exclude(pk=subscriber.pk)
    rows = colleagues.values_list("name", "extension", "number", "site_id")
    ordered = sorted(rows, key=lambda row: (row[3] != subscriber.site_id, fold(row[0]), row[2]))
    contacts = tuple(
        Contact(name=name, number=extension or national(number))
        for name, extension, number, _ in ordered[:limit]
    )
    return Directory(contacts, max(0, len(ordered) - limit))
