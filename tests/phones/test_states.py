"""The state in words and the database's filter are one rule, told twice: these
hold them together.
"""

from copy import copy
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from clients.enums import ClientStatus, SubscriberStatus
from clients.models import Client, Subscriber
from phones.enums import Refusal
from phones.models import Phone
from phones.queries import count_by_state
from phones.states import Code, PhoneState, code_of, state_filter, state_of
from tests.factories.clients import ClientFactory, SubscriberFactory
from tests.factories.phones import PhoneFactory

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
FROM = [None, NOW - HOUR, NOW, NOW + timedelta(minutes=10)]
UNTIL = [None, NOW - timedelta(minutes=30), NOW, NOW + HOUR]
AUTHENTICATED = [None, NOW - 2 * HOUR]
REFUSED = [None, NOW - HOUR]


def possible(since: datetime | None, until: datetime | None) -> bool:
    """What the table's own constraints let exist."""
    return since is None or (until is not None and until > since)


@pytest.fixture
def grid(db: None) -> list[Phone]:
    """A phone for every combination that can exist."""
    rows = []
    for client_status, line_status in product(ClientStatus, [*SubscriberStatus, None]):
        client = ClientFactory(status=client_status)
        line = SubscriberFactory(client=client, status=line_status) if line_status else None
        for since, until, authenticated, refused in product(FROM, UNTIL, AUTHENTICATED, REFUSED):
            if not possible(since, until) or (line is None and until is not None):
                continue
            rows.append(
                PhoneFactory.build(
                    client=client,
                    subscriber=line,
                    authorized_from=since,
                    authorized_until=until,
                    authenticated_at=authenticated,
                    refused_at=refused,
                    refused_reason=Refusal.OVERDUE if refused else "",
                )
            )
    rows += [row for row in map(_with_changes, rows) if row is not None]
    for at, phone in enumerate(rows):
        phone.mac = f"000413{at:06X}"
    Phone.unscoped.bulk_create(rows)
    return list(Phone.unscoped.select_related("client", "subscriber__site", "site"))


def _with_changes(phone: Phone) -> Phone | None:
    """The same phone, served once, and since then what it would get is another document."""
    if phone.authenticated_at is None:
        return None
    changed = copy(phone)
    changed.uid = uuid4()
    changed.served_digest, changed.published_digest, changed.changed_at = "a" * 64, "b" * 64, NOW
    return changed


def test_every_row_has_one_state_and_both_tellings_agree(grid: list[Phone]) -> None:
    told = {phone.pk: code_of(phone, NOW) for phone in grid}

    filtered = {
        code: set(Phone.unscoped.filter(state_filter(code, NOW)).values_list("pk", flat=True))
        for code in Code
    }

    assert len(grid) > 200
    for code in Code:
        assert filtered[code] == {pk for pk, said in told.items() if said is code}, code
    assert set(told.values()) == set(Code)


def test_the_counts_are_those_of_the_filters(grid: list[Phone]) -> None:
    counts = count_by_state(Phone.unscoped.all(), NOW)

    assert sum(counts.values()) == len(grid)
    assert counts == {code: sum(code_of(phone, NOW) is code for phone in grid) for code in Code}


def test_every_state_can_be_put_into_words(grid: list[Phone]) -> None:
    for phone in grid:
        state = state_of(phone, NOW)
        assert state.label
        assert 0.0 <= state.fraction <= 1.0
        assert (state.until is not None) == (state.code == "authorized")


def shown(line: Subscriber, **row: Any) -> PhoneState:
    phone = PhoneFactory(client=line.client, subscriber=line, **row)
    with translation.override("en"):
        return state_of(phone, NOW)


def test_an_authorized_phone_says_how_long(alice: Subscriber) -> None:
    state = shown(
        alice, authorized_until=NOW + timedelta(hours=41, minutes=12), window_opened_at=NOW
    )

    assert (state.label, state.detail, state.fraction) == ("Authorized", "41 h 12 min", 1.0)


def test_an_overdue_phone_says_since_when_in_its_own_zone(alice: Subscriber) -> None:
    alice.site.time_zone = "America/Guadeloupe"
    alice.site.save()

    state = shown(alice, authorized_until=datetime(2026, 11, 24, 2, 30, tzinfo=UTC))

    assert (state.code, state.detail) == ("overdue", "since Monday 23 Nov, 22:30, never fetched")


def test_a_provisioned_phone_says_when_even_after_its_window(alice: Subscriber) -> None:
    state = shown(
        alice,
        authorized_until=NOW - HOUR,
        authenticated_at=datetime(2026, 11, 23, 9, 26, tzinfo=UTC),
    )

    assert (state.label, state.detail) == ("Provisioned", "on 23 Nov 2026, 10:26")


def test_a_planned_window_says_when_it_begins(alice: Subscriber) -> None:
    state = shown(
        alice,
        authorized_from=datetime(2026, 12, 1, 8, tzinfo=UTC),
        authorized_until=NOW + 300 * HOUR,
    )

    assert (state.label, state.detail) == ("Planned", "window scheduled for Tuesday 1 Dec, 09:00")


MENDED_BY_WINDOW = {"overdue", "no-window", "credentials-expected", "already-fetched"}
WRONG_PROOF = {"bad-credentials", "bad-authorization", "replayed"}


@pytest.mark.parametrize("reason", Refusal)
def test_a_phone_in_service_is_offered_a_window_only_if_it_lost_what_it_had(
    reason: Refusal, alice: Subscriber
) -> None:
    row = {"refused_at": NOW, "refused_reason": reason, "authenticated_at": NOW - HOUR}

    state, renewed = shown(alice, **row), shown(alice, **row, previous_generation=1)

    assert state.needs_window == renewed.needs_window == (reason in MENDED_BY_WINDOW)
    assert state.needs_renewal == (reason == "replayed")
    assert not renewed.needs_renewal


@pytest.mark.parametrize("reason", Refusal)
def test_a_refused_phone_says_why_and_how_often(reason: Refusal, alice: Subscriber) -> None:
    state = shown(
        alice, refused_at=NOW, refused_since=NOW - HOUR, refused_count=3, refused_reason=reason
    )

    with translation.override("en"):
        expected = f"{reason.label}, 3 times since Tuesday 24 Nov, 09:00"
    assert (state.label, state.detail) == ("Refused", expected)
    assert state.needs_window == (reason in MENDED_BY_WINDOW | WRONG_PROOF)
    assert not state.needs_renewal


@pytest.mark.parametrize(
    ("client_status", "line_status", "detail"),
    [("suspended", "active", "client not active"), ("active", "suspended", "line suspended")],
)
def test_a_suspended_phone_says_by_which(
    client_status: str, line_status: str, detail: str, blue_client: Client, alice: Subscriber
) -> None:
    blue_client.status, alice.status = client_status, line_status
    alice.client = blue_client

    state = shown(alice, authorized_until=NOW + HOUR)

    assert (state.label, state.detail, state.needs_window) == ("Suspended", detail, False)


def test_a_phone_on_no_line_is_not_assigned(blue_client: Client) -> None:
    phone = PhoneFactory(client=blue_client)

    with translation.override("en"):
        assert state_of(phone, NOW).label == "Not assigned"


def test_in_french_the_words_are_the_guides(alice: Subscriber, blue_client: Client) -> None:
    rows = [
        PhoneFactory(client=blue_client, subscriber=alice, authorized_until=NOW + HOUR),
        PhoneFactory(client=blue_client, subscriber=alice, authorized_until=NOW - HOUR),
        PhoneFactory(client=blue_client, subscriber=alice, authenticated_at=NOW),
        PhoneFactory(client=blue_client),
    ]

    with translation.override("fr"):
        labels = [state_of(phone, NOW).label for phone in rows]

    assert labels == ["Autorisé", "Délai dépassé", "Provisionné", "Non affecté"]
