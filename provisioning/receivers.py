"""Marks published documents stale when their data changes."""

from collections.abc import Collection
from typing import Any

from django.db.models import Model
from django.dispatch import receiver

from clients.signals import documents_changed
from keys.enums import Level
from keys.owners import Owner
from keys.signals import layout_changed
from provisioning.assembly.feeds import feeds
from provisioning.services.publishing import mark_stale

WHOSE = ("everything", "client", "lines", "phones")


@receiver(documents_changed)
def mark_documents(
    sender: type[Model], fields: Collection[str] | None = None, **kwargs: Any
) -> None:
    """Mark documents stale, unless the changed columns affect no document."""
    if feeds(sender, fields):
        mark_stale(**{name: kwargs[name] for name in WHOSE if name in kwargs})


@receiver(layout_changed)
def mark_documents_of_keys(owner: Owner, **kwargs: Any) -> None:
    """Mark stale the documents of the phones at the layer's level and below."""
    if owner.level is Level.OPERATOR or owner.client is None:
        mark_stale(everything=True)
    elif owner.line is not None:
        mark_stale(lines=[owner.line.pk])
    else:
        mark_stale(client=owner.client.pk)
