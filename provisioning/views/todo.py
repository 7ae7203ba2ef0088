"""« À traiter »: here, because it tells the operator of the journal too."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext, pgettext_lazy

from clients.access import AuthenticatedRequest, ExtranetView
from clients.models import AuditEvent, Client
from metacentrex.moments import day_moment
from metacentrex.ui.tables import Filter, page_of, with_params
from phones import catalogue
from phones.forms.bulk import TODO, Listed
from phones.models import Phone
from phones.queries import phones_to_look_after, with_all_shown
from phones.services.duplicates import BUDGET_SPENT, PER_DAY
from phones.todo import (
    LOOKS,
    Cause,
    Counts,
    Entry,
    cause_named,
    causes_seen_by,
    count_by_cause,
    entries_among,
    entry_of,
)
from provisioning.models import UnknownCaller
from provisioning.queries import recent_notices, with_refused_firmware

PER_PAGE = 25


@dataclass(frozen=True)
class Notice:
    """Something the operator is told, and has nothing to do about."""

    title: str
    text: str


class TodoView(ExtranetView):
    """One entry per phone and cause, the newest first, each with what mends it."""

    def get(self, request: AuthenticatedRequest) -> HttpResponse:
        text, reference = (request.GET.get(name, "").strip() for name in ("q", "client"))
        causes = causes_seen_by(self.scope)
        chosen = cause_named(request.GET.get("f", ""), causes)
        found = phones_to_look_after(self.scope, text, reference)
        counts = count_by_cause(found, causes, self.now)
        rows = entries_among(found, [chosen] if chosen else causes, self.now)
        total = counts.by_cause[chosen] if chosen else counts.total
        page = page_of(request, rows, size=PER_PAGE, count=total)
        page.object_list = self._entries(page)
        context = {
            "section": "todo",
            "page": page,
            "filters": list(_chips(request, counts, chosen)),
            "only_client": Client.objects.within(self.scope).filter(reference=reference).first(),
            "notices": _notices(self.now) if self.scope.is_operator else [],
            "bulk": Listed(
                TODO, page.paginator.count, self.now, q=text, f=request.GET.get("f", ""), client=reference
            ),
        }
        return render(request, "extranet/provisioning/todo.html", context)

    def _entries(self, page: Page[Any]) -> list[Entry]:
        """The page's entries in words: one query for their phones, whatever their number."""
        wanted = list(page.object_list)
        rows: QuerySet[Phone] = Phone.objects.within(self.scope).filter(pk__in={pk for pk, *_ in wanted})
        phones = {phone.pk: phone for phone in with_refused_firmware(with_all_shown(rows))}
        # One deleted since the page was counted is left out.
        return [
            _with_firmware(entry_of(phones[pk], Cause(cause), self.now))
            for pk, cause, _since in wanted
            if pk in phones
        ]


def _with_firmware(entry: Entry) -> Entry:
    """« 8.4.1, il faut au moins 8.7.5 » in place of the bare reason, where the journal still says it."""
    model, firmware = entry.phone.said_model, entry.phone.said_firmware  # type: ignore[attr-defined]
    if entry.cause is not Cause.FIRMWARE or not model:
        return entry
    minimum = ".".join(str(part) for part in catalogue.get(model).minimum_firmware)
    words = gettext("firmware %(version)s, at least %(minimum)s is needed")
    detail = words % {"version": firmware, "minimum": minimum}
    return replace(entry, state=replace(entry.state, detail=detail))


def _chips(request: AuthenticatedRequest, counts: Counts, chosen: Cause | None) -> Iterator[Filter]:
    url = with_params(request.GET, f=None, page=None)
    yield Filter(pgettext_lazy("list", "All"), counts.total, url, active=chosen is None)
    for cause, count in counts.by_cause.items():
        if count or cause is chosen:
            label, tone, icon = LOOKS[cause]
            url = with_params(request.GET, f=cause.value, page=None)
            yield Filter(label, count, url, active=cause is chosen, icon=icon, tone=tone)


def _notices(now: datetime) -> list[Notice]:
    events = recent_notices(now)
    ids = [event.object_id for event in events if event.kind != BUDGET_SPENT]
    callers = {str(caller.pk): caller for caller in UnknownCaller.objects.filter(pk__in=ids)}
    return [_notice(event, callers.get(event.object_id)) for event in events]


def _notice(event: AuditEvent, caller: UnknownCaller | None) -> Notice:
    when = day_moment(event.at)
    if event.kind == BUDGET_SPENT:
        words = gettext("%(reseller)s tried more than %(most)s MAC addresses of others, %(when)s.")
        text = words % {"reseller": event.object_label, "most": PER_DAY, "when": when}
        return Notice(gettext("Guesses"), text)
    count = caller.count if caller else 0
    words = ngettext(
        "%(count)s request for MAC addresses that nobody registered, from %(address)s, %(when)s.",
        "%(count)s requests for MAC addresses that nobody registered, from %(address)s, %(when)s.",
        count,
    )
    text = words % {"count": count, "address": event.after.get("address", "?"), "when": when}
    return Notice(gettext("Unknown phones"), text)
