"""Django admin of the operator: what everybody arranged, to look at."""

from django.contrib import admin
from django.http import HttpRequest

from clients.admin.base import ReadOnlyAdmin
from keys.models import Key, PhoneProfile


class KeyInline(admin.TabularInline):
    """The keys of a profile; they are changed in the editor, which knows the rules."""

    model = Key
    fields = [
        "bank",
        "position",
        "function",
        "value",
        "person",
        "label",
        "picks_up",
        "is_locked",
        "lock_reason",
    ]
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: PhoneProfile | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: PhoneProfile | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PhoneProfile | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: PhoneProfile | None = None) -> bool:
        return True


@admin.register(PhoneProfile)
class PhoneProfileAdmin(ReadOnlyAdmin):
    list_display = [
        "model",
        "level",
        "client",
        "site",
        "subscriber",
        "sidecars",
        "revision",
        "changed_at",
        "changed_by",
    ]
    list_filter = ["level", "model"]
    list_select_related = ["client", "site", "subscriber"]
    search_fields = ["client__reference", "client__legal_name", "subscriber__number", "subscriber__name"]
    inlines = [KeyInline]
