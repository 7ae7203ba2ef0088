"""`first-contact`: the first who is served closes the MAC, whatever else comes
at the same moment.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import AuditEvent, Client, PlatformSettings, Subscriber, User
from clients.services.audit import Actor
from phones.first_contact import is_open
from phones.models import Phone
from phones.queries import contact_of, door_of, open_by_mac
from phones.services.window import acknowledge_double, open_window
from provisioning import journal, writing
from tests.conftest import SNOM_710
from tests.factories.clients import ClientFactory, SubscriberFactory
from tests.factories.phones import AssignedPhoneFactory
from tests.provisioning.asking import (
    SNOM_D765,
    change,
    come_between_look_and_load,
    given_to,
    reasons,
    row,
)

Fetch = Callable[..., HttpResponse]
HERE, THERE = "192.0.2.7", "203.0.113.9"


@pytest.fixture
def once(blue_phone: Phone) -> Phone:
    """Alice's phone, at a client where the first contact closes the MAC."""
    Client.unscoped.filter(pk=blue_phone.client_id).update(window_policy="first-contact")
    return blue_phone


def test_the_first_is_served_again_for_ten_minutes_and_nobody_else(
    once: Phone, fetch: Fetch
) -> None:
    served = [fetch(once.mac, REMOTE_ADDR=HERE) for _ in range(2)]
    elsewhere = fetch(once.mac, REMOTE_ADDR=THERE)
    change(once, authenticated_at=timezone.now() - timedelta(minutes=11))
    later = fetch(once.mac, REMOTE_ADDR=HERE)

    assert [answer.status_code for answer in [*served, elsewhere, later]] == [200, 200, 401, 401]
    assert reasons(once) == ["already-fetched", "already-fetched"]


def test_an_ipv6_caller_is_its_network(once: Phone, fetch: Fetch) -> None:
    fetch(once.mac, REMOTE_ADDR="2001:db8:1:2::1")

    assert fetch(once.mac, REMOTE_ADDR="2001:db8:1:2::ffff").status_code == 200
    assert fetch(once.mac, REMOTE_ADDR="2001:db8:1:3::1").status_code == 401


def test_the_first_use_of_the_credentials_ends_it_for_the_first_address_too(
    once: Phone, fetch: Fetch
) -> None:
    first = fetch(once.mac)
    fetch(once.mac, **given_to(first))

    assert fetch(once.mac).status_code == 401


def test_a_look_closes_nothing(once: Phone, fetch: Fetch) -> None:
    looked = fetch(once.mac, method="head", REMOTE_ADDR=THERE)
    known = fetch(once.mac, REMOTE_ADDR=THERE, HTTP_IF_NONE_MATCH=looked["ETag"])

    assert (looked.status_code, known.status_code) == (200, 304)
    assert (row(once)["authenticated_at"], row(once)["window_address"]) == (None, "")
    assert fetch(once.mac, REMOTE_ADDR=HERE).status_code == 200


def test_of_two_who_come_at_once_one_is_served(
    once: Phone, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one was granted too, but the first wrote before it: it is decided upon again."""
    real, inside = writing.compose, []

    def slow(*args: object) -> object:
        if not inside:
            inside.append(True)
            # comes and goes while the other's document is made
            inside.append(fetch(once.mac, REMOTE_ADDR=HERE))
        return real(*args)

    monkeypatch.setattr(writing, "compose", slow)

    second = fetch(once.mac, REMOTE_ADDR=THERE)

    assert (inside[1].status_code, second.status_code) == (200, 401)
    assert row(once)["window_address"] == HERE
    assert reasons(once) == ["already-fetched"]


def test_two_at_once_from_one_address_are_both_served(
    once: Phone, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, inside = writing.compose, []

    def slow(*args: object) -> object:
        if not inside:
            inside.append(True)
            inside.append(fetch(once.mac, REMOTE_ADDR=HERE))
        return real(*args)

    monkeypatch.setattr(writing, "compose", slow)

    assert fetch(once.mac, REMOTE_ADDR=HERE).status_code == 200
    assert inside[1].status_code == 200


def test_who_came_between_the_look_and_the_load_closed_it(
    once: Phone, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = come_between_look_and_load(monkeypatch, lambda: fetch(once.mac, REMOTE_ADDR=HERE))

    second = fetch(once.mac, REMOTE_ADDR=THERE)

    assert (first[0].status_code, second.status_code) == (200, 401)
    assert row(once)["window_address"] == HERE


def test_the_operators_policy_holds_where_the_client_has_none(
    blue_phone: Phone, fetch: Fetch
) -> None:
    PlatformSettings(pk=1, window_policy="first-contact").save()
    fetch(blue_phone.mac, REMOTE_ADDR=HERE)

    assert fetch(blue_phone.mac, REMOTE_ADDR=THERE).status_code == 401
    Client.unscoped.filter(pk=blue_phone.client_id).update(window_policy="window")
    assert fetch(blue_phone.mac, REMOTE_ADDR=THERE).status_code == 200


def test_a_new_window_begins_anew(once: Phone, fetch: Fetch, blue_actor: Actor) -> None:
    fetch(once.mac, REMOTE_ADDR=HERE)
    open_window(once, actor=blue_actor)

    assert fetch(once.mac, REMOTE_ADDR=THERE).status_code == 200


# --- What is told of it ---------------------------------------------------------------------------

ONCE = "enough until its configuration is first delivered"
HANDED = "The configuration was delivered on"
AGAIN = "only a phone at the same IP address can fetch again"
OVER = "The MAC address alone is no longer enough"
LEFT = "left, until"


@pytest.fixture
def told(blue_browser: Browser) -> Callable[[Phone], dict[str, list[bool]]]:
    """Which of these words the phone's own page says, and the one that changes it."""
    User.objects.update(language="en")

    def ask(phone: Phone) -> dict[str, list[bool]]:
        address = f"/extranet/telephones/{phone.mac}/"
        detail, changing = (
            blue_browser.get(page).content.decode() for page in (address, f"{address}changer/")
        )
        assert "Open until" not in changing or LEFT in detail
        return {
            "both": [
                words in detail and words in changing for words in (ONCE, HANDED, AGAIN, OVER)
            ],
            "left": [LEFT in detail],
            "close": [reverse("extranet:phone-close", args=[phone.mac]) in detail],
        }

    return ask


def test_the_page_tells_what_the_first_contact_made_of_the_window(
    once: Phone, fetch: Fetch, told: Callable[[Phone], dict[str, list[bool]]], blue_browser: Browser
) -> None:
    assert told(once) == {"both": [True, False, False, False], "left": [True], "close": [True]}

    fetch(once.mac, REMOTE_ADDR=HERE)
    assert told(once) == {"both": [False, True, True, False], "left": [False], "close": [True]}
    assert (
        f"to the address {HERE}"
        in blue_browser.get(f"/extranet/telephones/{once.mac}/").content.decode()
    )

    change(once, authenticated_at=timezone.now() - timedelta(minutes=11))
    assert told(once) == {"both": [False, True, False, True], "left": [False], "close": [False]}


def test_under_the_other_policy_the_window_stays_what_it_was(
    blue_phone: Phone, fetch: Fetch, told: Callable[[Phone], dict[str, list[bool]]]
) -> None:
    fetch(blue_phone.mac, REMOTE_ADDR=HERE)

    assert told(blue_phone) == {"both": [False] * 4, "left": [True], "close": [True]}


def test_the_same_address_comes_again_no_longer_than_the_window(once: Phone, fetch: Fetch) -> None:
    fetch(once.mac, REMOTE_ADDR=HERE)
    end = timezone.now() + timedelta(minutes=3)
    change(once, authorized_until=end)
    phone = Phone.unscoped.select_related("client").get(pk=once.pk)

    assert door_of(phone, timezone.now()).again_until == end
    assert door_of(phone, end).is_shut


def test_what_the_database_counts_as_open_is_what_the_gate_lets_in(alice: Subscriber) -> None:
    now = timezone.now()
    minute = timedelta(minutes=1)
    PlatformSettings(pk=1, window_policy="first-contact").save()
    clients = [ClientFactory(window_policy=policy) for policy in ("", "window", "first-contact")]
    for client in clients:
        line = SubscriberFactory(client=client)
        for contacted, address, since, until in product(
            (None, now, now - 9 * minute, now - 10 * minute, now - 11 * minute),
            ("", HERE),
            (None, now, now + minute),
            (now, now + 2 * minute),
        ):
            if since is None or since < until:
                AssignedPhoneFactory(
                    subscriber=line,
                    authenticated_at=contacted,
                    window_address=address,
                    authorized_from=since,
                    authorized_until=until,
                )
    rows = Phone.unscoped.select_related("client")

    found = set(open_by_mac(rows, now))

    assert found == {
        phone
        for phone in rows
        if is_open(phone.authorized_from, phone.authorized_until, now)
        and contact_of(phone).takes(contact_of(phone).network or "anybody", now)
    }
    assert 0 < len(found) < rows.count()
    assert all(not door_of(phone, now).is_shut for phone in found)


def test_the_metrics_count_no_window_that_the_first_contact_has_closed(
    once: Phone, fetch: Fetch
) -> None:
    def counted() -> int:
        return open_by_mac(Phone.unscoped.all(), timezone.now()).count()

    before = counted()
    fetch(once.mac, REMOTE_ADDR=HERE)
    again = counted()
    change(once, authenticated_at=timezone.now() - timedelta(minutes=11))

    assert (before, again, counted()) == (1, 1, 0)


# --- « Servi à deux adresses » --------------------------------------------------------------------


def test_a_second_address_in_one_window_is_told_once(blue_phone: Phone, fetch: Fetch) -> None:
    for address in (HERE, HERE, THERE, "198.51.100.1"):
        fetch(blue_phone.mac, REMOTE_ADDR=address)

    event = AuditEvent.objects.get(kind="window.doubled")
    assert (event.before, event.after) == ({"address": HERE}, {"address": THERE})
    assert row(blue_phone)["doubled_with"] == THERE


def test_another_model_at_the_same_address_is_told_too(blue_phone: Phone, fetch: Fetch) -> None:
    fetch(blue_phone.mac, user_agent=SNOM_710)
    fetch(blue_phone.mac, user_agent=SNOM_D765)

    assert row(blue_phone)["doubled_with"] == "127.0.0.1 snomD765"


def test_a_new_firmware_is_the_same_phone(blue_phone: Phone, fetch: Fetch) -> None:
    fetch(blue_phone.mac, user_agent=SNOM_710)
    fetch(blue_phone.mac, user_agent=SNOM_710.replace("8.7.5.35", "8.9.3.80"))

    assert row(blue_phone)["doubled_at"] is None


def test_credentials_used_elsewhere_are_told(blue_phone: Phone, fetch: Fetch) -> None:
    first = fetch(blue_phone.mac, REMOTE_ADDR=THERE)
    header = given_to(first)
    fetch(blue_phone.mac, REMOTE_ADDR="127.0.0.1", **header)

    assert row(blue_phone)["doubled_with"] == "127.0.0.1"


def test_what_was_seen_is_told_again_only_of_another_one(
    blue_phone: Phone, fetch: Fetch, blue_actor: Actor
) -> None:
    fetch(blue_phone.mac, REMOTE_ADDR=HERE)
    fetch(blue_phone.mac, REMOTE_ADDR=THERE)
    acknowledge_double(blue_phone, actor=blue_actor)
    acknowledge_double(blue_phone, actor=blue_actor)

    fetch(blue_phone.mac, REMOTE_ADDR=THERE)
    assert row(blue_phone)["doubled_at"] is None
    fetch(blue_phone.mac, REMOTE_ADDR="198.51.100.1")
    assert row(blue_phone)["doubled_with"] == "198.51.100.1"
    assert AuditEvent.objects.filter(kind="window.double_seen").count() == 1


def test_a_refusal_raises_nothing(blue_phone: Phone, fetch: Fetch) -> None:
    fetch(blue_phone.mac, REMOTE_ADDR=HERE)
    fetch(blue_phone.mac, REMOTE_ADDR=THERE, user_agent="curl/8")
    journal.flush()

    assert row(blue_phone)["doubled_at"] is None


def test_seen_does_not_mean_whoever_was_refused_last(
    once: Phone, fetch: Fetch, blue_actor: Actor
) -> None:
    fetch(once.mac, REMOTE_ADDR=HERE)
    fetch(once.mac, REMOTE_ADDR=HERE, user_agent=SNOM_D765)
    fetch(once.mac, REMOTE_ADDR=THERE)
    acknowledge_double(once, actor=blue_actor)

    assert row(once)["window_address"] == HERE
    assert fetch(once.mac, REMOTE_ADDR=THERE).status_code == 401
