"""« Liste des clients »: here, because it counts phones."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clients.access import AuthenticatedRequest, ExtranetView
from clients.enums import ClientStatus
from clients.models import Client
from clients.queries import clients_seen_by
from clients.scoping import Scope
from metacentrex.ui.tables import Filter, Sort, page_of, with_params
from phones.queries import with_counts

COLUMNS = {
    "created": "created_at",
    "reference": "reference",
    "name": "search_text",
    "lines": "line_count",
    "phones": "phone_count",
    "todo": "todo_count",
}
PER_PAGE = 25
NEEDED = Q(overdue_count__gt=0) | Q(refused_count__gt=0)
FILTERS = {
    "": (pgettext_lazy("list", "All"), Q()),
    "todo": (_("To do"), NEEDED),
    "active": (_("Active ones"), Q(status=ClientStatus.ACTIVE)),
    "suspended": (_("Suspended ones"), Q(status=ClientStatus.SUSPENDED)),
    "terminated": (_("Terminated ones"), Q(status=ClientStatus.TERMINATED)),
}


class ClientListView(ExtranetView):
    """The clients of a scope: sorted, searched, filtered, paged."""

    def get(self, request: AuthenticatedRequest) -> HttpResponse:
        context = {
            "page": page_of(request, clients_asked(request, self.scope, self.now), size=PER_PAGE),
            "query": _text(request),
            "sort": _sort(request),
            "filters": _chips(request, _found(request, self.scope, self.now)),
            "reseller_name": request.user.reseller.name
            if request.user.reseller
            else gettext("All resellers"),
            "total": clients_seen_by(self.scope).count(),
        }
        return render(request, "extranet/clients/list.html", context)


def clients_asked(request: AuthenticatedRequest, scope: Scope, now: datetime) -> QuerySet[Client]:
    """The clients that the address asks for, in its order, with their counts."""
    rows = _found(request, scope, now).filter(FILTERS[_chosen(request)][1])
    return rows.order_by(*_sort(request).order_by)


def _found(request: AuthenticatedRequest, scope: Scope, now: datetime) -> QuerySet[Client]:
    return with_counts(clients_seen_by(scope, _text(request)), now)


def _text(request: AuthenticatedRequest) -> str:
    return request.GET.get("q", "").strip()


def _sort(request: AuthenticatedRequest) -> Sort:
    return Sort.read(request, COLUMNS, default="created")


def _chosen(request: AuthenticatedRequest) -> str:
    asked = request.GET.get("f", "")
    return asked if asked in FILTERS else ""


def _chips(request: AuthenticatedRequest, rows: QuerySet[Client]) -> list[Filter]:
    chosen = _chosen(request)
    counts = {key: rows.filter(condition).count() for key, (_label, condition) in FILTERS.items()}
    return [
        Filter(label, counts[key], with_params(request.GET, f=key or None, page=None), active=key == chosen)
        for key, (label, _condition) in FILTERS.items()
    ]
