"""What a phone's row learns from a successful fetch."""

from datetime import datetime
from typing import Any

from django.db import transaction

from clients.services.audit import PLATFORM, record
from phones.models import Phone
from phones.services.window import forget_refusals
from provisioning.gate import Granted
from provisioning.renderers.snom.identify import Identified

WRITTEN = [
    "detected_model",
    "detected_token",
    "firmware",
    "last_address",
    "served_digest",
    "authenticated_at",
    "credentials_seen_at",
    "authorized_from",
    "authorized_until",
    "expiry_recorded_at",
    "refused_at",
    "refused_since",
    "refused_count",
    "refused_reason",
]

SEARCHED = {"detected_model", "detected_token", "firmware"}


def claim(
    phone: Phone, granted: Granted, identified: Identified, digest: str, address: str, now: datetime
) -> bool:
    """Write down what this fetch changes, before its bytes leave; False if access was withdrawn meanwhile.

    Compare-and-set on what the decision stood on (line, generation of secrets, and the window where the
    MAC alone was enough): an act committed since the row was read wins. Only what changed is written, so
    that nothing written by others since then is undone.
    """
    before = {name: getattr(phone, name) for name in WRITTEN}
    _learn(phone, granted, identified, digest, address, now)
    changed: dict[str, Any] = {
        name: getattr(phone, name) for name in WRITTEN if getattr(phone, name) != before[name]
    }
    if not changed:
        return True
    unchanged = Phone.unscoped.filter(  # unscoped: a phone has no login
        pk=phone.pk, subscriber_id=phone.subscriber_id, credential_generation=phone.credential_generation
    )
    if not granted.with_credentials:
        unchanged = unchanged.filter(authorized_until=before["authorized_until"])
    if changed.keys() & SEARCHED:
        changed["search_text"] = phone.folded_parts()
    if "authorized_until" not in changed:
        return bool(unchanged.update(**changed, served_at=now))
    with transaction.atomic():
        is_mine = bool(unchanged.update(**changed, served_at=now))
        if is_mine:
            record("window.ended", phone, actor=PLATFORM, client=phone.client, at=now)
    return is_mine


def _learn(
    phone: Phone, granted: Granted, identified: Identified, digest: str, address: str, now: datetime
) -> None:
    if identified.token:
        phone.detected_model, phone.detected_token = granted.model.code, identified.token
    phone.firmware = identified.firmware[:40] or phone.firmware
    phone.last_address = address
    phone.served_digest = digest
    phone.authenticated_at = phone.authenticated_at or now
    forget_refusals(phone)
    if not granted.with_credentials:
        return
    phone.credentials_seen_at = phone.credentials_seen_at or now
    if phone.authorized_until is not None and phone.authorized_until > now:
        # The phone has shown that it holds its own credentials: the MAC alone is not enough any more.
        phone.authorized_from = None
        phone.authorized_until = phone.expiry_recorded_at = now
