"""GET /sip-ps/{mac}.xml: one lookup, one decision, a whole document or the same refusal.

There are no sessions, forms, templates or messages here: PhonePathMiddleware answers before them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from metacentrex.net import caller_network, client_address, is_confidential
from phones.catalogue import PhoneModel
from phones.enums import Refusal
from phones.mac import mac_in_name
from phones.models import Phone
from provisioning import journal, published
from provisioning.answers import Answer, keep_later
from provisioning.authorization import Authorization, parse_authorization
from provisioning.digest import challenges
from provisioning.gate import Granted, Question, Refused, decide
from provisioning.lookup import Row, expected_of_nobody, load, look_up
from provisioning.models import Fetch, FetchOutcome
from provisioning.renderers.registry import renderer_for
from provisioning.renderers.snom.identify import identify
from provisioning.services.claim import Serving, claim, claim_proof
from provisioning.writing import write

# if the basis of the decision changed, look up again; two simultaneous requests need two tries
TRIES = 3


class Refusing(HttpResponse):
    """The refusal, the same for all reasons: several challenges, each in a separate header."""

    def __init__(self, now: datetime, given: Authorization) -> None:
        super().__init__(
            status=401,
            content_type="text/plain; charset=utf-8",
            headers={"Cache-Control": "no-store", "Content-Length": "0"},
        )
        self.challenges = challenges(now, given)

    def items(self) -> Iterable[tuple[str, Any]]:
        """The headers to send; Django's own headers can have each name only once."""
        return [
            *super().items(),
            *(("WWW-Authenticate", challenge) for challenge in self.challenges),
        ]


def config(request: HttpRequest, name: str) -> HttpResponse:
    """Answer a phone: 200, 304, or the same 401 whatever the reason."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    mac = mac_in_name(name)
    if mac is None:
        return HttpResponse(status=404)
    now, given = timezone.now(), parse_authorization(request.headers.get("Authorization"))
    entry = Fetch(mac=mac, at=now, address=client_address(request), user_agent=_said(request))
    for attempt in range(1, TRIES + 1):
        row = look_up(mac)
        question = _question(request, mac, row, given)
        _note(entry, row, question)
        expected = row.expected if row else expected_of_nobody(mac)
        answer = decide(row.facts if row else None, question, expected, now)
        if row is None or isinstance(answer, Refused):
            reason = answer.reason if isinstance(answer, Refused) else Refusal.UNKNOWN_MAC
            return _refuse(entry, reason, given)
        phone = load(row, by_window=not answer.with_credentials)
        is_last_try = attempt == TRIES
        response = _serve(request, phone, question, answer, entry, is_last_try) if phone else None
        if response is not None:
            return response
    return _refuse(entry, Refusal.REVOKED_MEANWHILE, given)


def _question(request: HttpRequest, mac: str, row: Row | None, given: Authorization) -> Question:
    return Question(
        mac=mac,
        authorization=given,
        is_confidential=is_confidential(request),
        identified=identify(request.headers.get("User-Agent", ""), row.model if row else ""),
        method=request.method or "",
        path=request.path,
        network=caller_network(client_address(request)),
    )


def _serve(
    request: HttpRequest,
    phone: Phone,
    question: Question,
    granted: Granted,
    entry: Fetch,
    is_last_try: bool,
) -> HttpResponse | None:
    """The response with the document; None if access was withdrawn or another document published
    meanwhile.
    """
    # Complete before the first byte is sent.
    answer = _answer(phone, granted.model, question.identified.firmware)
    etag = f'"{answer.digest[:32]}"'
    tags = _known_tags(request)
    is_known = etag in tags or tags == ["*"]  # RFC 9110 §13.1.2
    # A phone that sends "*" has not shown that it has this content.
    digest = phone.served_digest if is_known and etag not in tags else answer.digest
    serving = Serving(
        granted, question, digest, answer.digest, entry.address, entry.at, is_pulled=not is_known
    )
    is_new = digest != phone.served_digest
    is_claimed = (
        claim(phone, serving, is_last_try=is_last_try)
        if request.method == "GET"
        else claim_proof(phone, serving)
    )
    if not is_claimed:
        return None
    if request.method == "GET":
        keep_later(phone, answer, is_new=is_new, at=entry.at)
    if is_known:
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        response = HttpResponse(answer.body, content_type=answer.content_type)
        response.headers["Content-Length"] = str(len(answer.body))
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    entry.outcome = FetchOutcome.NOT_MODIFIED if is_known else FetchOutcome.SERVED
    if request.method == "HEAD":
        entry.outcome = FetchOutcome.LOOKED
    entry.model = granted.model.code
    entry.with_credentials = granted.with_credentials
    entry.size = 0 if is_known or request.method == "HEAD" else len(answer.body)
    journal.write_later(entry)
    return response


def _answer(phone: Phone, model: PhoneModel, firmware: str) -> Answer:
    """The published document if fresh, else one composed and rendered now."""
    body = published.fresh_body(phone, model, firmware)
    if body is not None:
        content_type = renderer_for(model.vendor).content_type
        return Answer(model, firmware, content_type, body, phone.published_digest, None)
    written = write(phone, model, firmware)
    return Answer(
        model, firmware, written.content_type, written.body, written.digest, written.document
    )


def _known_tags(request: HttpRequest) -> list[str]:
    """The ETags that the phone sends."""
    return [
        tag.strip().removeprefix("W/")
        for tag in request.headers.get("If-None-Match", "").split(",")
    ]


def _refuse(entry: Fetch, reason: Refusal, given: Authorization) -> HttpResponse:
    """Refuse, with the same response for all reasons: only the journal records why."""
    entry.outcome, entry.reason = FetchOutcome.REFUSED, reason
    journal.write_later(entry)
    return Refusing(entry.at, given)


def _said(request: HttpRequest) -> str:
    said = request.headers.get("User-Agent", "")[:200]
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in said)


def _note(entry: Fetch, row: Row | None, question: Question) -> None:
    entry.phone_id, entry.client_id = (row.pk, row.client_id) if row else (None, None)
    entry.model, entry.firmware = question.identified.model or "", question.identified.firmware
