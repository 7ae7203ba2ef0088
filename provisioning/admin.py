"""Django admin of the operator: requests of phones, and the documents served."""

from django.contrib import admin

from clients.admin.base import ReadOnlyAdmin
from phones.admin import MacSearchAdmin
from provisioning.models import Fetch, ServedDocument, UnknownCaller


@admin.register(Fetch)
class FetchAdmin(MacSearchAdmin):
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
    list_filter = ["at", "outcome", "reason"]
    list_select_related = ["client"]
    search_fields = ["mac", "address", "user_agent"]
    # in the order they were written: the journal has no index by time alone
    ordering = ["-pk"]


@admin.register(UnknownCaller)
class UnknownCallerAdmin(ReadOnlyAdmin):
    list_display = ["hour", "address", "count"]
    search_fields = ["address"]


@admin.register(ServedDocument)
class ServedDocumentAdmin(MacSearchAdmin):
    list_display = ["phone", "model", "at", "digest"]
    list_select_related = ["phone"]
    search_fields = ["phone__mac"]
    fields = ["phone", "model", "at", "digest"]
