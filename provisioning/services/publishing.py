"""Renders documents ahead: each change marks them stale, and they are rendered again after its
commit (docs/adr/010).

A row is fresh if `rendered` equals `wanted`. A change increments `wanted` in its own transaction.
Rendering reads `wanted` first, then the data, and writes only if `wanted` is unchanged. A change
committed in between leaves the row stale, so it is rendered again.
"""

import logging
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby

from celery import current_app
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from phones import catalogue
from phones.models import Phone
from provisioning.assembly.shared import Shared
from provisioning.edition import edition
from provisioning.models import PublishedDocument
from provisioning.sealing import seal
from provisioning.turns import take_turn
from provisioning.writing import write

logger = logging.getLogger(__name__)

TASK = "provisioning.render_stale"
AT_ONCE = 5  # phones rendered in the request of the change; for more, the worker is woken
BATCH = 50
SLICE = 4.0  # seconds; a batch may overrun it a little, and the limit is 5
NEEDED = Q(phone__served_digest__gt="", phone__subscriber__isnull=False)


@dataclass(frozen=True)
class Rendered:
    """A document to publish; `digest` and body are empty if it could not be rendered."""

    phone_id: int
    wanted: int
    model: str
    firmware: str
    digest: str = ""
    body: bytes = b""


def mark_stale(
    *,
    everything: bool = False,
    client: int | None = None,
    lines: Collection[int] = (),
    phones: Collection[int] = (),
) -> int:
    """Mark these documents stale, inside the transaction of the change.

    To avoid deadlocks, the caller must lock rows of lines, then of phones, before this call, and
    none afterwards that others may lock (docs/adr/010).
    """
    if everything:
        concerned = Q()
    elif client is not None:
        concerned = Q(phone__client_id=client)
    else:
        concerned = Q(phone__subscriber_id__in=lines) if lines else Q(phone_id__in=phones)
    if not (everything or client is not None or lines or phones):
        return 0
    rows = PublishedDocument.objects.filter(concerned).order_by("pk")
    take_turn(None if everything else _clients_of(rows) if client is None else [client])
    marked = list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", "phone_id"))
    for at in range(0, len(marked), 500):
        part = [pk for pk, _phone in marked[at : at + 500]]
        PublishedDocument.objects.filter(pk__in=part).update(wanted=F("wanted") + 1)
    if marked:
        _render_after_commit([phone for _pk, phone in marked])
    return len(marked)


def _clients_of(rows: QuerySet[PublishedDocument]) -> QuerySet[PublishedDocument, int]:
    return rows.order_by().values_list("phone__client_id", flat=True)


def _render_after_commit(phones: list[int]) -> None:
    # A function, not a partial, because Django logs the name of a failed callback.
    def begin() -> None:
        _begin(phones)

    transaction.on_commit(begin, robust=True)


def _begin(phones: list[int]) -> None:
    if len(phones) <= AT_ONCE:
        render(phones)
    else:
        current_app.send_task(TASK)  # if the broker is down, the next sweep renders them


def stale() -> QuerySet[PublishedDocument]:
    """The documents to render again: those of phones on a line that were served before."""
    now = edition()
    # Not "!=", which uses no index.
    other = Q(edition__lt=now) | Q(edition__gt=now)
    return PublishedDocument.objects.filter(NEEDED, Q(rendered__lt=F("wanted")) | other)


def render_stale() -> bool:
    """Render stale documents for a few seconds; returns whether some are left. Two concurrent runs
    duplicate work, but are harmless.
    """
    until, after = time.monotonic() + SLICE, (0, 0)
    while found := _next(after):
        if time.monotonic() >= until:
            return True
        after = found[-1]
        render([phone for _client, phone in found])
    return False


def _next(after: tuple[int, int]) -> list[tuple[int, int]]:
    """The next batch, ordered by client, so that data shared by its phones is read once."""
    client, phone = after
    rows = stale().filter(
        Q(phone__client_id__gt=client) | Q(phone__client_id=client, phone_id__gt=phone)
    )
    return list(
        rows.order_by("phone__client_id", "phone_id").values_list("phone__client_id", "phone_id")[
            :BATCH
        ]
    )


def render(phones: Iterable[int]) -> int:
    """Render and publish the current documents of these phones; returns how many were stored."""
    rows = PublishedDocument.objects.filter(NEEDED, phone_id__in=list(phones))
    # before the data, in a separate statement
    wanted = dict(rows.values_list("phone_id", "wanted"))
    whole = Phone.unscoped.select_related(  # unscoped: the platform's own task
        "client", "subscriber__site", "sip_credential"
    )
    found = whole.filter(pk__in=wanted, subscriber__isnull=False).order_by("client_id", "pk")
    made = []
    for client_id, group in groupby(found, key=lambda phone: phone.client_id):
        shared = Shared(client_id)
        made += [_rendered(phone, wanted[phone.pk], shared) for phone in group]
    return publish(made, ahead=True)


def _rendered(phone: Phone, wanted: int, shared: Shared) -> Rendered:
    """Render one document. If that fails, the result is empty, so that it is not retried before a
    change.
    """
    nothing = Rendered(phone.pk, wanted, phone.effective_model, phone.firmware)
    if not nothing.model:
        return nothing
    try:
        written = write(phone, catalogue.get(nothing.model), nothing.firmware, shared)
    except Exception:
        logger.exception("document_not_rendered phone=%s", phone.pk)
        return nothing
    return Rendered(phone.pk, wanted, nothing.model, nothing.firmware, written.digest, written.body)


def publish(made: Iterable[Rendered], *, ahead: bool) -> int:
    """Store these documents, unless they were marked stale since rendering began.

    `ahead`: not rendered for a request, so the digest on the phone's row is updated too; a request
    has already done so. Phones are locked first, in the journal's order. Rows that another
    transaction is marking are skipped.
    """
    by_phone = {one.phone_id: one for one in made}
    with transaction.atomic():
        rows = Phone.unscoped.select_for_update(no_key=True)  # unscoped: the platform's own task
        held = {
            phone.pk: phone for phone in rows.filter(pk__in=by_phone).only(*_READ).order_by("pk")
        }
        free = PublishedDocument.objects.select_for_update(skip_locked=True, no_key=True).order_by(
            "pk"
        )
        same = [
            row
            for row in free.filter(phone_id__in=held).defer("body")
            if row.wanted == by_phone[row.phone_id].wanted
        ]
        for row in same:
            _keep(row, by_phone[row.phone_id])
            if ahead:
                _tell(held[row.phone_id], by_phone[row.phone_id].digest)
    return len(same)


_READ = ["pk", "served_digest", "published_digest", "changed_at"]


def _keep(row: PublishedDocument, made: Rendered) -> None:
    PublishedDocument.objects.filter(pk=row.pk).update(
        body=seal(made.phone_id, made.digest, made.body) if made.digest else b"",
        model=made.model,
        firmware=made.firmware,
        edition=edition(),
        rendered=made.wanted,
    )


def _tell(phone: Phone, digest: str) -> None:
    if not digest or digest == phone.published_digest:
        return
    changed_at = None if digest == phone.served_digest else phone.changed_at or timezone.now()
    rows = Phone.unscoped.filter(pk=phone.pk)  # unscoped: the platform's own task
    rows.update(published_digest=digest, changed_at=changed_at)
