from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clients.admin.base import NoDeleteAdmin, ReadOnlyAdmin, actor_of
from clients.models import BarringClass, Heartbeat, Installation, Licence, PlatformSettings
from clients.services import platform


@admin.register(PlatformSettings)
class PlatformSettingsAdmin(NoDeleteAdmin):
    list_display = ["operator_name", "window_hours", "maximum_window_days", "voicemail_number"]
    # A time of every night: unlike Django's own widget, no "now" link and no note on time zones.
    formfield_overrides = {
        models.TimeField: {"widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}
    }
    fieldsets = [
        (None, {"fields": ["operator_name", "one_time_password_hours"]}),
        (
            _("Windows"),
            {
                "fields": [
                    "window_hours",
                    "maximum_window_days",
                    "window_policy",
                    "release_after_days",
                ]
            },
        ),
        (_("Keys and voicemail"), {"fields": ["voicemail_number", "pickup_code", "url_hosts"]}),
        (
            _("When phones fetch again by themselves"),
            {"fields": ["polling_from", "polling_until", "ntp_server"]},
        ),
        (
            _("SIP platform"),
            {
                "fields": [
                    "sip_server_type",
                    "registration_expiry",
                    "says_user_phone",
                    "matches_user_name",
                    "authenticates_notify",
                ]
            },
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not PlatformSettings.objects.exists()

    def save_model(
        self, request: HttpRequest, obj: PlatformSettings, form: Any, change: bool
    ) -> None:
        platform.save_settings(obj, actor=actor_of(request))


@admin.register(Licence)
class LicenceAdmin(NoDeleteAdmin):
    list_display = ["name"]
    search_fields = ["name"]

    def save_model(self, request: HttpRequest, obj: Licence, form: Any, change: bool) -> None:
        platform.save_licence(obj, actor=actor_of(request))


@admin.register(BarringClass)
class BarringClassAdmin(NoDeleteAdmin):
    list_display = ["code", "name"]
    search_fields = ["name"]

    def save_model(self, request: HttpRequest, obj: BarringClass, form: Any, change: bool) -> None:
        platform.save_barring_class(obj, actor=actor_of(request))


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["name", "at"]


@admin.register(Installation)
class InstallationAdmin(ReadOnlyAdmin):
    list_display = ["mark", "created_at"]
