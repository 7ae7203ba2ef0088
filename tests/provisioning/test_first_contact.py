"""`first-contact`: the first who is served closes the MAC, whatever else comes at the same moment."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.utils import timezone

from clients.models import AuditEvent, Client, PlatformSettings
from clients.services.audit import Actor
from phones.models import Phone
from phones.services.window import acknowledge_double, open_window
from provisioning import journal, writing
from tests.conftest import SNOM_710
from tests.provisioning.asking import SNOM_D765, change, given_to, reasons, row

Fetch = Callable[..., HttpResponse]
HERE, THERE = "192.0.2.7", "203.0.113.9"


@pytest.fixture
def once(blue_phone: Phone) -> Phone:
    """Alice's phone, at a client where the first contact closes the MAC."""
    Client.unscoped.filter(pk=blue_phone.client_id).update(window_policy="first-contact")
    return blue_phone


def test_the_first_is_served_again_for_ten_minutes_and_nobody_else(once: Phone, fetch: Fetch) -> None:
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
            inside.append(
                fetch(once.mac, REMOTE_ADDR=HERE)
            )  # comes and goes while the other's document is made
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


def test_the_operators_policy_holds_where_the_client_has_none(blue_phone: Phone, fetch: Fetch) -> None:
    PlatformSettings(pk=1, window_policy="first-contact").save()
    fetch(blue_phone.mac, REMOTE_ADDR=HERE)

    assert fetch(blue_phone.mac, REMOTE_ADDR=THERE).status_code == 401
    Client.unscoped.filter(pk=blue_phone.client_id).update(window_policy="window")
    assert fetch(blue_phone.mac, REMOTE_ADDR=THERE).status_code == 200


def test_a_new_window_begins_anew(once: Phone, fetch: Fetch, blue_actor: Actor) -> None:
    fetch(once.mac, REMOTE_ADDR=HERE)
    open_window(once, actor=blue_actor)

    assert fetch(once.mac, REMOTE_ADDR=THERE).status_code == 200


# --- « Servi à deux adresses » ---------------------------------------------------------------------------


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
