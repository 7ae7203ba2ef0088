"""Read-only questions about clients and their lines."""

from django.db.models import QuerySet

from clients.models import Client, Subscriber
from clients.scoping import Scope
from clients.search import matching

OFFERED = 200


def clients_seen_by(scope: Scope, text: str = "") -> QuerySet[Client]:
    """The clients of a scope, found by any of their fields."""
    rows: QuerySet[Client] = Client.objects.within(scope)
    return rows.filter(matching(text)) if text else rows


def subscribers_of(client: Client, text: str = "") -> QuerySet[Subscriber]:
    """The lines of a client already found within a scope, with what a list shows of them."""
    rows = client.subscribers.select_related("site", "licence", "barring")
    return rows.filter(matching(text)) if text else rows


def offered_lines(client: Client) -> list[Subscriber]:
    """The lines a field offers to choose from; none of a long list, of which one types the number instead."""
    rows = list(client.subscribers.select_related("site")[: OFFERED + 1])
    return rows if len(rows) <= OFFERED else []
