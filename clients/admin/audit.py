from django.contrib import admin

from clients.admin.base import ReadOnlyAdmin
from clients.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "object_label", "actor_label", "client", "correlator"]
    list_filter = ["at", "kind"]
    list_select_related = ["client", "actor"]
    search_fields = ["object_label", "actor_label", "kind", "correlator", "client__reference"]
