"""Every refusal is one and the same answer, and costs the same; why is in the journal and nowhere
else.
"""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.enums import ClientStatus, SubscriberStatus
from clients.models import Client, Subscriber
from clients.services.audit import PLATFORM
from phones.enums import Refusal
from phones.models import Phone
from phones.services.assignment import unassign
from provisioning import journal
from provisioning.authorization import parse_authorization
from provisioning.digest import BUCKET, challenges
from provisioning.models import Fetch
from tests.conftest import SNOM_710
from tests.provisioning.asking import (
    OLD_SNOM_710,
    basic,
    change,
    digest_proof,
    end_of_window,
    proof,
    row,
)

STRANGER = "000413FFFFFF"
Case = Callable[[Phone], dict[str, Any]]


def unknown_mac(phone: Phone) -> dict[str, Any]:
    return {"mac": STRANGER}


def unknown_mac_with_credentials(phone: Phone) -> dict[str, Any]:
    return {"mac": STRANGER, **proof(phone)}


def unassigned(phone: Phone) -> dict[str, Any]:
    unassign(phone, actor=PLATFORM)
    return {}


def unassigned_with_credentials(phone: Phone) -> dict[str, Any]:
    return proof(phone) | unassigned(phone)


def client_suspended(phone: Phone) -> dict[str, Any]:
    Client.unscoped.filter(pk=phone.client_id).update(status=ClientStatus.SUSPENDED)
    return {}


def line_suspended(phone: Phone) -> dict[str, Any]:
    Subscriber.unscoped.filter(pk=phone.subscriber_id).update(status=SubscriberStatus.SUSPENDED)
    return {}


def no_window(phone: Phone) -> dict[str, Any]:
    change(phone, authorized_until=None)
    return {}


def not_yet(phone: Phone) -> dict[str, Any]:
    change(phone, authorized_from=timezone.now() + timedelta(hours=1))
    return {}


def overdue(phone: Phone) -> dict[str, Any]:
    end_of_window(phone)
    return {}


def reset_to_factory(phone: Phone) -> dict[str, Any]:
    change(phone, credentials_seen_at=timezone.now())
    return overdue(phone)


def wrong_password(phone: Phone) -> dict[str, Any]:
    return overdue(phone) | {"HTTP_AUTHORIZATION": basic(phone.mac.lower(), "wrong")}


def wrong_user(phone: Phone) -> dict[str, Any]:
    return overdue(phone) | {"HTTP_AUTHORIZATION": basic("0" * 500, "wrong")}


def in_clear(phone: Phone) -> dict[str, Any]:
    return overdue(phone) | proof(phone) | {"REMOTE_ADDR": "203.0.113.9"}


def broken_header(phone: Phone) -> dict[str, Any]:
    return overdue(phone) | {"HTTP_AUTHORIZATION": "Basic ???"}


def half_a_digest(phone: Phone) -> dict[str, Any]:
    return overdue(phone) | {"HTTP_AUTHORIZATION": 'Digest username="x", response="y"'}


def unknown_algorithm(phone: Phone) -> dict[str, Any]:
    header = digest_proof(phone)["HTTP_AUTHORIZATION"].replace(
        "algorithm=MD5", "algorithm=SHA-512-256"
    )
    return overdue(phone) | {"HTTP_AUTHORIZATION": header}


def wrong_digest(phone: Phone) -> dict[str, Any]:
    return overdue(phone) | digest_proof(phone, count="00000002", method="POST")


def unknown_mac_with_digest(phone: Phone) -> dict[str, Any]:
    return {"mac": STRANGER, **digest_proof(phone)}


def stale_nonce(phone: Phone) -> dict[str, Any]:
    return overdue(phone) | digest_proof(phone, now=timezone.now() - timedelta(minutes=11))


def replayed(phone: Phone) -> dict[str, Any]:
    header = overdue(phone) | digest_proof(phone)
    assert ask(phone.mac, **header)[0].status_code == 200
    journal.flush()
    Fetch.objects.all().delete()
    return header


def second_comer(phone: Phone) -> dict[str, Any]:
    Client.unscoped.filter(pk=phone.client_id).update(window_policy="first-contact")
    change(phone, authenticated_at=timezone.now(), window_address="203.0.113.9")
    return {}


def renewed_and_taken(phone: Phone) -> dict[str, Any]:
    header = overdue(phone) | proof(phone)
    change(phone, credential_generation=9)
    return header


def another_mac_in_the_agent(phone: Phone) -> dict[str, Any]:
    return {"user_agent": SNOM_710.replace("12)", f"12 {STRANGER})")}


def no_agent(phone: Phone) -> dict[str, Any]:
    return {"user_agent": ""}


def another_makers_agent(phone: Phone) -> dict[str, Any]:
    return {"user_agent": "Yealink SIP-T46G 28.81.0.1 00:15:65:00:00:00"}


def unsupported_snom(phone: Phone) -> dict[str, Any]:
    return {"user_agent": SNOM_710.replace("snom710", "snom821")}


def old_firmware(phone: Phone) -> dict[str, Any]:
    return {"user_agent": OLD_SNOM_710}


def old_firmware_with_credentials(phone: Phone) -> dict[str, Any]:
    return {"user_agent": OLD_SNOM_710} | proof(phone)


CASES: dict[Case, Refusal] = {
    unknown_mac: Refusal.UNKNOWN_MAC,
    unknown_mac_with_credentials: Refusal.UNKNOWN_MAC,
    unassigned: Refusal.UNASSIGNED,
    unassigned_with_credentials: Refusal.UNASSIGNED,
    client_suspended: Refusal.CLIENT_INACTIVE,
    line_suspended: Refusal.LINE_SUSPENDED,
    no_window: Refusal.NO_WINDOW,
    not_yet: Refusal.NOT_YET,
    overdue: Refusal.OVERDUE,
    reset_to_factory: Refusal.CREDENTIALS_EXPECTED,
    wrong_password: Refusal.BAD_CREDENTIALS,
    wrong_user: Refusal.BAD_CREDENTIALS,
    in_clear: Refusal.CREDENTIALS_IN_CLEAR,
    broken_header: Refusal.BAD_AUTHORIZATION,
    half_a_digest: Refusal.BAD_AUTHORIZATION,
    unknown_algorithm: Refusal.BAD_AUTHORIZATION,
    wrong_digest: Refusal.BAD_CREDENTIALS,
    unknown_mac_with_digest: Refusal.UNKNOWN_MAC,
    stale_nonce: Refusal.STALE_NONCE,
    replayed: Refusal.REPLAYED,
    second_comer: Refusal.ALREADY_FETCHED,
    renewed_and_taken: Refusal.BAD_CREDENTIALS,
    another_mac_in_the_agent: Refusal.MAC_MISMATCH,
    no_agent: Refusal.UNKNOWN_MODEL,
    another_makers_agent: Refusal.UNKNOWN_MODEL,
    unsupported_snom: Refusal.UNSUPPORTED_MODEL,
    old_firmware: Refusal.FIRMWARE_TOO_OLD,
    old_firmware_with_credentials: Refusal.FIRMWARE_TOO_OLD,
}


def ask(mac: str, user_agent: str = SNOM_710, **extra: str) -> tuple[HttpResponse, list[str]]:
    """The answer, and the statements it took, without their values."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = Browser().get(f"/sip-ps/{mac}.xml", HTTP_USER_AGENT=user_agent, **extra)
    return response, [re.sub(r"'[^']*'", "?", query["sql"]) for query in captured.captured_queries]


@pytest.fixture(autouse=True)
def within_one_nonce() -> None:
    """Two answers that are compared fall into the same five minutes."""
    left = BUCKET - time.time() % BUCKET
    if left < 5:
        time.sleep(left)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_every_refusal_is_the_same_answer_at_the_same_cost(case: Case, blue_phone: Phone) -> None:
    asked = {"mac": blue_phone.mac} | case(blue_phone)

    response, statements = ask(**asked)

    # The same question about a phone that nobody knows.
    same, same_statements = ask(**(asked | {"mac": "000413000001"}))
    given = parse_authorization(asked.get("HTTP_AUTHORIZATION"))
    assert (response.status_code, list(response.items()), response.content) == (
        401,
        list(same.items()),
        b"",
    )
    assert list(response.items()) == [
        ("Cache-Control", "no-store"),
        ("Content-Length", "0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("X-Content-Type-Options", "nosniff"),
        *(("WWW-Authenticate", challenge) for challenge in challenges(timezone.now(), given)),
    ]
    assert response.reason_phrase == same.reason_phrase
    assert not response.cookies
    assert statements == same_statements
    assert len(statements) == 1
    assert statements[0].startswith("SELECT")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_nothing_is_written_before_the_answer_and_the_reason_after_it(
    case: Case, blue_phone: Phone
) -> None:
    asked = {"mac": blue_phone.mac} | case(blue_phone)
    before = row(blue_phone)

    ask(**asked)

    assert row(blue_phone) == before
    journal.flush()
    entry = Fetch.objects.get()
    assert (entry.outcome, entry.reason, entry.mac) == ("refused", CASES[case], asked["mac"])
    if asked["mac"] == blue_phone.mac:
        assert (entry.phone_id, entry.client_id) == (blue_phone.pk, blue_phone.client_id)
        assert row(blue_phone)["refused_reason"] == CASES[case]
    else:
        assert (entry.phone_id, entry.client_id) == (None, None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_head_is_refused_alike(case: Case, blue_phone: Phone) -> None:
    asked = {"mac": blue_phone.mac} | case(blue_phone)
    get, _ = ask(**asked)

    mac, agent = asked.pop("mac"), asked.pop("user_agent", SNOM_710)
    head = Browser().head(f"/sip-ps/{mac}.xml", HTTP_USER_AGENT=agent, **asked)

    assert (head.status_code, list(head.items()), head.content) == (401, list(get.items()), b"")


def test_the_table_has_every_reason_but_the_race() -> None:
    assert set(CASES.values()) == set(Refusal) - {Refusal.REVOKED_MEANWHILE}


def test_a_refusal_is_no_line_of_the_log(
    blue_phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    ask(STRANGER)
    journal.flush()

    assert caplog.records == []


def test_an_etag_of_a_served_document_tells_nothing_to_who_is_refused(blue_phone: Phone) -> None:
    served, _ = ask(blue_phone.mac)
    end_of_window(blue_phone)

    refused, _ = ask(blue_phone.mac, HTTP_IF_NONE_MATCH=served.headers["ETag"])

    assert (refused.status_code, "ETag" in refused.headers) == (401, False)
