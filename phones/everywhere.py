"""Full search over the clients, lines and phones of a scope; an exact match opens at once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, F, Max, Min, Q, QuerySet

from clients.models import Client, Subscriber
from clients.models.client import validate_reference
from clients.numbers import NumberError, complete_number, read_number
from clients.queries import clients_seen_by
from clients.scoping import Scope
from clients.search import LONGEST_SEARCH, matching, words_of
from phones.mac import searched_mac
from phones.models import Phone
from phones.queries import on_phone, with_all_shown

MOST = 8  # of each kind


@dataclass(frozen=True)
class Section:
    """Results of one kind: the first rows, the total, and the client if they all have the same."""

    rows: list[Any] = field(default_factory=list)
    total: int = 0
    client: Client | None = None

    @property
    def has_more(self) -> bool:
        return self.total > len(self.rows)


@dataclass(frozen=True)
class Found:
    """All results, and the search words with which the lists find them."""

    words: str
    clients: Section
    lines: Section
    phones: Section

    @property
    def total(self) -> int:
        return self.clients.total + self.lines.total + self.phones.total


def exact(scope: Scope, text: str) -> Client | Subscriber | Phone | None:
    """The one row that the whole text identifies: a phone by its MAC, a line by its number, a
    client by its reference.

    None if there are several: a reference can also be an extension, and the user then chooses.
    """
    typed = _typed(text)
    named: list[Client | Subscriber | Phone] = []
    if mac := searched_mac(typed):
        named += Phone.objects.within(scope).filter(mac=mac)
    if number := complete_number(typed):
        lines = Subscriber.objects.within(scope).select_related("client").filter(number=number)
        # The line that has the number, else the last one that had it when its client ended.
        named += lines.order_by(F("ended_at").desc(nulls_first=True))[:1]
    if _may_be_reference(typed):
        named += Client.objects.within(scope).filter(
            reference__in={typed, typed.upper(), typed.lower()}
        )
        if named:
            named += Subscriber.objects.within(scope).filter(extension=typed)[:1]
    return named[0] if len(named) == 1 else None


def find(scope: Scope, text: str) -> Found:
    """The first rows of each kind, and how many; the same number of queries in every case."""
    typed = _typed(text)
    # A MAC or a number typed with spaces is one word.
    words = words_of(searched_mac(typed) or _whole_number(typed) or typed)
    lines = Subscriber.objects.within(scope).filter(_each(words, matching))
    phones = Phone.objects.within(scope).filter(_each(words, on_phone))
    return Found(
        " ".join(words),
        _section(clients_seen_by(scope, " ".join(words)).select_related("reseller"), "search_text"),
        _section(lines.select_related("client", "site"), "number", "client"),
        _section(with_all_shown(phones), "mac", "client"),
    )


def _section(rows: QuerySet[Any], order: str, client: str = "pk") -> Section:
    """Always run two queries: a saved one would reveal that nothing was found."""
    counted = rows.order_by().aggregate(n=Count("pk"), first=Min(client), last=Max(client))
    first = list(rows.order_by(order, "pk")[:MOST])
    only = (
        first[0].client
        if first and client != "pk" and counted["first"] == counted["last"]
        else None
    )
    return Section(first, counted["n"], only)


def _each(words: list[str], holds: Callable[[str], Q]) -> Q:
    found = Q()
    for word in words:
        found &= holds(word)
    return found


def _typed(text: str) -> str:
    return " ".join(text[:LONGEST_SEARCH].replace("\0", " ").split())


def _may_be_reference(typed: str) -> bool:
    try:
        validate_reference(typed)
    except ValidationError:
        return False
    return True


def _whole_number(typed: str) -> str:
    """The number; "" if digits had to be restored, as nine may be a SIREN or a part of a MAC."""
    try:
        read = read_number(typed)
    except NumberError:
        return ""
    return "" if read.note else read.e164
