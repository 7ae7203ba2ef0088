from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clients.admin.base import ReadOnlyAdmin
from clients.audit_words import kind_words, kinds_named
from clients.models import AuditEvent

if TYPE_CHECKING:
    from django.contrib.admin.filters import _ListFilterChoices


class KindFilter(admin.AllValuesFieldListFilter):
    """The recorded kinds of events, by name."""

    def choices(self, changelist: ChangeList) -> "Iterator[_ListFilterChoices]":
        everything, *kinds = super().choices(changelist)
        yield everything
        for choice in kinds:
            code, _space, count = str(choice["display"]).partition(" ")
            yield {**choice, "display": f"{kind_words(code)} {count}".strip()}


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "shown_kind", "object_label", "actor_label", "client", "correlator"]
    list_filter = ["at", ("kind", KindFilter)]
    list_select_related = ["client", "actor"]
    search_fields = ["object_label", "actor_label", "kind", "correlator", "client__reference"]
    fields = [
        "at",
        "shown_kind",
        "actor",
        "actor_label",
        "client",
        "object_type",
        "object_id",
        "object_label",
        "before",
        "after",
        "correlator",
    ]
    readonly_fields = ["shown_kind"]

    @admin.display(description=_("kind"), ordering="kind")
    def shown_kind(self, obj: AuditEvent) -> str:
        return kind_words(obj.kind)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if kinds := kinds_named(search_term):
            found |= queryset.filter(kind__in=kinds)
        return found, duplicates
