"""What a phone received last, kept with its secrets masked: to say what would change, never to serve it again.

Rendered a second time and written by the journal's thread, so that the phone that waits for its answer does
not wait for this. A process that is killed loses at most what one quarter of a second served: the row then
does not go with the digest on the phone's own row, and the page says that what it received is not known.
"""

import logging
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from phones.models import Phone
from provisioning.document import PhoneDocument
from provisioning.models import ServedDocument
from provisioning.writing import masked_text

logger = logging.getLogger(__name__)

MOST_WAITING = 256  # whole documents kept in memory while the database does not answer; the oldest go first


@dataclass(frozen=True)
class Answer:
    """A configuration that a phone was just given, and the digest of its bytes."""

    phone_id: int
    document: PhoneDocument
    digest: str
    at: datetime


_waiting: deque[Answer] = deque(maxlen=MOST_WAITING)


def remember_later(answer: Answer) -> None:
    """Queue it for the journal's thread; returns at once and never raises."""
    _waiting.append(answer)


def flush() -> None:
    """Write what is waiting; what cannot be written is only a comparison less, so it is dropped."""
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
    """Keep these documents, masked, each as its phone's last one.

    Only while the phone's row still says that this is what it got: another process may have answered it
    since, or the phone may be gone.
    """
    rows = {answer.phone_id: _row(answer) for answer in answers}
    with transaction.atomic():
        phones = Phone.unscoped.select_for_update(no_key=True)  # unscoped: a phone has no login
        # In the journal's order: two transactions must not wait for each other.
        held = phones.filter(pk__in=rows).order_by("pk").values_list("pk", "served_digest")
        ServedDocument.objects.bulk_create(
            [rows[pk] for pk, digest in held if rows[pk].digest == digest],
            update_conflicts=True,
            unique_fields=["phone"],
            update_fields=["digest", "at", "model", "body"],
        )


def last_served(phone: Phone) -> ServedDocument | None:
    """What it received last, if that is known."""
    found = ServedDocument.objects.filter(phone=phone).first()
    return found if found is not None and found.digest == phone.served_digest else None


def _row(answer: Answer) -> ServedDocument:
    return ServedDocument(
        phone_id=answer.phone_id,
        digest=answer.digest,
        at=answer.at,
        model=answer.document.model.code,
        body=masked_text(answer.document),
    )
