"""The journal and audit of a phone, derived from its row: one line for each of its timestamps."""

from collections.abc import Iterator
from datetime import datetime

from clients.models import AuditEvent
from clients.services.audit import PLATFORM, Actor, event
from phones.enums import Refusal
from phones.models import Phone
from provisioning.demo_scale.lives import KINDS, TOO_OLD, UNSUPPORTED, agent
from provisioning.models import Fetch, FetchOutcome

SIZE = 14_800  # bytes of a usual document
MOST_REFUSALS = 12


def fetches_of(phone: Phone) -> Iterator[Fetch]:
    """The journal of the phone: its requests and their results."""
    if phone.authenticated_at is not None:
        yield _served(phone, phone.authenticated_at, phone.window_address)
    if phone.doubled_at is not None:
        yield _served(phone, phone.doubled_at, phone.doubled_with)
    if phone.credentials_seen_at is not None:
        yield _served(phone, phone.credentials_seen_at, phone.window_address, with_credentials=True)
        if phone.served_at is not None and phone.served_at > phone.credentials_seen_at:
            yield _unchanged(phone, phone.served_at)
    own = (phone.refused_since, phone.refused_at, phone.refused_count, phone.last_address)
    yield from _refusals(phone, *own, phone.refused_reason)
    knocks = (phone.knocked_since, phone.knocked_at, phone.knocked_count, phone.knocked_address)
    yield from _refusals(phone, *knocks, phone.knocked_reason)


def events_of(phone: Phone, registered: datetime, actor: Actor) -> Iterator[AuditEvent]:
    """The audit of the phone: its registration, and the end of its window."""
    until = phone.authorized_until
    opened = {"authorized_until": until.isoformat()} if until else {}
    facts = {"mac": phone.mac, "description": phone.description, "line": phone.number, **opened}
    yield event(
        "phone.registered", phone, actor=actor, client=phone.client, after=facts, at=registered
    )
    if phone.expiry_recorded_at is not None:
        kind = "window.expired" if phone.authenticated_at is None else "window.ended"
        yield event(kind, phone, actor=PLATFORM, client=phone.client, at=phone.expiry_recorded_at)


def _fetch(phone: Phone, at: datetime, address: str, outcome: FetchOutcome) -> Fetch:
    return Fetch(
        phone=phone,
        client_id=phone.client_id,
        mac=phone.mac,
        at=at,
        address=address,
        outcome=outcome,
        user_agent=agent(phone.detected_token, phone.firmware, phone.mac),
        model=phone.detected_model,
        firmware=phone.firmware,
    )


def _served(phone: Phone, at: datetime, address: str, *, with_credentials: bool = False) -> Fetch:
    fetch = _fetch(phone, at, address, FetchOutcome.SERVED)
    fetch.with_credentials, fetch.size = with_credentials, SIZE
    return fetch


def _unchanged(phone: Phone, at: datetime) -> Fetch:
    fetch = _fetch(phone, at, phone.last_address, FetchOutcome.NOT_MODIFIED)
    fetch.with_credentials = True
    return fetch


def _refusals(
    phone: Phone,
    since: datetime | None,
    last: datetime | None,
    count: int,
    address: str,
    reason: str,
) -> Iterator[Fetch]:
    if since is None or last is None:
        return
    shown = min(count, MOST_REFUSALS)
    step = (last - since) / max(1, shown - 1)
    yield from (_refusal(phone, last - step * rank, address, reason) for rank in range(shown))


def _refusal(phone: Phone, at: datetime, address: str, reason: str) -> Fetch:
    fetch = _fetch(phone, at, address, FetchOutcome.REFUSED)
    fetch.reason = reason
    if not phone.detected_token:
        strangers = {Refusal.FIRMWARE_TOO_OLD: TOO_OLD, Refusal.UNSUPPORTED_MODEL: UNSUPPORTED}
        said = strangers.get(Refusal(reason), KINDS[0])
        fetch.user_agent = agent(said.token, said.firmware, phone.mac)
        fetch.model, fetch.firmware = said.model, said.firmware
    return fetch
