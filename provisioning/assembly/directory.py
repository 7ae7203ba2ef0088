"""The directory on a phone: its colleagues' extensions."""

from dataclasses import dataclass

from clients.enums import SubscriberStatus
from clients.models import Subscriber
from clients.numbers import national
from clients.search import fold
from provisioning.document import Contact


@dataclass(frozen=True)
class Directory:
    """The contacts that a phone gets, and how many do not fit on its model."""

    contacts: tuple[Contact, ...]
    left_out: int


class Colleagues:
    """The active lines of a client by name, loaded and sorted once.

    Sorted here, not in SQL: databases sort accents differently.
    """

    def __init__(self, client_id: int) -> None:
        lines = (
            Subscriber.unscoped.filter(  # unscoped: the colleagues of a line already decided upon
                client_id=client_id, status=SubscriberStatus.ACTIVE
            )
        )
        rows = lines.values_list("pk", "name", "extension", "number", "site_id")
        self._rows = sorted(rows, key=lambda row: (fold(row[1]), row[3]))

    def of(self, subscriber: Subscriber, limit: int) -> Directory:
        """All lines but this one, by name, those of the same site first."""
        own: list[tuple[int, str, str | None, str, int]] = []
        others: list[tuple[int, str, str | None, str, int]] = []
        for row in self._rows:
            if row[0] != subscriber.pk:
                (own if row[4] == subscriber.site_id else others).append(row)
        ordered = own + others
        contacts = tuple(
            Contact(name=name, number=extension or national(number))
            for _pk, name, extension, number, _site in ordered[:limit]
        )
        return Directory(contacts, max(0, len(ordered) - limit))


def directory_of(subscriber: Subscriber, limit: int) -> Directory:
    """The client's other active lines, by name, those of the same site first."""
    return Colleagues(subscriber.client_id).of(subscriber, limit)
