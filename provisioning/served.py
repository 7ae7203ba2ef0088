"""The last document that each phone received, secrets masked: to show changes, never to serve it
again.

The journal's thread renders it again and writes it, so that the phone does not have to wait. A
killed process loses at most a quarter of a second of documents. Their digest then differs from the
phone's row, and the page says that the received document is not known.
"""

import logging
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from phones.catalogue import PhoneModel
from phones.models import Phone
from provisioning.document import PhoneDocument
from provisioning.models import ServedDocument
from provisioning.writing import masked_text, write

logger = logging.getLogger(__name__)

MOST_WAITING = (
    256  # documents kept in memory while the database is down; the oldest are dropped first
)


@dataclass(frozen=True)
class Answer:
    """A configuration just served, and the hash of its bytes. `document` is None if the bytes were
    rendered earlier: it is composed again, and stored if unchanged.
    """

    phone_id: int
    document: PhoneDocument | None
    digest: str
    at: datetime
    model: PhoneModel
    firmware: str


_waiting: deque[Answer] = deque(maxlen=MOST_WAITING)


def remember_later(answer: Answer) -> None:
    """Queue an answer for the journal's thread; returns at once and never raises."""
    _waiting.append(answer)


def flush() -> None:
    """Write the queue; after an error, documents are dropped: they only serve comparison."""
    latest: dict[int, Answer] = {}
    while _waiting:
        answer = _waiting.popleft()
        latest[answer.phone_id] = answer
    if not latest:
        return
    try:
        remember(list(latest.values()))
    except Exception:
        logger.exception("served_documents_not_kept count=%d", len(latest))


def remember(answers: list[Answer]) -> None:
    """Store these documents, masked, each as its phone's last one.

    Skip documents whose digest is no longer the one on the phone's row. Another process may have
    served the phone since, or the phone may be deleted.
    """
    found = ((answer.phone_id, _row(answer)) for answer in answers)
    rows = {phone_id: row for phone_id, row in found if row is not None}
    with transaction.atomic():
        phones = Phone.unscoped.select_for_update(no_key=True)  # unscoped: a phone has no login
        # In the journal's order, to avoid deadlocks.
        held = phones.filter(pk__in=rows).order_by("pk").values_list("pk", "served_digest")
        ServedDocument.objects.bulk_create(
            [rows[pk] for pk, digest in held if rows[pk].digest == digest],
            update_conflicts=True,
            unique_fields=["phone"],
            update_fields=["digest", "at", "model", "body"],
        )


def last_served(phone: Phone) -> ServedDocument | None:
    """The last document that the phone received, or None if it is not known."""
    found = ServedDocument.objects.filter(phone=phone).first()
    return found if found is not None and found.digest == phone.served_digest else None


def _row(answer: Answer) -> ServedDocument | None:
    document = answer.document or _composed(answer)
    if document is None:
        return None
    return ServedDocument(
        phone_id=answer.phone_id,
        digest=answer.digest,
        at=answer.at,
        model=document.model.code,
        body=masked_text(document),
    )


def _composed(answer: Answer) -> PhoneDocument | None:
    whole = Phone.unscoped.select_related(  # unscoped: a phone has no login
        "client", "subscriber__site", "sip_credential"
    )
    phone = whole.filter(pk=answer.phone_id, subscriber__isnull=False).first()
    written = write(phone, answer.model, answer.firmware) if phone is not None else None
    return written.document if written is not None and written.digest == answer.digest else None
