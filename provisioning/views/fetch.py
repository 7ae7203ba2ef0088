"""GET /sip-ps/{mac}.xml: one lookup, one decision, a whole document or the one refusal.

No session, no form, no template, no message here: the middleware answers before they exist.
"""

import hashlib
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from metacentrex.net import client_address, is_confidential
from phones.credentials import NOBODY, http_credentials
from phones.enums import Refusal
from phones.mac import mac_in_name
from phones.models import Phone
from provisioning import journal, served
from provisioning.assembly import compose
from provisioning.authorization import parse_authorization
from provisioning.gate import Granted, Question, Refused, decide
from provisioning.lookup import Row, load, look_up
from provisioning.models import Fetch, Outcome
from provisioning.renderers.registry import renderer_for
from provisioning.renderers.snom.identify import Identified, identify
from provisioning.services.claim import claim

CHALLENGE = 'Basic realm="MetaCentrex", charset="UTF-8"'


def config(request: HttpRequest, name: str) -> HttpResponse:
    """Answer a phone: 200, 304, or the same 401 whatever the reason."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    mac = mac_in_name(name)
    if mac is None:
        return HttpResponse(status=404)
    now = timezone.now()
    row = look_up(mac)
    identified = identify(request.headers.get("User-Agent", ""), row.model if row else "")
    question = Question(
        mac, parse_authorization(request.headers.get("Authorization")), is_confidential(request), identified
    )
    uid, generation = (row.uid, row.generation) if row else (NOBODY, 0)
    answer = decide(row.facts if row else None, question, http_credentials(mac, uid, generation), now)
    entry = _entry(request, mac, row, identified, now)
    if row is None or isinstance(answer, Refused):
        return _refuse(entry, answer.reason if isinstance(answer, Refused) else Refusal.UNKNOWN_MAC)
    phone = load(row, by_window=not answer.with_credentials)
    if phone is None:
        return _refuse(entry, Refusal.REVOKED_MEANWHILE)
    return _serve(request, phone, identified, answer, entry)


def _serve(
    request: HttpRequest, phone: Phone, identified: Identified, granted: Granted, entry: Fetch
) -> HttpResponse:
    renderer = renderer_for(granted.model.vendor)
    # Whole before the first byte leaves: the ETag is its content, and a phone gets all of it or none.
    document = compose(phone, granted.model, identified.firmware)
    body = b"".join(renderer.render(document))
    digest = hashlib.sha256(body).hexdigest()
    is_new = digest != phone.served_digest
    if request.method == "GET" and not claim(phone, granted, identified, digest, entry.address, entry.at):
        return _refuse(entry, Refusal.REVOKED_MEANWHILE)
    if request.method == "GET" and is_new:
        served.remember_later(served.Answer(phone.pk, document, digest, entry.at))
    etag = f'"{digest[:32]}"'
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    is_known = etag in known or known == ["*"]  # RFC 9110 §13.1.2
    if is_known:
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        response = HttpResponse(body, content_type=renderer.content_type)
        response.headers["Content-Length"] = str(len(body))
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    entry.outcome = Outcome.NOT_MODIFIED if is_known else Outcome.SERVED
    if request.method == "HEAD":
        entry.outcome = Outcome.LOOKED
    entry.model = granted.model.code
    entry.with_credentials = granted.with_credentials
    entry.size = 0 if is_known or request.method == "HEAD" else len(body)
    journal.write_later(entry)
    return response


def _refuse(entry: Fetch, reason: Refusal) -> HttpResponse:
    """The one refusal: why is for the journal alone."""
    entry.outcome, entry.reason = Outcome.REFUSED, reason
    journal.write_later(entry)
    return HttpResponse(
        status=401,
        content_type="text/plain; charset=utf-8",
        headers={"WWW-Authenticate": CHALLENGE, "Cache-Control": "no-store", "Content-Length": "0"},
    )


def _entry(request: HttpRequest, mac: str, row: Row | None, identified: Identified, now: datetime) -> Fetch:
    said = request.headers.get("User-Agent", "")[:200]
    return Fetch(
        phone_id=row.pk if row else None,
        client_id=row.client_id if row else None,
        mac=mac,
        at=now,
        address=client_address(request),
        user_agent="".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in said),
        model=identified.model or "",
        firmware=identified.firmware,
    )
