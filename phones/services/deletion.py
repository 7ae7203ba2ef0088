from django.db import transaction

from clients.services.audit import Actor, record
from phones.models import Phone
from phones.services.window import locked


@transaction.atomic
def delete_phone(phone: Phone, *, actor: Actor) -> None:
    """Delete a phone: its MAC is free again, its credentials are worth nothing, audit stays."""
    phone = locked(phone)
    record(
        "phone.deleted",
        phone,
        actor=actor,
        client=phone.client,
        before={"mac": phone.mac, "description": phone.description},
    )
    phone.delete()
