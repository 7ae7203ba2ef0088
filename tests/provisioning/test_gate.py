"""The decision, without a database: each reason, and which of two reasons is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from clients.enums import WindowPolicy
from phones import catalogue
from phones.credentials import HttpCredentials
from phones.enums import Refusal
from phones.first_contact import RETRY
from provisioning.authorization import Authorization, Basic, Digest, NoCredentials, Unreadable
from provisioning.digest import nonce, with_used
from provisioning.gate import Expected, Facts, Granted, Proof, Question, Refused, decide
from provisioning.renderers.snom.identify import identify
from tests.provisioning.asking import answer_to

MAC = "00041374074C"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
SNOM_710 = f"Mozilla/4.0 (compatible; snom710-SIP 8.7.5.35 1.1.5-IFX-05.01.12 {MAC})"
EXPECTED = Expected(
    HttpCredentials("00041374074c", "the-password"),
    HttpCredentials("00041374074c", "the-one-before"),
)
GOOD = Basic(b"00041374074c", b"the-password")
BEFORE = Basic(b"00041374074c", b"the-one-before")

OPEN = Facts(
    is_assigned=True,
    is_client_active=True,
    is_line_active=True,
    authorized_from=None,
    authorized_until=NOW + HOUR,
)
OVER = replace(OPEN, authorized_until=NOW - HOUR)
ASKED = Question(MAC, NoCredentials(), is_confidential=True, identified=identify(SNOM_710))


FIVE_MINUTES = timedelta(minutes=5)
CONTACTED = replace(
    OPEN, policy=WindowPolicy.FIRST_CONTACT, contacted_at=NOW - TICK, contacted_from="192.0.2.7"
)
PATH = f"/sip-ps/{MAC}.xml"
GOOD_DIGEST = answer_to(NOW, PATH, MAC, "the-password")


def asked_with(authorization: Authorization, **changes: object) -> Question:
    return replace(ASKED, authorization=authorization, path=PATH, is_confidential=False, **changes)


def with_agent(user_agent: str, declared: str = "") -> Question:
    return replace(ASKED, identified=identify(user_agent, declared))


def reason(facts: Facts | None, question: Question = ASKED, now: datetime = NOW) -> str:
    answer = decide(facts, question, EXPECTED, now)
    return answer.reason.value if isinstance(answer, Refused) else "granted"


def test_the_mac_alone_is_enough_inside_the_window() -> None:
    assert decide(OPEN, ASKED, EXPECTED, NOW) == Granted(catalogue.get("snom-710"), Proof.NONE)


def test_the_credentials_are_enough_at_any_time() -> None:
    question = replace(ASKED, authorization=GOOD)

    for facts in (OVER, replace(OPEN, authorized_until=None), OPEN):
        answer = decide(facts, question, EXPECTED, NOW)
        assert answer == Granted(catalogue.get("snom-710"), Proof.CURRENT)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, NOW + TICK, "granted"),
        (None, NOW, "overdue"),
        (None, NOW - TICK, "overdue"),
        (NOW, NOW + HOUR, "granted"),
        (NOW + TICK, NOW + HOUR, "not-yet"),
        (None, None, "no-window"),
    ],
)
def test_the_window_begins_at_its_start_and_is_over_at_its_end(
    since: datetime | None, until: datetime | None, expected: str
) -> None:
    assert reason(replace(OPEN, authorized_from=since, authorized_until=until)) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (None, "unknown-mac"),
        (replace(OPEN, is_assigned=False), "unassigned"),
        (replace(OPEN, is_client_active=False), "client-inactive"),
        (replace(OPEN, is_line_active=False), "line-suspended"),
    ],
)
def test_who_it_is_comes_before_everything_else(facts: Facts | None, expected: str) -> None:
    for authorization in (NoCredentials(), GOOD, Basic(b"x", b"y"), Unreadable()):
        for agent in (SNOM_710, "curl/8", "snom999-SIP 1.0"):
            question = replace(ASKED, authorization=authorization, identified=identify(agent))
            assert reason(facts, question) == expected


@pytest.mark.parametrize(
    ("authorization", "is_confidential", "expected"),
    [
        (NoCredentials(), True, "overdue"),
        (Unreadable(), True, "bad-authorization"),
        (Basic(b"00041374074c", b"the-passworD"), True, "bad-credentials"),
        (Basic(b"00041374074c", b""), True, "bad-credentials"),
        (Basic(b"", b"the-password"), True, "bad-credentials"),
        (Basic("é".encode(), "é".encode()), True, "bad-credentials"),
        (Basic(b"00041374074D", b"the-password"), True, "bad-credentials"),
        (GOOD, False, "credentials-in-clear"),
        # the user is the MAC, in any case
        (
            Basic(b"00041374074C", b"the-password"),
            True,
            "granted",
        ),
    ],
)
def test_credentials_after_the_window(
    authorization: Basic | NoCredentials | Unreadable, is_confidential: bool, expected: str
) -> None:
    question = replace(ASKED, authorization=authorization, is_confidential=is_confidential)

    assert reason(OVER, question) == expected


@pytest.mark.parametrize("authorization", [Basic(b"old", b"old"), Unreadable(), GOOD])
@pytest.mark.parametrize("is_confidential", [True, False])
def test_inside_the_window_the_mac_is_enough_whatever_comes_along(
    authorization: Basic | Unreadable, is_confidential: bool
) -> None:
    question = replace(ASKED, authorization=authorization, is_confidential=is_confidential)

    answer = decide(OPEN, question, EXPECTED, NOW)

    proven = authorization == GOOD and is_confidential
    assert isinstance(answer, Granted)
    assert answer.with_credentials is proven


@pytest.mark.parametrize(
    ("user_agent", "declared", "expected"),
    [
        ("", "", "unknown-model"),
        ("curl/8.5", "", "unknown-model"),
        ("curl/8.5", "snom-720", "granted"),
        ("Mozilla/4.0 (compatible; snom821-SIP 8.7.5.35)", "", "unsupported-model"),
        ("Mozilla/4.0 (compatible; snom821-SIP 8.7.5.35)", "snom-720", "unsupported-model"),
        ("snom-m9/9.6.14", "snom-720", "unsupported-model"),
        ("Mozilla/4.0 (compatible; snom710-SIP 8.7.3.19 1.1.5)", "", "firmware-too-old"),
        ("Mozilla/4.0 (compatible; snom710-SIP 8.7.4.99 1.1.5)", "", "firmware-too-old"),
        ("Mozilla/4.0 (compatible; snom710-SIP 8.7.5 1.1.5)", "", "granted"),
        ("Mozilla/4.0 (compatible; snom710-SIP 10.1.54.13 1.1.5)", "", "granted"),
        ("Mozilla/4.0 (compatible; snom710-SIP)", "", "granted"),
        (SNOM_710.replace("4C)", "4D)"), "", "mac-mismatch"),
        (SNOM_710.lower(), "", "granted"),
        (SNOM_710.replace("8.7.5.35", "8.4.0").replace("4C)", "4D)"), "", "mac-mismatch"),
    ],
)
def test_what_it_says_it_is(user_agent: str, declared: str, expected: str) -> None:
    assert reason(OPEN, with_agent(user_agent, declared)) == expected


def test_a_proven_phone_must_still_be_one_we_know() -> None:
    question = replace(with_agent("curl/8.5"), authorization=GOOD)

    assert reason(OVER, question) == "unknown-model"


def test_the_phones_own_word_goes_before_the_declared_model() -> None:
    answer = decide(OPEN, with_agent(SNOM_710, "snom-d765"), EXPECTED, NOW)

    assert answer == Granted(catalogue.get("snom-710"), Proof.NONE)


def test_every_reason_is_reachable_here_or_known_to_be_elsewhere() -> None:
    elsewhere = {Refusal.REVOKED_MEANWHILE}  # a race, in test_fetch_access
    here = {
        reason(None),
        reason(replace(OPEN, is_assigned=False)),
        reason(replace(OPEN, is_client_active=False)),
        reason(replace(OPEN, is_line_active=False)),
        reason(replace(OPEN, authorized_until=None)),
        reason(replace(OPEN, authorized_from=NOW + TICK)),
        reason(OVER),
        reason(replace(OVER, has_used_credentials=True)),
        reason(OVER, replace(ASKED, authorization=Basic(b"", b""))),
        reason(OVER, replace(ASKED, authorization=GOOD, is_confidential=False)),
        reason(OVER, replace(ASKED, authorization=Unreadable())),
        reason(OPEN, with_agent(SNOM_710.replace("4C)", "4D)"))),
        reason(OPEN, with_agent("")),
        reason(OPEN, with_agent("snom999-SIP 1.0")),
        reason(OPEN, with_agent("snom710-SIP 8.7.4")),
        reason(CONTACTED, replace(ASKED, network="203.0.113.9")),
        reason(OVER, asked_with(GOOD_DIGEST), now=NOW + 2 * FIVE_MINUTES),
        reason(replace(OVER, digest_used=with_used(GOOD_DIGEST, "", NOW)), asked_with(GOOD_DIGEST)),
    }

    assert here == {entry.value for entry in Refusal} - {entry.value for entry in elsewhere}


# --- Renewal: two sets of credentials -------------------------------------------------------------


def test_the_previous_credentials_are_good_only_while_a_renewal_is_pending() -> None:
    question = replace(ASKED, authorization=BEFORE)
    pending = replace(OVER, has_previous_credentials=True)

    answer = decide(pending, question, EXPECTED, NOW)

    assert answer == Granted(catalogue.get("snom-710"), Proof.PREVIOUS)
    assert reason(OVER, question) == "bad-credentials"


# --- First contact --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("network", "after", "expected"),
    [
        ("192.0.2.7", timedelta(0), "granted"),
        ("192.0.2.7", RETRY - 2 * TICK, "granted"),
        ("192.0.2.7", RETRY, "already-fetched"),
        ("192.0.2.8", timedelta(0), "already-fetched"),
        ("", timedelta(0), "already-fetched"),
    ],
)
def test_after_the_first_contact_only_who_came_first_may_come_again_for_a_while(
    network: str, after: timedelta, expected: str
) -> None:
    assert reason(CONTACTED, replace(ASKED, network=network), NOW + after) == expected


def test_the_first_contact_of_nobody_opens_to_nobody() -> None:
    nowhere = replace(CONTACTED, contacted_from="")

    assert reason(nowhere, replace(ASKED, network="")) == "already-fetched"


def test_before_the_first_contact_and_under_the_other_policy_anybody_may_come() -> None:
    assert reason(replace(CONTACTED, contacted_at=None)) == "granted"
    assert reason(replace(CONTACTED, policy=WindowPolicy.WINDOW)) == "granted"


def test_the_first_contact_does_not_matter_to_who_has_credentials() -> None:
    assert reason(CONTACTED, replace(ASKED, authorization=GOOD, network="203.0.113.9")) == "granted"


# --- Digest ---------------------------------------------------------------------------------------


def test_a_digest_is_as_good_as_basic_even_in_clear() -> None:
    question = asked_with(answer_to(NOW, PATH, MAC, "the-password"))

    answer = decide(OVER, question, EXPECTED, NOW)

    assert answer == Granted(catalogue.get("snom-710"), Proof.CURRENT)


@pytest.mark.parametrize(
    "given",
    [
        answer_to(NOW, PATH, MAC, "the-passworD"),
        answer_to(NOW, PATH, "00041374074D", "the-password"),
        answer_to(NOW, "/sip-ps/00041374074D.xml", MAC, "the-password"),
        answer_to(NOW, PATH, MAC, "the-password", method="POST"),
        replace(GOOD_DIGEST, client_nonce="another"),
        replace(GOOD_DIGEST, count="00000002"),
        replace(GOOD_DIGEST, uri="http://[/"),
    ],
)
def test_a_digest_of_something_else_proves_nothing(given: Digest) -> None:
    assert reason(OVER, asked_with(given)) == "bad-credentials"


def test_a_digest_for_head_does_not_serve_for_get() -> None:
    head = answer_to(NOW, PATH, MAC, "the-password", method="HEAD")

    assert reason(OVER, asked_with(head)) == "bad-credentials"
    assert reason(OVER, asked_with(head, method="HEAD")) == "granted"


@pytest.mark.parametrize(
    ("later", "expected"),
    [(timedelta(0), "granted"), (FIVE_MINUTES, "granted"), (2 * FIVE_MINUTES, "stale-nonce")],
)
def test_a_nonce_is_good_in_its_five_minutes_and_the_next(later: timedelta, expected: str) -> None:
    assert reason(OVER, asked_with(GOOD_DIGEST), NOW + later) == expected


def test_a_nonce_that_we_never_gave_is_an_old_one() -> None:
    invented = answer_to(NOW, PATH, MAC, "the-password", nonce="0" * 32)

    assert reason(OVER, asked_with(invented)) == "stale-nonce"


def test_a_proof_serves_once() -> None:
    used = with_used(GOOD_DIGEST, "", NOW)
    again = answer_to(NOW, PATH, MAC, "the-password", client_nonce="another")

    assert reason(replace(OVER, digest_used=used), asked_with(GOOD_DIGEST)) == "replayed"
    assert reason(replace(OVER, digest_used=used), asked_with(again)) == "granted"


def test_what_was_used_under_old_nonces_is_forgotten() -> None:
    long_ago = answer_to(NOW - 3 * FIVE_MINUTES, PATH, MAC, "the-password")
    used = with_used(long_ago, "", NOW - 3 * FIVE_MINUTES)

    assert with_used(GOOD_DIGEST, used, NOW).splitlines() == [
        f"{nonce(NOW)[:8]} {line.partition(' ')[2]}"
        for line in with_used(GOOD_DIGEST, "", NOW).splitlines()
    ]


def test_proofs_beyond_what_a_phone_needs_are_refused() -> None:
    used = ""
    for number in range(32):
        used = with_used(
            answer_to(NOW, PATH, MAC, "the-password", client_nonce=str(number)), used, NOW
        )

    assert reason(replace(OVER, digest_used=used), asked_with(GOOD_DIGEST)) == "replayed"


def test_inside_the_window_a_worthless_digest_does_not_matter() -> None:
    assert reason(OPEN, asked_with(replace(GOOD_DIGEST, count="00000009"))) == "granted"
