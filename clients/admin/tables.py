from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from clients.admin.base import NoDeleteAdmin, actor_of
from clients.models import BarringClass, Licence, PlatformSettings
from clients.search import refresh
from clients.services.audit import record


@admin.register(PlatformSettings)
class PlatformSettingsAdmin(NoDeleteAdmin):
    list_display = ["operator_name", "window_hours", "maximum_window_days", "voicemail_number"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not PlatformSettings.objects.exists()

    def save_model(self, request: HttpRequest, obj: PlatformSettings, form: Any, change: bool) -> None:
        obj.pk = 1
        obj.save()
        after = {name: form.cleaned_data[name] for name in form.changed_data}
        record("platform.updated", obj, actor=actor_of(request), after=after)


class TableAdmin(NoDeleteAdmin):
    """Small tables of the operator's own."""

    search_fields = ["name"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.save()
        record(f"{obj._meta.model_name}.saved", obj, actor=actor_of(request), after={"name": obj.name})


@admin.register(Licence)
class LicenceAdmin(TableAdmin):
    list_display = ["name"]

    def save_model(self, request: HttpRequest, obj: Licence, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        refresh(obj.subscriber_set.select_related("site", "licence"))


@admin.register(BarringClass)
class BarringClassAdmin(TableAdmin):
    list_display = ["code", "name"]
