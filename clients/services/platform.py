"""The operator's own settings and small tables."""

from datetime import time
from typing import Any

from django.db import transaction

from clients.changes import changed_fields
from clients.models import BarringClass, Licence, PlatformSettings
from clients.search import refresh
from clients.services.audit import Actor, record_saved
from clients.signals import documents_changed

SETTINGS = [
    "operator_name",
    "one_time_password_hours",
    "window_hours",
    "maximum_window_days",
    "window_policy",
    "release_after_days",
    "voicemail_number",
    "pickup_code",
    "url_hosts",
    "ntp_server",
    "polling_from",
    "polling_until",
    "authenticates_notify",
    "registration_expiry",
    "sip_server_type",
    "says_user_phone",
    "matches_user_name",
]


@transaction.atomic
def save_settings(settings: PlatformSettings, *, actor: Actor) -> PlatformSettings:
    """Save the one row of settings."""
    stored = PlatformSettings.objects.filter(pk=1).first()
    settings.pk = 1
    settings.save()
    fields = changed_fields(stored or PlatformSettings(pk=1), settings)
    documents_changed.send(sender=PlatformSettings, fields=fields, everything=True)
    before = _values(stored, SETTINGS) if stored else None
    record_saved(
        "platform", settings, actor=actor, before=before, after=_values(settings, SETTINGS)
    )
    return settings


@transaction.atomic
def save_licence(licence: Licence, *, actor: Actor) -> Licence:
    """Create or rename a licence, and update the search text of its lines."""
    stored = Licence.objects.filter(pk=licence.pk).first()
    licence.save()
    refresh(licence.subscriber_set.select_related("site", "licence"))
    before = _values(stored, ["name"]) if stored else None
    record_saved("licence", licence, actor=actor, before=before, after=_values(licence, ["name"]))
    return licence


@transaction.atomic
def save_barring_class(barring: BarringClass, *, actor: Actor) -> BarringClass:
    """Create or change an international restriction."""
    stored = BarringClass.objects.filter(pk=barring.pk).first()
    barring.save()
    before = _values(stored, ["code", "name"]) if stored else None
    record_saved(
        "barring", barring, actor=actor, before=before, after=_values(barring, ["code", "name"])
    )
    return barring


def _values(row: Any, names: list[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    """The value as stored in the audit, which is JSON."""
    return value.isoformat("minutes") if isinstance(value, time) else value
