"""Read-only questions about phones."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from clients.enums import WindowPolicy
from clients.models import Client, PlatformSettings, Subscriber
from clients.queries import subscribers_of
from clients.scoping import Scope
from clients.search import fold, matching, words_of
from metacentrex.net import caller_network
from phones.first_contact import RETRY, FirstContact
from phones.mac import searched_mac
from phones.models import Phone
from phones.states import Code, state_filter
from phones.todo import Cause, Counts, any_cause, cause_filter

_PART_OF_MAC = re.compile(r"[0-9a-f]{2,4}(?:[:.-][0-9a-f]{2,4})+")
_PART_OF_ADDRESS = re.compile(r"[0-9a-f]*[.:][0-9a-f.:]*")
COUNTED = ("line_count", "phone_count", "todo_count")


def phone_words(text: str) -> list[str]:
    """The words to search phones by; a whole MAC, with its label and spaces, is one word."""
    mac = searched_mac(text)
    return [fold(mac)] if mac else words_of(text)


def phones_of(client: Client, text: str = "") -> QuerySet[Phone]:
    """The phones of a client already found within a scope, with the relations that a list shows."""
    rows = client.phones.select_related("client", "subscriber__site", "site")
    return rows.filter(_found(client, text)) if text else rows


def _found(client: Client, text: str) -> Q:
    """Match every word on the phone, on its line (and the line's site), or on its own site."""
    names = {site.pk: fold(site.name) for site in client.sites.all()}
    found = Q()
    for word in phone_words(text):
        places = [pk for pk, name in names.items() if word in name]
        found &= on_phone(word) | Q(subscriber=None, site__in=places)
    return found


def on_phone(word: str) -> Q:
    """Match one word on phones: in their text or their line's, in their MAC whatever the
    separators, or at the start of their last address.
    """
    found = matching(word) | matching(word, "subscriber__search_text")
    if _PART_OF_MAC.fullmatch(word):
        found |= matching(re.sub("[:.-]", "", word))
    if _PART_OF_ADDRESS.fullmatch(word):
        found |= Q(last_address__startswith=word)
    return found


def lines_of(client: Client, text: str = "") -> QuerySet[Subscriber]:
    """The lines of a client already found within a scope, with `has_phone`."""
    # unscoped: of lines already found within a scope
    phones = Phone.unscoped.filter(subscriber=OuterRef("pk"))
    return subscribers_of(client, text).annotate(has_phone=Exists(phones))


def phones_to_look_after(scope: Scope, text: str = "", reference: str = "") -> QuerySet[Phone]:
    """The phones of a scope, searched by their own text, their line's or their client's."""
    rows: QuerySet[Phone] = Phone.objects.within(scope)
    if reference:
        rows = rows.filter(client__reference=reference)
    for word in phone_words(text):
        rows = rows.filter(on_phone(word) | matching(word, "client__search_text"))
    return rows


def with_all_shown(rows: QuerySet[Phone]) -> QuerySet[Phone]:
    """Load the relations that a list of several clients' phones shows."""
    return rows.select_related("client__reseller", "subscriber__site", "site")


def count_by_state(rows: QuerySet[Phone], now: datetime) -> dict[Code, int]:
    """Count the phones in each state, in one query."""
    counts = {code.value: Count("pk", filter=state_filter(code, now)) for code in Code}
    found = rows.order_by().aggregate(**counts)
    return {code: found[code.value] for code in Code}


def open_by_mac(rows: QuerySet[Phone], now: datetime) -> QuerySet[Phone]:
    """The phones now served by their MAC alone: the rule of phones.first_contact in SQL."""
    once = Q(client__window_policy=WindowPolicy.FIRST_CONTACT)
    if PlatformSettings.current().window_policy == WindowPolicy.FIRST_CONTACT:
        once |= Q(client__window_policy="")
    over = Q(authenticated_at__lte=now - RETRY) | Q(
        authenticated_at__isnull=False, window_address=""
    )
    begun = Q(authorized_from=None) | Q(authorized_from__lte=now)
    return rows.filter(begun, authorized_until__gt=now).exclude(once & over)


def contact_of(phone: Phone) -> FirstContact:
    """The policy that applies to the phone, and the first caller served in its window."""
    policy = phone.client.window_policy or PlatformSettings.current().window_policy
    network = caller_network(phone.window_address) if phone.window_address else ""
    return FirstContact(policy, phone.authenticated_at, network)


@dataclass(frozen=True, kw_only=True)
class Door:
    """A window for display: whether it is open or planned, and its state under `first-contact`."""

    is_ahead: bool = True  # open or planned, by its dates
    is_once: bool
    is_handed_over: bool = False  # under `first-contact`: the first caller has the configuration
    again_until: datetime | None = None  # until then only the same caller may fetch again

    @property
    def is_shut(self) -> bool:
        """Whether the MAC alone is refused, even if time is left in the window."""
        return not self.is_ahead or (self.is_handed_over and self.again_until is None)


def door_of(phone: Phone, now: datetime) -> Door:
    """The window of a phone, for its page."""
    until, contact = phone.authorized_until, contact_of(phone)
    is_once = contact.policy == WindowPolicy.FIRST_CONTACT
    if until is None or until <= now:
        return Door(is_once=is_once, is_ahead=False)
    if contact.ends_at is None:
        return Door(is_once=is_once)
    ends_at = min(contact.ends_at, until)
    again_until = ends_at if ends_at > now else None
    return Door(is_once=is_once, is_handed_over=True, again_until=again_until)


def with_todo(rows: QuerySet[Client], causes: Iterable[Cause], now: datetime) -> QuerySet[Client]:
    """Annotate clients with `has_todo`, in one query in which each cause reads a small index."""
    phones = Phone.unscoped.order_by()  # unscoped: of clients already found within a scope
    first, *others = (
        phones.filter(cause_filter(cause, now)).values_list("client") for cause in causes
    )
    clients = [client for (client,) in first.union(*others)]
    needed = Q(pk=None) | Q(pk__in=clients)
    return rows.annotate(has_todo=ExpressionWrapper(needed, output_field=BooleanField()))


def with_counts(
    rows: QuerySet[Client],
    causes: Sequence[Cause],
    now: datetime,
    *,
    only: Collection[str] = COUNTED,
) -> QuerySet[Client]:
    """Annotate clients with `line_count`, `phone_count` and `todo_count`, their entries of
    « À traiter ».

    Sub-queries, not joins: joins would multiply lines by phones. `only`: the counts needed, because
    building the sub-queries takes longer than running them.
    """
    # unscoped: of clients already found within a scope
    phones = Phone.unscoped.filter(client=OuterRef("pk"))
    # unscoped: of clients already found within a scope
    lines = Subscriber.unscoped.filter(client=OuterRef("pk"))
    counts = {"line_count": lambda: _count(lines), "phone_count": lambda: _count(phones)}
    counts["todo_count"] = lambda: _todo(phones, causes, now)
    return rows.annotate(**{name: count() for name, count in counts.items() if name in only})


def _todo(phones: QuerySet[Phone], causes: Sequence[Cause], now: datetime) -> Coalesce:
    """Count the entries of a client's phones; filter first, so that few phones are counted."""
    entries = sum(
        (Count("pk", filter=cause_filter(cause, now)) for cause in causes), start=Value(0)
    )
    needed = phones.filter(any_cause(causes, now)).order_by().values("client")
    return Coalesce(
        Subquery(needed.annotate(n=entries).values("n"), output_field=IntegerField()), 0
    )


def count_by_client(
    clients: Sequence[Client], causes: Iterable[Cause], now: datetime
) -> dict[int, Counts]:
    """Count entries by cause for clients already found within a scope, in one query."""
    counts = {cause.value: Count("pk", filter=cause_filter(cause, now)) for cause in causes}
    # unscoped: of clients already found within a scope
    rows = Phone.unscoped.filter(client__in=clients)
    found = rows.order_by().values("client").annotate(**counts)
    return {row["client"]: Counts({cause: row[cause.value] for cause in causes}) for row in found}


def _count(rows: QuerySet[Phone] | QuerySet[Subscriber]) -> Coalesce:
    counted = rows.order_by().values("client").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
