"""GET /sip-ps/{mac}.xml: one lookup, one decision, a whole document or the one refusal.

No session, no form, no template, no message here: the middleware answers before they exist.
"""

import hashlib
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clients.enums import ClientStatus, SubscriberStatus
from metacentrex.net import client_address, is_confidential
from phones.credentials import NOBODY, http_credentials
from phones.enums import Refusal
from phones.mac import mac_in_name
from phones.models import Phone, SipCredential
from provisioning import journal
from provisioning.assembly import compose
from provisioning.authorization import parse_authorization
from provisioning.gate import Facts, Granted, Question, Refused, decide
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
    phone = _phone(mac)
    identified = identify(request.headers.get("User-Agent", ""), phone.model if phone else "")
    question = Question(
        mac, parse_authorization(request.headers.get("Authorization")), is_confidential(request), identified
    )
    uid, generation = (phone.uid, phone.credential_generation) if phone else (NOBODY, 0)
    answer = decide(_facts(phone), question, http_credentials(mac, uid, generation), now)
    if phone is None or isinstance(answer, Refused):
        reason = answer.reason if isinstance(answer, Refused) else Refusal.UNKNOWN_MAC
        return _refuse(request, mac, phone, identified, reason, now)
    return _serve(request, phone, identified, answer, now)


def _phone(mac: str) -> Phone | None:
    rows = Phone.unscoped.select_related(
        "client", "subscriber__site", "sip_credential"
    )  # unscoped: a phone has no login
    # Secrets are decrypted for those who get them: a refusal must not take longer where there is one.
    return rows.defer("sip_credential__password", "subscriber__platform_password").filter(mac=mac).first()


def _facts(phone: Phone | None) -> Facts | None:
    if phone is None:
        return None
    line = phone.subscriber
    return Facts(
        is_assigned=line is not None,
        is_client_active=phone.client.status == ClientStatus.ACTIVE,
        is_line_active=line is not None and line.status == SubscriberStatus.ACTIVE,
        authorized_from=phone.authorized_from,
        authorized_until=phone.authorized_until,
    )


def _serve(
    request: HttpRequest, phone: Phone, identified: Identified, granted: Granted, now: datetime
) -> HttpResponse:
    renderer = renderer_for(granted.model.vendor)
    # Whole before the first byte leaves: the ETag is its content, and a phone gets all of it or none.
    try:
        body = b"".join(renderer.render(compose(phone, granted.model, identified.firmware)))
    except SipCredential.DoesNotExist:
        # Read after the decision: gone, because the phone was taken off its line in between.
        return _refuse(request, phone.mac, phone, identified, Refusal.REVOKED_MEANWHILE, now)
    digest = hashlib.sha256(body).hexdigest()
    if request.method == "GET" and not claim(
        phone, granted, identified, digest, client_address(request), now
    ):
        return _refuse(request, phone.mac, phone, identified, Refusal.REVOKED_MEANWHILE, now)
    etag = f'"{digest[:32]}"'
    is_known = etag in [
        tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")
    ]
    if is_known:
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        response = HttpResponse(body, content_type=renderer.content_type)
        response.headers["Content-Length"] = str(len(body))
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    entry = _entry(request, phone.mac, phone, identified, now)
    entry.outcome = Outcome.NOT_MODIFIED if is_known else Outcome.SERVED
    entry.model = granted.model.code
    entry.with_credentials = granted.with_credentials
    entry.size = 0 if is_known or request.method == "HEAD" else len(body)
    journal.write_later(entry)
    return response


def _refuse(
    request: HttpRequest,
    mac: str,
    phone: Phone | None,
    identified: Identified,
    reason: Refusal,
    now: datetime,
) -> HttpResponse:
    entry = _entry(request, mac, phone, identified, now)
    entry.outcome, entry.reason = Outcome.REFUSED, reason
    journal.write_later(entry)
    return HttpResponse(
        status=401,
        content_type="text/plain; charset=utf-8",
        headers={"WWW-Authenticate": CHALLENGE, "Cache-Control": "no-store", "Content-Length": "0"},
    )


def _entry(
    request: HttpRequest, mac: str, phone: Phone | None, identified: Identified, now: datetime
) -> Fetch:
    said = request.headers.get("User-Agent", "")[:200]
    return Fetch(
        phone_id=phone.pk if phone else None,
        client_id=phone.client_id if phone else None,
        mac=mac,
        at=now,
        address=client_address(request),
        user_agent="".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in said),
        model=identified.model or "",
        firmware=identified.firmware,
    )
