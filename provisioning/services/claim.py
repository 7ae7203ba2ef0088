"""Records a successful fetch on the phone's row."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Value, When
from django.db.models.functions import Coalesce

from clients.models import AuditEvent
from clients.services.audit import PLATFORM, event
from clients.signals import documents_changed
from metacentrex.net import caller_network
from phones.models import Phone
from phones.services.window import forget_refusals
from provisioning import digest
from provisioning.authorization import Digest
from provisioning.gate import Granted, Proof, Question

WRITTEN = [
    "detected_model",
    "detected_token",
    "firmware",
    "last_address",
    "served_address",
    "served_digest",
    "published_digest",
    "comes_back",
    "changed_at",
    "authenticated_at",
    "credentials_seen_at",
    "previous_generation",
    "authorized_from",
    "authorized_until",
    "expiry_recorded_at",
    "window_address",
    "window_agent",
    "doubled_at",
    "doubled_with",
    "digest_used",
    "refused_at",
    "refused_since",
    "refused_count",
    "refused_reason",
]

MODEL = {"detected_model", "detected_token"}
SEARCHED = {"detected_model", "detected_token", "firmware"}


@dataclass(frozen=True)
class Serving:
    """A response about to be sent: the decision, the question, and the content hashes."""

    granted: Granted
    question: Question
    digest: str  # of the phone's document after this response
    published: str  # of the current document: may differ after If-None-Match: *
    address: str
    at: datetime
    is_pulled: bool  # False for 304: nothing is sent, so the window stays open


def claim(phone: Phone, serving: Serving, *, is_last_try: bool = False) -> bool:
    """Record what this fetch changes, before the response is sent; False if access was withdrawn
    meanwhile.

    Compare-and-set on the basis of the decision: line, generation of secrets, proofs already used,
    and without credentials the window and its first fetch. A change committed since the row was
    read wins. Only changed columns are written, so that no other change is undone.

    A document published meanwhile causes another try, but not a refusal: at the last try, the phone
    gets this document.
    """
    before = {name: getattr(phone, name) for name in WRITTEN}
    _learn(phone, serving)
    changed: dict[str, Any] = {
        name: getattr(phone, name) for name in WRITTEN if getattr(phone, name) != before[name]
    }
    if not changed:
        return True
    if is_last_try:
        changed.pop("published_digest", None)
    if "published_digest" not in changed and changed.keys() & {"served_digest", "changed_at"}:
        changed["changed_at"] = _waiting_since(serving)
    unchanged = Phone.unscoped.filter(  # unscoped: a phone has no login
        pk=phone.pk,
        subscriber_id=phone.subscriber_id,
        credential_generation=phone.credential_generation,
        **_stood_on(serving, before, changed),
    )
    if changed.keys() & SEARCHED:
        changed["search_text"] = phone.folded_parts()
    events = _events(phone, serving, changed)
    others = _others_on_line(phone) if changed.keys() & MODEL else []
    if not events and not others:
        return bool(unchanged.update(**changed, served_at=serving.at))
    with transaction.atomic():
        is_mine = bool(unchanged.update(**changed, served_at=serving.at))
        if is_mine:
            AuditEvent.objects.bulk_create(events)
            documents_changed.send(sender=Phone, phones=others)
    return is_mine


def claim_proof(phone: Phone, serving: Serving) -> bool:
    """Record only that this Digest proof was used, for a HEAD request; False if access was
    withdrawn, or the proof used, meanwhile.
    """
    given = serving.question.authorization
    if not (serving.granted.with_credentials and isinstance(given, Digest)):
        return True
    unchanged = Phone.unscoped.filter(  # unscoped: a phone has no login
        pk=phone.pk,
        subscriber_id=phone.subscriber_id,
        credential_generation=phone.credential_generation,
        digest_used=phone.digest_used,
    )
    used = digest.with_used(given, phone.digest_used, serving.at)
    return bool(unchanged.update(digest_used=used))


def _others_on_line(phone: Phone) -> list[int]:
    """The other phones on the line: a newly detected model can change whether they take over keys
    of a replaced phone.
    """
    line = Phone.unscoped.filter(subscriber=phone.subscriber_id)  # unscoped: a phone has no login
    return list(line.exclude(pk=phone.pk).values_list("pk", flat=True))


def _stood_on(serving: Serving, before: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    """The values that must be unchanged, by column."""
    stood: dict[str, Any] = {}
    if "digest_used" in changed:
        stood["digest_used"] = before["digest_used"]  # a proof is accepted only once
    if "published_digest" in changed:
        # If another document was published meanwhile, this one is old: try again, unless both are
        # the same.
        stood["published_digest__in"] = [before["published_digest"], changed["published_digest"]]
    if not serving.granted.with_credentials:
        stood["authorized_until"] = before["authorized_until"]
        # Of two simultaneous first fetches, only one succeeds; the other is decided again, as
        # `first-contact` requires.
        stood["authenticated_at"] = before["authenticated_at"]
    return stood


def _waiting_since(serving: Serving) -> Case:
    """`changed_at` computed in SQL: the published document may be newer than the one read."""
    waits = Coalesce(F("changed_at"), Value(serving.at), output_field=DateTimeField())
    return Case(When(published_digest=serving.digest, then=None), default=waits)


def _learn(phone: Phone, serving: Serving) -> None:
    identified, granted = serving.question.identified, serving.granted
    if identified.token:
        phone.detected_model, phone.detected_token = granted.model.code, identified.token
    phone.firmware = identified.firmware[:40] or phone.firmware
    phone.last_address = phone.served_address = serving.address
    phone.served_digest, phone.published_digest = serving.digest, serving.published
    # all current documents tell the phone when to poll
    phone.comes_back = phone.comes_back or not phone.has_changes
    phone.changed_at = (phone.changed_at or serving.at) if phone.has_changes else None
    is_window_open = phone.authorized_until is not None and phone.authorized_until > serving.at
    if serving.is_pulled and is_window_open:
        _note_caller(phone, serving)
    if serving.is_pulled or granted.with_credentials:
        phone.authenticated_at = phone.authenticated_at or serving.at
    forget_refusals(phone)
    if granted.with_credentials:
        _learn_credentials(phone, serving, is_window_open=is_window_open)


def _learn_credentials(phone: Phone, serving: Serving, *, is_window_open: bool) -> None:
    phone.credentials_seen_at = phone.credentials_seen_at or serving.at
    if serving.granted.proof is Proof.CURRENT:
        phone.previous_generation = None
    given = serving.question.authorization
    if isinstance(given, Digest):
        phone.digest_used = digest.with_used(given, phone.digest_used, serving.at)
    if is_window_open:
        # The phone has proved that it has its own credentials: the MAC alone is no longer enough.
        phone.authorized_from = None
        phone.authorized_until = phone.expiry_recorded_at = serving.at


def _note_caller(phone: Phone, serving: Serving) -> None:
    """Record the first caller served in this window, and the first other caller."""
    identified = serving.question.identified
    agent = identified.token or identified.model or ""
    if not phone.window_address:
        phone.window_address, phone.window_agent = serving.address, agent
    elif phone.doubled_at is None:
        is_elsewhere = caller_network(phone.window_address) != serving.question.network
        if is_elsewhere or phone.window_agent != agent:
            phone.doubled_at = serving.at
            phone.doubled_with = serving.address if is_elsewhere else f"{serving.address} {agent}"


def _events(phone: Phone, serving: Serving, changed: dict[str, Any]) -> list[AuditEvent]:
    """The audit events of the fetch; its journal line is written separately."""
    write = partial(event, target=phone, actor=PLATFORM, client=phone.client, at=serving.at)
    events = []
    if changed.get("doubled_at"):
        before, after = {"address": phone.window_address}, {"address": phone.doubled_with}
        events.append(write("window.doubled", before=before, after=after))
    if "authorized_until" in changed:
        events.append(write("window.ended"))
    return events
