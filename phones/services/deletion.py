from functools import partial

from django.db import transaction

from clients.services.audit import Actor, record
from clients.signals import documents_changed
from metacentrex import renewals
from phones.models import Phone
from phones.services.window import locked


@transaction.atomic
def delete_phone(phone: Phone, *, actor: Actor) -> None:
    """Delete a phone: its MAC can be registered again, its credentials end, its audit stays."""
    phone = locked(phone)
    record(
        "phone.deleted",
        phone,
        actor=actor,
        client=phone.client,
        before={"mac": phone.mac, "description": phone.description},
    )
    # A backup that still holds the phone must not bring its credentials back.
    transaction.on_commit(partial(renewals.note, phone.uid, phone.credential_generation + 1))
    if phone.subscriber_id is not None:
        # of the other phones on it
        documents_changed.send(sender=Phone, lines=[phone.subscriber_id])
    phone.delete()  # last: deletes its document too
