"""Windows, credentials and their end, as a phone meets them."""

from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from clients.enums import ClientStatus, SubscriberStatus
from clients.models import Subscriber
from clients.scoping import Scope
from clients.services.audit import PLATFORM
from clients.services.clients import update_client
from clients.services.subscribers import update_subscriber
from phones.models import Phone
from phones.services.assignment import assign, unassign
from phones.services.deletion import delete_phone
from phones.services.expiry import record_expired_windows
from phones.services.registration import Registration, register_phone
from phones.services.window import close_window, open_window
from provisioning import writing
from tests.provisioning.asking import (
    HOUR,
    OLD_SNOM_710,
    basic,
    change,
    end_of_window,
    given_to,
    proof,
    reasons,
    row,
    sip_of,
)

Fetching = Callable[..., HttpResponse]


def test_after_the_window_only_the_credentials_open(blue_phone: Phone, fetch: Fetching) -> None:
    given = given_to(fetch(blue_phone.mac))
    end_of_window(blue_phone, timedelta(days=365))

    assert [fetch(blue_phone.mac).status_code, fetch(blue_phone.mac, **given).status_code] == [
        401,
        200,
    ]
    assert reasons(blue_phone) == ["overdue"]


def test_a_planned_window_serves_from_its_start(blue_phone: Phone, fetch: Fetching) -> None:
    now = timezone.now()
    change(blue_phone, authorized_from=now + HOUR, authorized_until=now + 2 * HOUR)
    early = fetch(blue_phone.mac)
    change(blue_phone, authorized_from=now)

    assert [early.status_code, fetch(blue_phone.mac).status_code] == [401, 200]
    assert reasons(blue_phone) == ["not-yet"]


def test_stale_credentials_inside_the_window_are_served(blue_phone: Phone, fetch: Fetching) -> None:
    for header in (
        basic(blue_phone.mac.lower(), "of-another-time"),
        "Basic ???",
        "Digest username=x",
    ):
        assert fetch(blue_phone.mac, HTTP_AUTHORIZATION=header).status_code == 200
    assert row(blue_phone)["authorized_until"] > timezone.now()


def test_the_first_proven_fetch_ends_access_by_mac_alone(
    blue_phone: Phone, fetch: Fetching
) -> None:
    given = given_to(fetch(blue_phone.mac))
    assert fetch(blue_phone.mac).status_code == 200  # asked twice before it used what it got

    assert fetch(blue_phone.mac, **given).status_code == 200

    assert fetch(blue_phone.mac).status_code == 401
    assert fetch(blue_phone.mac, **given).status_code == 200
    assert reasons(blue_phone) == ["credentials-expected"]
    assert row(blue_phone)["authenticated_at"] is not None


def test_a_window_ended_by_its_phone_is_no_expiry(blue_phone: Phone, fetch: Fetching) -> None:
    fetch(blue_phone.mac, **given_to(fetch(blue_phone.mac)))

    assert record_expired_windows(timezone.now() + timedelta(days=3)) == 0


def test_a_factory_reset_phone_needs_a_new_window(blue_phone: Phone, fetch: Fetching) -> None:
    old = given_to(fetch(blue_phone.mac))
    fetch(blue_phone.mac, **old)
    assert fetch(blue_phone.mac).status_code == 401  # it has forgotten its credentials

    open_window(blue_phone, actor=PLATFORM)

    answer = fetch(blue_phone.mac)
    assert answer.status_code == 200
    assert given_to(answer) != old


def test_old_secrets_are_refused_as_soon_as_new_ones_were_made(
    blue_phone: Phone, fetch: Fetching
) -> None:
    first = fetch(blue_phone.mac)
    open_window(blue_phone, actor=PLATFORM, until=timezone.now() + HOUR)
    second = fetch(blue_phone.mac)
    end_of_window(blue_phone)

    assert fetch(blue_phone.mac, **given_to(first)).status_code == 401
    assert fetch(blue_phone.mac, **given_to(second)).status_code == 200
    assert sip_of(first) != sip_of(second)
    assert len({*sip_of(first), *sip_of(second)}) == 4
    assert reasons(blue_phone) == ["bad-credentials"]


def test_unassigning_ends_both_doors_at_once_and_assigning_gives_new_keys(
    blue_phone: Phone, alice: Subscriber, fetch: Fetching
) -> None:
    first = fetch(blue_phone.mac)
    old = given_to(first)

    unassign(blue_phone, actor=PLATFORM)
    refused = [fetch(blue_phone.mac).status_code, fetch(blue_phone.mac, **old).status_code]
    assign(blue_phone, alice, actor=PLATFORM)
    second = fetch(blue_phone.mac)
    end_of_window(blue_phone)

    assert refused == [401, 401]
    assert [
        fetch(blue_phone.mac, **old).status_code,
        fetch(blue_phone.mac, **given_to(second)).status_code,
    ] == [401, 200]
    assert not {*sip_of(first)} & {*sip_of(second)}
    assert reasons(blue_phone) == ["unassigned", "unassigned", "bad-credentials"]


def test_a_phone_moved_to_another_line_speaks_for_that_line_alone(
    blue_phone: Phone, bob: Subscriber, fetch: Fetching
) -> None:
    first = fetch(blue_phone.mac)

    assign(blue_phone, bob, actor=PLATFORM)

    second = fetch(blue_phone.mac)
    assert b"+33970719001" not in second.content
    assert b"+33970719002" in second.content
    assert not {*sip_of(first)} & {*sip_of(second)}


def test_a_closed_window_leaves_the_credentials(blue_phone: Phone, fetch: Fetching) -> None:
    given = given_to(fetch(blue_phone.mac))

    close_window(blue_phone, actor=PLATFORM)

    assert [fetch(blue_phone.mac).status_code, fetch(blue_phone.mac, **given).status_code] == [
        401,
        200,
    ]
    assert reasons(blue_phone) == ["no-window"]


def test_a_mac_registered_anew_does_not_open_to_its_former_phone(
    blue_phone: Phone, alice: Subscriber, blue_scope: Scope, fetch: Fetching
) -> None:
    old = given_to(fetch(blue_phone.mac))
    delete_phone(blue_phone, actor=PLATFORM)
    assert fetch(blue_phone.mac, **old).status_code == 401

    asked = Registration(blue_phone.mac, alice)
    again = register_phone(asked, client=alice.client, scope=blue_scope, actor=PLATFORM)
    change(again, authorized_until=timezone.now() - HOUR)

    assert again.credential_generation == blue_phone.credential_generation + 1
    assert fetch(blue_phone.mac, **old).status_code == 401


@pytest.mark.parametrize("status", [ClientStatus.SUSPENDED, ClientStatus.TERMINATED])
def test_a_client_that_is_not_active_is_not_served_and_nothing_else_is_touched(
    status: ClientStatus, blue_phone: Phone, fetch: Fetching
) -> None:
    given = given_to(fetch(blue_phone.mac))
    before = row(blue_phone)

    type(blue_phone.client).unscoped.filter(pk=blue_phone.client_id).update(status=status)
    refused = [fetch(blue_phone.mac).status_code, fetch(blue_phone.mac, **given).status_code]
    type(blue_phone.client).unscoped.filter(pk=blue_phone.client_id).update(
        status=ClientStatus.ACTIVE
    )

    assert refused == [401, 401]
    assert row(blue_phone)["authorized_until"] == before["authorized_until"]
    assert fetch(blue_phone.mac).status_code == 200
    assert reasons(blue_phone) == ["client-inactive", "client-inactive"]


def test_a_terminated_client_frees_its_phones_for_good(blue_phone: Phone, fetch: Fetching) -> None:
    given = given_to(fetch(blue_phone.mac))
    client = blue_phone.client
    client.status = ClientStatus.TERMINATED

    update_client(client, actor=PLATFORM)

    assert fetch(blue_phone.mac, **given).status_code == 401
    assert (row(blue_phone)["subscriber_id"], reasons(blue_phone)) == (None, ["unassigned"])


def test_a_suspended_line_is_not_served(
    blue_phone: Phone, alice: Subscriber, fetch: Fetching
) -> None:
    given = given_to(fetch(blue_phone.mac))
    alice.status = SubscriberStatus.SUSPENDED
    update_subscriber(alice, actor=PLATFORM)

    assert [fetch(blue_phone.mac).status_code, fetch(blue_phone.mac, **given).status_code] == [
        401,
        401,
    ]
    assert reasons(blue_phone) == ["line-suspended", "line-suspended"]


def test_a_locked_portal_account_goes_on_telephoning(
    blue_phone: Phone, alice: Subscriber, fetch: Fetching
) -> None:
    alice.is_locked = True
    alice.save()

    assert fetch(blue_phone.mac).status_code == 200


def test_firmware_too_old_is_refused_inside_the_window_too(
    blue_phone: Phone, fetch: Fetching
) -> None:
    assert fetch(blue_phone.mac, user_agent=OLD_SNOM_710).status_code == 401

    marked = row(blue_phone)
    assert (marked["refused_reason"], marked["refused_count"]) == ("firmware-too-old", 1)
    # the row holds what it was served with; the journal what it said
    assert marked["firmware"] == ""


def test_credentials_in_clear_from_afar_are_not_accepted(
    blue_phone: Phone, fetch: Fetching
) -> None:
    given = given_to(fetch(blue_phone.mac))
    end_of_window(blue_phone)

    from_afar = {"REMOTE_ADDR": "203.0.113.9"}
    assert fetch(blue_phone.mac, **given, **from_afar).status_code == 401
    assert (
        fetch(blue_phone.mac, **given, **from_afar, HTTP_X_FORWARDED_PROTO="https").status_code
        == 401
    )
    assert (
        fetch(blue_phone.mac, **given, **from_afar, **{"wsgi.url_scheme": "https"}).status_code
        == 200
    )
    assert fetch(blue_phone.mac, **given, REMOTE_ADDR="::1").status_code == 200
    assert reasons(blue_phone) == ["credentials-in-clear", "credentials-in-clear"]


def test_a_trusted_proxy_is_believed_about_encryption(
    blue_phone: Phone, fetch: Fetching, settings
) -> None:
    settings.METACENTREX_TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    given = given_to(fetch(blue_phone.mac))
    end_of_window(blue_phone)

    through = given | {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}
    assert fetch(blue_phone.mac, **through, HTTP_X_FORWARDED_PROTO="https").status_code == 200
    assert fetch(blue_phone.mac, **through, HTTP_X_FORWARDED_PROTO="http").status_code == 401


def test_in_clear_inside_the_window_the_mac_still_opens_and_stays_open(
    blue_phone: Phone, fetch: Fetching
) -> None:
    header = proof(blue_phone)

    assert fetch(blue_phone.mac, **header, REMOTE_ADDR="203.0.113.9").status_code == 200

    assert row(blue_phone)["authorized_until"] > timezone.now()


@pytest.mark.parametrize(
    ("act", "told"), [(unassign, ["unassigned"]), (close_window, ["no-window"]), (delete_phone, [])]
)
def test_an_act_committed_between_the_decision_and_the_answer_wins(
    act, told: list[str], blue_phone: Phone, fetch: Fetching
) -> None:
    response = _while_being_served(lambda: act(blue_phone, actor=PLATFORM), fetch, blue_phone)

    assert (response.status_code, response.content) == (401, b"")
    if act is not delete_phone:
        after = row(blue_phone)
        assert (after["authenticated_at"], after["served_digest"], after["detected_model"]) == (
            None,
            "",
            "",
        )
    assert reasons(blue_phone) == told


def test_a_window_opened_again_meanwhile_serves_the_new_secrets(
    blue_phone: Phone, fetch: Fetching
) -> None:
    response = _while_being_served(
        lambda: open_window(blue_phone, actor=PLATFORM), fetch, blue_phone
    )

    assert response.status_code == 200
    assert given_to(response) == proof(blue_phone)


def test_what_changes_at_every_try_is_refused(
    blue_phone: Phone, fetch: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = writing.compose

    def slow(*args: object) -> object:
        open_window(blue_phone, actor=PLATFORM)
        return real(*args)

    monkeypatch.setattr(writing, "compose", slow)

    assert fetch(blue_phone.mac).status_code == 401
    assert reasons(blue_phone) == ["revoked-meanwhile"]


def test_closing_while_a_phone_is_served_is_not_undone(blue_phone: Phone, fetch: Fetching) -> None:
    _while_being_served(lambda: close_window(blue_phone, actor=PLATFORM), fetch, blue_phone)

    assert row(blue_phone)["authorized_until"] is None
    assert fetch(blue_phone.mac).status_code == 401


def test_a_proven_phone_is_served_whatever_becomes_of_the_window_meanwhile(
    blue_phone: Phone, fetch: Fetching
) -> None:
    given = given_to(fetch(blue_phone.mac))

    response = _while_being_served(
        lambda: close_window(blue_phone, actor=PLATFORM), fetch, blue_phone, **given
    )

    assert response.status_code == 200
    assert fetch(blue_phone.mac).status_code == 401


def _while_being_served(
    act: Callable[[], object], fetch: Fetching, phone: Phone, **extra: str
) -> HttpResponse:
    """Ask, and have somebody act once the row has been read: at the first query
    about colleagues.
    """
    done = []

    def meanwhile(execute, sql, params, many, context):
        if "clients_platformsettings" in sql and not done:
            done.append(True)
            act()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        response = fetch(phone.mac, **extra)
    assert done
    return response
