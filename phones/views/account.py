"""« Compte MetaCentrex »: the client's lines and phones; here, because it shows phones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext_lazy

from clients.access import AuthenticatedRequest, ExtranetView
from clients.models import BarringClass, Client, Subscriber
from clients.numbers import national
from clients.queries import offered_lines, subscribers_of
from metacentrex.ui.tables import Choice, Sort, chips, page_of
from phones.forms.bulk import ACCOUNT, Listed
from phones.models import Phone
from phones.queries import count_by_state, phones_of
from phones.states import LOOKS, Code, PhoneState, code_named, mismatch_of, state_filter, state_of

USER_COLUMNS = {"number": "number", "name": "search_text", "licence": "licence__name", "site": "site__name"}
PHONE_COLUMNS = {
    "model": "detected_model",
    "mac": "mac",
    "number": "subscriber__number",
    "description": "description",
    "created": "created_at",
}
PER_PAGE = 25


@dataclass(frozen=True)
class PhoneRow:
    """A phone as the list shows it."""

    phone: Phone
    state: PhoneState

    @property
    def mismatch(self) -> str:
        """What contradicts the declared model, in words."""
        return mismatch_of(self.phone)


class AccountView(ExtranetView):
    """Two lists on one page, each with its own search, sort and pages."""

    def get(self, request: AuthenticatedRequest, reference: str) -> HttpResponse:
        client = self.client_or_404(reference)
        return render(
            request,
            "extranet/phones/account.html",
            {"client": client} | self._users(client) | self._phones(client),
        )

    def _users(self, client: Client) -> dict[str, Any]:
        rows, sort = users_asked(self.request, client)
        return {
            "subscribers": page_of(self.request, rows, size=PER_PAGE, param="pu"),
            "user_sort": sort,
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


def users_asked(request: AuthenticatedRequest, client: Client) -> tuple[QuerySet[Subscriber], Sort]:
    """The lines that the address asks for, in its order."""
    sort = Sort.read(request, USER_COLUMNS, default="number", param="tu", page_param="pu")
    return subscribers_of(client, request.GET.get("qu", "").strip()).order_by(*sort.order_by), sort


def phones_asked(
    request: AuthenticatedRequest, client: Client, now: datetime
) -> tuple[QuerySet[Phone], Sort]:
    """The phones that the address asks for, in its order."""
    sort = Sort.read(request, PHONE_COLUMNS, default="-created", param="tt", page_param="pt")
    found = phones_of(client, request.GET.get("qt", "").strip())
    chosen = code_named(request.GET.get("f", "").strip())
    rows = found.filter(state_filter(chosen, now)) if chosen else found
    return rows.order_by(*sort.order_by), sort


def _with_states(page: Page[Any], now: datetime) -> Page[Any]:
    page.object_list = [PhoneRow(phone, state_of(phone, now)) for phone in page.object_list]
    return page


def _choices(counts: dict[Code, int]) -> Iterator[Choice]:
    yield Choice("", pgettext_lazy("list", "All"), sum(counts.values()))
    for code, count in counts.items():
        label, tone, icon, _loud = LOOKS[code]
        yield Choice(code.value, label, count, tone, icon)
