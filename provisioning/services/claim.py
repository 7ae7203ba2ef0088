"""What a phone's row learns from a successful fetch."""

from datetime import datetime
from typing import Any

from phones.models import Phone
from phones.services.window import forget_refusals
from provisioning.gate import Granted
from provisioning.renderers.snom.identify import Identified

LEARNT = [
    "detected_model",
    "detected_token",
    "firmware",
    "last_address",
    "served_digest",
    "authenticated_at",
    "authorized_until",
    "refused_at",
]
WRITTEN = [
    *LEARNT,
    "authorized_from",
    "expiry_recorded_at",
    "refused_since",
    "refused_count",
    "refused_reason",
    "served_at",
    "search_text",
]


def claim(
    phone: Phone, granted: Granted, identified: Identified, digest: str, address: str, now: datetime
) -> bool:
    """Write down what this fetch changes, before its bytes leave; False if access was withdrawn meanwhile.

    Compare-and-set on what the decision stood on (line and generation of secrets): an un-assignment
    committed since the row was read wins. Nothing is written when nothing changed.
    """
    before = [getattr(phone, name) for name in LEARNT]
    _learn(phone, granted, identified, digest, address, now)
    if [getattr(phone, name) for name in LEARNT] == before:
        return True
    phone.served_at = now
    phone.search_text = phone.folded_parts()
    unchanged = Phone.unscoped.filter(  # unscoped: a phone has no login
        pk=phone.pk, subscriber_id=phone.subscriber_id, credential_generation=phone.credential_generation
    )
    values: dict[str, Any] = {name: getattr(phone, name) for name in WRITTEN}
    return bool(unchanged.update(**values))


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
    if granted.with_credentials and phone.authorized_until is not None and phone.authorized_until > now:
        # The phone has shown that it holds its own credentials: the MAC alone is not enough any more.
        phone.authorized_from = None
        phone.authorized_until = phone.expiry_recorded_at = now
