"""Read-only questions about phones."""

from datetime import datetime

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from clients.models import Client, Subscriber
from clients.search import fold, matching, words_of
from phones.models import Phone
from phones.states import Code, state_filter


def phones_of(client: Client, text: str = "") -> QuerySet[Phone]:
    """The phones of a client already found within a scope, with what a list shows of them."""
    rows = client.phones.select_related("client", "subscriber__site", "site")
    return rows.filter(_found(client, text)) if text else rows


def _found(client: Client, text: str) -> Q:
    """Each word somewhere: on the phone, on its line (and the line's site), or on its own site."""
    names = {site.pk: fold(site.name) for site in client.sites.all()}
    found = Q()
    for word in words_of(text):
        places = [pk for pk, name in names.items() if word in name]
        found &= (
            matching(word) | matching(word, "subscriber__search_text") | Q(subscriber=None, site__in=places)
        )
    return found


def count_by_state(rows: QuerySet[Phone], now: datetime) -> dict[Code, int]:
    """How many phones are in each state, in one query."""
    counts = {code.value: Count("pk", filter=state_filter(code, now)) for code in Code}
    found = rows.order_by().aggregate(**counts)
    return {code: found[code.value] for code in Code}


def with_counts(rows: QuerySet[Client], now: datetime) -> QuerySet[Client]:
    """Clients with `line_count`, `phone_count`, `overdue_count`, `refused_count` and `todo_count`, their sum.

    Sub-queries, not joins: joins would multiply lines by phones.
    """
    phones = Phone.unscoped.filter(client=OuterRef("pk"))  # unscoped: of clients already found within a scope
    lines = Subscriber.unscoped.filter(
        client=OuterRef("pk")
    )  # unscoped: of clients already found within a scope
    return rows.annotate(
        line_count=_count(lines),
        phone_count=_count(phones),
        overdue_count=_count(phones.filter(state_filter(Code.OVERDUE, now))),
        refused_count=_count(phones.filter(state_filter(Code.REFUSED, now))),
    ).annotate(todo_count=F("overdue_count") + F("refused_count"))


def _count(rows: QuerySet[Phone] | QuerySet[Subscriber]) -> Coalesce:
    counted = rows.order_by().values("client").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
