from django.contrib import admin

from clients.admin.base import ReadOnlyAdmin
from clients.models import Job, JobRow


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = [
        "created_at",
        "summary",
        "actor_label",
        "client",
        "state",
        "total",
        "bad_count",
        "ended_at",
    ]
    list_filter = ["state", "kind"]
    list_select_related = ["client"]
    search_fields = [
        "summary",
        "actor_label",
        "correlator",
        "client__reference",
        "client__legal_name",
    ]


@admin.register(JobRow)
class JobRowAdmin(ReadOnlyAdmin):
    list_display = ["job", "position", "state", "message"]
    list_filter = ["state"]
    list_select_related = ["job"]
    search_fields = ["job__summary", "message"]
