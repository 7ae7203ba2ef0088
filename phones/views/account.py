"""« Compte MetaCentrex »: a client's lines and phones. In this app because it shows phones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clients.access import AuthenticatedRequest, ExtranetView
from clients.enums import SubscriberStatus
from clients.models import BarringClass, Client, Subscriber
from clients.numbers import national
from clients.queries import offered_lines
from metacentrex.ui.tables import Choice, Sort, chips, page_of
from phones.forms.bulk import ACCOUNT, Listed
from phones.models import Phone
from phones.queries import count_by_state, lines_of, phones_of
from phones.states import LOOKS, Code, PhoneState, code_named, mismatch_of, state_filter, state_of

USER_COLUMNS = {
    "number": "number",
    "name": "search_text",
    "licence": "licence__name",
    "site": "site__name",
    "locked": "is_locked",
    "presented": "presented_number",
    "barring": "barring__code",
}
PHONE_COLUMNS = {
    "model": "detected_model",
    "mac": "mac",
    "number": "subscriber__number",
    "description": "description",
    "created": "created_at",
}
PER_PAGE = 25
# label, rows, tone, icon
USER_FILTERS = {
    "": (pgettext_lazy("list", "All"), Q(), "", ""),
    "suspended": (
        _("Suspended lines"),
        Q(status=SubscriberStatus.SUSPENDED),
        "mc-suspendu",
        "pause-circle",
    ),
    "locked": (_("Locked accounts"), Q(is_locked=True), "mc-refuse", "lock-fill"),
    "phoneless": (_("Without a phone"), Q(has_phone=False), "mc-suspendu", "telephone-x"),
}


@dataclass(frozen=True)
class PhoneRow:
    """A phone as shown in the list."""

    phone: Phone
    state: PhoneState

    @property
    def mismatch(self) -> str:
        """Text that says how the declared and detected models differ."""
        return mismatch_of(self.phone)


class AccountView(ExtranetView):
    """Two lists on one page, each with its own search, sort order and paging."""

    def get(self, request: AuthenticatedRequest, reference: str) -> HttpResponse:
        client = self.client_or_404(reference)
        return render(
            request,
            "extranet/phones/account.html",
            {"client": client} | self._users(client) | self._phones(client),
        )

    def _users(self, client: Client) -> dict[str, Any]:
        text, chosen = users_words(self.request), users_filter(self.request)
        filters = chips(
            self.request, _user_choices(client, text), chosen, param="fu", page_param="pu"
        )
        count = next(chip.count for chip in filters if chip.active)
        rows, sort = users_asked(self.request, client)
        return {
            "subscribers": page_of(self.request, rows, size=PER_PAGE, param="pu", count=count),
            "user_sort": sort,
            "user_filters": filters,
            "presented_numbers": [
                (national(line.number), f"{national(line.number)} – {line.name}")
                for line in offered_lines(client)
            ],
            "barring_choices": [
                ("", gettext("No restriction")),
                *((row.pk, str(row)) for row in BarringClass.objects.all()),
            ],
        }

    def _phones(self, client: Client) -> dict[str, Any]:
        text, filtered = (self.request.GET.get(name, "").strip() for name in ("qt", "f"))
        counts = count_by_state(phones_of(client, text), self.now)
        chosen = code_named(filtered)
        total = counts[chosen] if chosen else sum(counts.values())
        rows, sort = phones_asked(self.request, client, self.now)
        page = page_of(self.request, rows, size=PER_PAGE, param="pt", count=total)
        return {
            "phones": _with_states(page, self.now),
            "phone_sort": sort,
            "phone_filters": chips(
                self.request, _choices(counts), chosen.value if chosen else "", page_param="pt"
            ),
            "bulk": Listed(
                ACCOUNT, page.paginator.count, self.now, q=text, f=filtered, client=client.reference
            ),
        }


def users_words(request: AuthenticatedRequest) -> str:
    return request.GET.get("qu", "").strip()


def users_filter(request: AuthenticatedRequest) -> str:
    asked = request.GET.get("fu", "")
    return asked if asked in USER_FILTERS else ""


def users_asked(request: AuthenticatedRequest, client: Client) -> tuple[QuerySet[Subscriber], Sort]:
    """The lines selected by the query string, in its sort order."""
    sort = Sort.read(request, USER_COLUMNS, default="number", param="tu", page_param="pu")
    found = lines_of(client, users_words(request)).filter(USER_FILTERS[users_filter(request)][1])
    return found.order_by(*sort.order_by), sort


def phones_asked(
    request: AuthenticatedRequest, client: Client, now: datetime
) -> tuple[QuerySet[Phone], Sort]:
    """The phones selected by the query string, in its sort order."""
    sort = Sort.read(request, PHONE_COLUMNS, default="-created", param="tt", page_param="pt")
    found = phones_of(client, request.GET.get("qt", "").strip())
    chosen = code_named(request.GET.get("f", "").strip())
    rows = found.filter(state_filter(chosen, now)) if chosen else found
    return rows.order_by(*sort.order_by), sort


def _with_states(page: Page[Any], now: datetime) -> Page[Any]:
    page.object_list = [PhoneRow(phone, state_of(phone, now)) for phone in page.object_list]
    return page


def _user_choices(client: Client, text: str) -> Iterator[Choice]:
    wanted = {
        key or "all": Count("pk", filter=condition)
        for key, (_label, condition, *_look) in USER_FILTERS.items()
    }
    counts = lines_of(client, text).order_by().aggregate(**wanted)
    for key, (label, _condition, tone, icon) in USER_FILTERS.items():
        yield Choice(key, label, counts[key or "all"], tone, icon)


def _choices(counts: dict[Code, int]) -> Iterator[Choice]:
    yield Choice("", pgettext_lazy("list", "All"), sum(counts.values()))
    for code, count in counts.items():
        label, tone, icon, _loud = LOOKS[code]
        yield Choice(code.value, label, count, tone, icon)
