"""« À traiter ». In this app because it shows the operator notices about the journal too."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clients.access import AuthenticatedRequest, ExtranetView
from clients.models import AuditEvent, Client
from clients.numbers import national
from clients.scoping import Scope
from clients.views.exports import CHUNK, ExportView, read
from metacentrex.moments import day_moment
from metacentrex.ui.exports import Column
from metacentrex.ui.tables import Choice, chips, page_of
from phones.forms.bulk import TODO, Listed
from phones.mac import format_mac
from phones.models import Phone
from phones.queries import phones_to_look_after, with_all_shown
from phones.remedies import TodoEntry, entry_of
from phones.services.duplicates import BUDGET_SPENT, PER_DAY
from phones.states import too_old
from phones.todo import (
    LOOKS,
    Cause,
    Counts,
    cause_named,
    causes_listed_for,
    causes_seen_by,
    count_by_cause,
    entries_among,
)
from provisioning.models import UnknownCaller
from provisioning.queries import recent_notices, with_refused_firmware

PER_PAGE = 25


@dataclass(frozen=True)
class Notice:
    """A notice for the operator that needs no action."""

    title: str
    text: str


@dataclass(frozen=True)
class Asked:
    """The entries selected by the query string, and the counts by cause."""

    text: str
    reference: str
    chosen: Cause | None
    counts: Counts
    rows: QuerySet[Phone, Any]

    @property
    def total(self) -> int:
        return self.counts.by_cause[self.chosen] if self.chosen else self.counts.total


COLUMNS: list[Column[TodoEntry]] = [
    Column(_("Client"), lambda entry: str(entry.phone.client)),
    Column(_("MAC address"), lambda entry: format_mac(entry.phone.mac)),
    Column(_("Number (SDA)"), lambda entry: national(entry.phone.number)),
    Column(_("Description"), lambda entry: entry.phone.description),
    Column(_("What is wrong"), lambda entry: entry.state.label),
    Column(_("Detail"), lambda entry: entry.state.detail),
]


class TodoView(ExtranetView):
    """One entry per phone and cause, the newest first, each with its remedy."""

    def get(self, request: AuthenticatedRequest) -> HttpResponse:
        asked = asked_for(request, self.scope, self.now)
        page: Page[Any] = page_of(request, asked.rows, size=PER_PAGE, count=asked.total)
        page.object_list = _entries(list(page.object_list), self.scope, self.now)
        context = {
            "section": "todo",
            "page": page,
            "filters": chips(
                request, _choices(asked.counts), asked.chosen.value if asked.chosen else ""
            ),
            "only_client": Client.objects.within(self.scope)
            .filter(reference=asked.reference)
            .first(),
            "ending": asked.chosen is Cause.ENDING,
            "has_tools": any(asked.counts.by_cause.values()) or asked.text or asked.reference,
            "notices": _notices(self.now) if self.scope.is_operator else [],
            "bulk": Listed(
                TODO,
                page.paginator.count,
                self.now,
                q=asked.text,
                f=request.GET.get("f", ""),
                client=asked.reference,
            ),
        }
        return render(request, "extranet/provisioning/todo.html", context)


class TodoExportView(ExportView):
    """All entries of the list as a file."""

    def get(self, request: AuthenticatedRequest) -> HttpResponseBase:
        asked = asked_for(request, self.scope, self.now)
        title = pgettext("file name", "to-do")
        return self.send(
            "todo", self._all(asked), COLUMNS, title=title, of=request.user, count=asked.total
        )

    def _all(self, asked: Asked) -> Iterator[TodoEntry]:
        rows = read(asked.rows)
        while wanted := list(islice(rows, CHUNK)):
            yield from _entries(wanted, self.scope, self.now)


def asked_for(request: AuthenticatedRequest, scope: Scope, now: datetime) -> Asked:
    """Read the query string: a search, a client, one cause among those that this scope sees."""
    # PostgreSQL does not accept NUL, even in a search.
    text, reference = (
        request.GET.get(name, "").replace("\0", "").strip() for name in ("q", "client")
    )
    causes = causes_seen_by(scope)
    listed = causes_listed_for(scope)
    chosen = cause_named(request.GET.get("f", ""), listed)
    found = phones_to_look_after(scope, text, reference)
    rows = entries_among(found, [chosen] if chosen else causes, now)
    return Asked(text, reference, chosen, count_by_cause(found, listed, now), rows)


def _entries(wanted: Sequence[tuple[Any, ...]], scope: Scope, now: datetime) -> list[TodoEntry]:
    """Build the entries, with one query for all their phones."""
    rows: QuerySet[Phone] = Phone.objects.within(scope).filter(pk__in={pk for pk, *_ in wanted})
    phones = {phone.pk: phone for phone in with_refused_firmware(with_all_shown(rows))}
    # Phones deleted since the count are left out.
    return [
        _with_firmware(entry_of(phones[pk], Cause(cause), now))
        for pk, cause, _since in wanted
        if pk in phones
    ]


def _with_firmware(entry: TodoEntry) -> TodoEntry:
    """« 8.4.1, il faut au moins 8.7.5 » instead of only the reason, if the journal still has the
    version.
    """
    model, firmware = entry.phone.said_model, entry.phone.said_firmware  # type: ignore[attr-defined]
    if entry.cause is not Cause.FIRMWARE or not model:
        return entry
    detail = too_old(model, firmware)
    return replace(entry, state=replace(entry.state, detail=detail))


def _choices(counts: Counts) -> Iterator[Choice]:
    yield Choice("", pgettext_lazy("list", "All"), counts.total)
    for cause, count in counts.by_cause.items():
        yield Choice(cause.value, LOOKS[cause][0], count, *LOOKS[cause][1:])


def _notices(now: datetime) -> list[Notice]:
    events = recent_notices(now)
    ids = [event.object_id for event in events if event.kind != BUDGET_SPENT]
    callers = {str(caller.pk): caller for caller in UnknownCaller.objects.filter(pk__in=ids)}
    return [_notice(event, callers.get(event.object_id)) for event in events]


def _notice(event: AuditEvent, caller: UnknownCaller | None) -> Notice:
    when = day_moment(event.at)
    if event.kind == BUDGET_SPENT:
        words = gettext(
            "%(reseller)s tried more than %(most)s MAC addresses registered by others, on %(when)s."
        )
        text = words % {"reseller": event.object_label, "most": PER_DAY, "when": when}
        return Notice(gettext("Guessed MAC addresses"), text)
    count = caller.count if caller else 0
    words = ngettext(
        "%(count)s request for MAC addresses that nobody registered, from "
        "%(address)s, on %(when)s.",
        "%(count)s requests for MAC addresses that nobody registered, from "
        "%(address)s, on %(when)s.",
        count,
    )
    text = words % {"count": count, "address": event.after.get("address", "?"), "when": when}
    return Notice(gettext("Unknown phones"), text)
