"""Django admin of the operator: what phones asked and were answered."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clients.admin.base import ReadOnlyAdmin
from provisioning.masking import shown
from provisioning.models import Fetch, ServedDocument, UnknownCaller


@admin.register(Fetch)
class FetchAdmin(ReadOnlyAdmin):
    list_display = [
        "at",
        "mac",
        "outcome",
        "reason",
        "address",
        "model",
        "firmware",
        "client",
        "with_credentials",
    ]
    list_filter = ["outcome", "reason"]
    list_select_related = ["client"]
    search_fields = ["mac", "address", "user_agent"]
    date_hierarchy = "at"


@admin.register(ServedDocument)
class ServedDocumentAdmin(ReadOnlyAdmin):
    list_display = ["phone", "at", "model", "digest"]
    list_select_related = ["phone"]
    search_fields = ["phone__mac"]
    fields = ["phone", "at", "model", "digest", "document"]

    @admin.display(description=_("document"))
    def document(self, row: ServedDocument) -> str:
        return shown(row.body)


@admin.register(UnknownCaller)
class UnknownCallerAdmin(ReadOnlyAdmin):
    list_display = ["hour", "address", "count"]
    search_fields = ["address"]
