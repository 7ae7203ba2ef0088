"""« Liste des clients ». In this app because it counts phones."""

from collections.abc import Iterator

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clients.access import AuthenticatedRequest, ExtranetView
from clients.enums import ClientStatus
from clients.models import Client, Subscriber
from clients.queries import clients_seen_by
from metacentrex.templatetags.house import thousands
from metacentrex.ui.tables import Choice, Sort, chips, page_of
from phones.models import Phone
from phones.queries import count_by_client, with_counts, with_todo
from phones.todo import Cause, causes_seen_by, count_by_cause

COLUMNS = {
    "created": "created_at",
    "reference": "reference",
    "name": "search_text",
    "lines": "line_count",
    "phones": "phone_count",
    "todo": "todo_count",
    "reseller": "reseller__name",
}
PER_PAGE = 25
FILTERS = {
    "": (pgettext_lazy("list", "All"), Q()),
    "todo": (_("To do"), Q(has_todo=True)),
    "active": (_("Active clients"), Q(status=ClientStatus.ACTIVE)),
    "suspended": (_("Suspended clients"), Q(status=ClientStatus.SUSPENDED)),
    "terminated": (_("Terminated clients"), Q(status=ClientStatus.TERMINATED)),
}


class ClientListView(ExtranetView):
    """The clients of a scope: sorted, searched, filtered, paged."""

    def get(self, request: AuthenticatedRequest) -> HttpResponse:
        text = request.GET.get("q", "").strip()
        chosen = _chosen(request)
        causes = causes_seen_by(self.scope)
        found = clients_seen_by(self.scope, text)
        flagged = with_todo(found, causes, self.now)
        filters = chips(request, _choices(flagged), chosen, empty_too=True)
        counted = with_counts(
            flagged if chosen == "todo" else found, causes, self.now, only=_needed(request)
        )
        shown, sort = clients_asked(request, counted)
        count = next(chip.count for chip in filters if chip.active)
        page = page_of(request, shown.select_related("reseller"), size=PER_PAGE, count=count)
        page.object_list = clients = list(page.object_list)
        todo = count_by_client(clients, causes, self.now)
        for client in clients:
            client.todo = todo.get(client.pk)
        total = clients_seen_by(self.scope).count()
        context = {
            "page": page,
            "query": text,
            "sort": sort,
            "filters": filters,
            "total": total,
            "counted": _in_words(total, Subscriber.objects.within(self.scope).count()),
            "ending": count_by_cause(Phone.objects.within(self.scope), [Cause.ENDING], self.now),
            "several_resellers": self.scope.is_operator,
        }
        return render(request, "extranet/clients/list.html", context)


def _in_words(clients: int, lines: int) -> str:
    """« 214 clients, 3 871 lignes »."""
    return gettext("%(clients)s, %(lines)s") % {
        "clients": ngettext("%(number)s client", "%(number)s clients", clients)
        % {"number": thousands(clients)},
        "lines": ngettext("%(number)s line", "%(number)s lines", lines)
        % {"number": thousands(lines)},
    }


def _needed(request: AuthenticatedRequest) -> set[str]:
    """The counts that a row shows or the list is sorted by."""
    return {
        "line_count",
        "phone_count",
        COLUMNS[Sort.read(request, COLUMNS, default="created").key],
    }


def _chosen(request: AuthenticatedRequest) -> str:
    asked = request.GET.get("f", "")
    return asked if asked in FILTERS else ""


def clients_asked(
    request: AuthenticatedRequest, rows: QuerySet[Client]
) -> tuple[QuerySet[Client], Sort]:
    """The clients among `rows` selected by the query string, in its sort order."""
    sort = Sort.read(request, COLUMNS, default="created")
    return rows.filter(FILTERS[_chosen(request)][1]).order_by(*sort.order_by), sort


def _choices(rows: QuerySet[Client]) -> Iterator[Choice]:
    wanted = {
        key or "all": Count("pk", filter=condition) for key, (_label, condition) in FILTERS.items()
    }
    counts = rows.aggregate(**wanted)
    return (
        Choice(key, label, counts[key or "all"]) for key, (label, _condition) in FILTERS.items()
    )
