"""The decision, without a database: each reason, and which of two reasons is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from phones import catalogue
from phones.credentials import HttpCredentials
from phones.enums import Refusal
from provisioning.authorization import Basic, NoCredentials, Unreadable
from provisioning.gate import Facts, Granted, Question, Refused, decide
from provisioning.renderers.snom.identify import identify

MAC = "00041374074C"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
SNOM_710 = f"Mozilla/4.0 (compatible; snom710-SIP 8.7.5.35 1.1.5-IFX-05.01.12 {MAC})"
EXPECTED = HttpCredentials("00041374074c", "the-password")
GOOD = Basic(b"00041374074c", b"the-password")

OPEN = Facts(
    is_assigned=True,
    is_client_active=True,
    is_line_active=True,
    authorized_from=None,
    authorized_until=NOW + HOUR,
)
OVER = replace(OPEN, authorized_until=NOW - HOUR)
ASKED = Question(MAC, NoCredentials(), is_confidential=True, identified=identify(SNOM_710))


def with_agent(user_agent: str, declared: str = "") -> Question:
    return replace(ASKED, identified=identify(user_agent, declared))


def reason(facts: Facts | None, question: Question = ASKED, now: datetime = NOW) -> str:
    answer = decide(facts, question, EXPECTED, now)
    return answer.reason.value if isinstance(answer, Refused) else "granted"


def test_the_mac_alone_is_enough_inside_the_window() -> None:
    assert decide(OPEN, ASKED, EXPECTED, NOW) == Granted(catalogue.get("snom-710"), with_credentials=False)


def test_the_credentials_are_enough_at_any_time() -> None:
    question = replace(ASKED, authorization=GOOD)

    for facts in (OVER, replace(OPEN, authorized_until=None), OPEN):
        answer = decide(facts, question, EXPECTED, NOW)
        assert answer == Granted(catalogue.get("snom-710"), with_credentials=True)


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
        (Basic(b"00041374074C", b"the-password"), True, "granted"),  # the user is the MAC, in any case
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
    assert answer == Granted(catalogue.get("snom-710"), with_credentials=proven)


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

    assert answer == Granted(catalogue.get("snom-710"), with_credentials=False)


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
    }

    assert here == {entry.value for entry in Refusal} - {entry.value for entry in elsewhere}
