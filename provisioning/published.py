"""Reads documents rendered ahead, and stores those rendered for a request."""

import logging
from collections import deque

from phones.catalogue import PhoneModel
from phones.models import Phone
from provisioning.edition import edition
from provisioning.models import PublishedDocument
from provisioning.sealing import unseal
from provisioning.services.publishing import Rendered, publish

logger = logging.getLogger(__name__)

MOST_WAITING = (
    256  # documents kept in memory while the database is down; the oldest are dropped first
)
_waiting: deque[Rendered | int] = deque(maxlen=MOST_WAITING)


def row_of(phone: Phone) -> PublishedDocument | None:
    """The phone's published document, loaded with the phone (provisioning.lookup)."""
    found: PublishedDocument | None = getattr(phone, "published_document", None)
    return found


def fresh_body(phone: Phone, model: PhoneModel, firmware: str) -> bytes | None:
    """The published document for the reported model and firmware; None if stale."""
    row = row_of(phone)
    if row is None or row.rendered != row.wanted or row.edition != edition():
        return None
    if (row.model, row.firmware) != (model.code, firmware[:40]):
        return None
    return unseal(phone.pk, phone.published_digest, bytes(row.body))


def publish_later(phone: Phone, model: PhoneModel, firmware: str, digest: str, body: bytes) -> None:
    """Queue a rendered document for the journal's thread; returns at once and never raises.

    Without a row, there was no `wanted` to read before the data: a row is created, and rendered
    separately.
    """
    row = row_of(phone)
    if row is None:
        _waiting.append(phone.pk)
    else:
        _waiting.append(Rendered(phone.pk, row.wanted, model.code, firmware[:40], digest, body))


def flush() -> None:
    """Write the queue; after an error, documents are dropped, as they will be rendered again."""
    new: set[int] = set()
    made: dict[int, Rendered] = {}
    while _waiting:
        one = _waiting.popleft()
        if isinstance(one, Rendered):
            made[one.phone_id] = one
        else:
            new.add(one)
    try:
        _write(new, made)
    except Exception:
        logger.exception("documents_not_published count=%d", len(new) + len(made))


def _write(new: set[int], made: dict[int, Rendered]) -> None:
    if new:
        there = Phone.unscoped.filter(pk__in=new).order_by("pk")  # unscoped: a phone has no login
        PublishedDocument.objects.bulk_create(
            [PublishedDocument(phone_id=pk) for pk in there.values_list("pk", flat=True)],
            ignore_conflicts=True,
        )
    if made:
        publish(made.values(), ahead=False)
