"""Dismisses phones of terminated clients that still send requests."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clients.enums import ClientStatus
from clients.services.audit import Actor, record
from phones.errors import NotDismissable
from phones.models import Phone
from phones.services.window import locked


@transaction.atomic
def dismiss(phone: Phone, *, actor: Actor, now: datetime | None = None) -> Phone:
    """Remove a terminated client's phone from « À traiter » for good; refusals still go into the
    journal. Idempotent. Raises NotDismissable, PhoneGone.
    """
    now = now or timezone.now()
    phone = locked(phone)
    if phone.client.status != ClientStatus.TERMINATED:
        raise NotDismissable
    if phone.dismissed_at is None:
        phone.dismissed_at = now
        phone.save(update_fields=["dismissed_at"])
        record("phone.dismissed", phone, actor=actor, client=phone.client, at=now)
    return phone
