"""Opening, closing, assigning: what the services do to a phone's row."""

from datetime import UTC, datetime, timedelta

import pytest

from clients.models import AuditEvent, PlatformSettings, Subscriber, User
from clients.services.audit import Actor
from phones.credentials import http_credentials
from phones.errors import (
    AnotherClientsLine,
    AssignLineFirst,
    ForeignVendor,
    WindowInThePast,
    WindowTooFar,
)
from phones.models import Phone, SipCredential
from phones.services.assignment import PhoneChange, assign, change_phone, unassign
from phones.services.deletion import delete_phone
from phones.services.window import ONE_HOUR, close_window, open_window
from tests.factories.phones import PhoneFactory

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def secrets_of(phone: Phone) -> tuple[str, str]:
    account = SipCredential.unscoped.get(phone=phone)
    http = http_credentials(phone.mac, phone.uid, phone.credential_generation)
    return http.password, account.password


def test_opening_gives_48_hours_and_new_secrets(blue_phone: Phone, blue_actor: Actor) -> None:
    http, sip = secrets_of(blue_phone)

    phone = open_window(blue_phone, actor=blue_actor, now=NOW)

    assert (phone.authorized_from, phone.authorized_until) == (None, NOW + timedelta(hours=48))
    assert secrets_of(phone)[0] != http
    assert secrets_of(phone)[1] != sip


def test_opening_forgets_what_belongs_to_the_window_before(
    blue_phone: Phone, blue_actor: Actor
) -> None:
    Phone.unscoped.filter(pk=blue_phone.pk).update(
        authenticated_at=NOW,
        expiry_recorded_at=NOW,
        refused_at=NOW,
        refused_count=3,
        refused_reason="overdue",
    )

    phone = open_window(blue_phone, actor=blue_actor, now=NOW)

    phone.refresh_from_db()
    assert (phone.authenticated_at, phone.expiry_recorded_at) == (None, None)
    assert (phone.refused_at, phone.refused_count, phone.refused_reason) == (None, 0, "")


def test_opening_is_audited_with_both_windows(
    blue_phone: Phone, blue_actor: Actor, blue_staff: User
) -> None:
    before = blue_phone.authorized_until

    open_window(blue_phone, actor=blue_actor, until=NOW + ONE_HOUR, now=NOW)

    event = AuditEvent.objects.get()
    assert (event.kind, event.actor, event.client) == (
        "window.opened",
        blue_staff,
        blue_phone.client,
    )
    assert event.before["authorized_until"] == before.isoformat()
    assert event.after["authorized_until"] == (NOW + ONE_HOUR).isoformat()


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1), timedelta(days=400)])
def test_a_window_does_not_end_in_the_past(
    late: timedelta, blue_phone: Phone, blue_actor: Actor
) -> None:
    with pytest.raises(WindowInThePast):
        open_window(blue_phone, actor=blue_actor, until=NOW - late, now=NOW)

    assert Phone.unscoped.filter(authorized_until=blue_phone.authorized_until).count() == 1


def test_a_window_ends_within_thirty_days(blue_phone: Phone, blue_actor: Actor) -> None:
    latest = NOW + timedelta(days=30)

    with pytest.raises(WindowTooFar):
        open_window(blue_phone, actor=blue_actor, until=latest + timedelta(seconds=1), now=NOW)

    assert (
        open_window(blue_phone, actor=blue_actor, until=latest, now=NOW).authorized_until == latest
    )


def test_the_furthest_end_is_the_operators(blue_phone: Phone, blue_actor: Actor) -> None:
    PlatformSettings.objects.create(pk=1, maximum_window_days=2)

    with pytest.raises(WindowTooFar):
        open_window(blue_phone, actor=blue_actor, until=NOW + timedelta(days=3), now=NOW)


def test_a_phone_on_no_line_has_no_window(blue_client: object, blue_actor: Actor) -> None:
    phone = PhoneFactory(client=blue_client)

    with pytest.raises(AssignLineFirst) as refusal:
        open_window(phone, actor=blue_actor, now=NOW)

    assert refusal.value.field == "line"


def test_closing_ends_the_window_and_keeps_the_secrets(
    blue_phone: Phone, blue_actor: Actor
) -> None:
    before = secrets_of(blue_phone)

    phone = close_window(blue_phone, actor=blue_actor, now=NOW)

    assert (phone.authorized_until, phone.window_opened_at) == (None, None)
    assert secrets_of(phone) == before
    assert AuditEvent.objects.get().kind == "window.closed"


def test_closing_twice_leaves_one_event(blue_phone: Phone, blue_actor: Actor) -> None:
    close_window(blue_phone, actor=blue_actor, now=NOW)
    close_window(blue_phone, actor=blue_actor, now=NOW)

    assert AuditEvent.objects.count() == 1


def test_taking_off_a_line_ends_window_and_secrets_at_once(
    blue_phone: Phone, alice: Subscriber, blue_actor: Actor
) -> None:
    http, _sip = secrets_of(blue_phone)

    phone = unassign(blue_phone, actor=blue_actor, now=NOW)

    again = http_credentials(phone.mac, phone.uid, phone.credential_generation)
    assert (phone.subscriber, phone.authorized_until, phone.authenticated_at) == (None, None, None)
    assert phone.site == alice.site
    assert again.password != http
    assert SipCredential.unscoped.count() == 0


def test_putting_back_on_a_line_brings_no_old_secret_back(
    blue_phone: Phone, alice: Subscriber, blue_actor: Actor
) -> None:
    before = secrets_of(blue_phone)
    unassign(blue_phone, actor=blue_actor, now=NOW)

    phone = assign(blue_phone, alice, actor=blue_actor, now=NOW)

    assert phone.authorized_until == NOW + timedelta(hours=48)
    assert set(secrets_of(phone)) & set(before) == set()


def test_a_phone_is_never_put_on_a_strangers_line(
    blue_phone: Phone, mallory: Subscriber, blue_actor: Actor
) -> None:
    with pytest.raises(AnotherClientsLine):
        assign(blue_phone, mallory, actor=blue_actor, now=NOW)

    blue_phone.refresh_from_db()
    assert blue_phone.subscriber.name == "Alice Bleu"


def test_one_phones_end_does_not_cut_another_on_the_line(
    blue_phone: Phone, alice: Subscriber, blue_actor: Actor
) -> None:
    other = assign(PhoneFactory(client=alice.client), alice, actor=blue_actor, now=NOW)
    before = secrets_of(other)

    unassign(blue_phone, actor=blue_actor, now=NOW)

    other.refresh_from_db()
    assert secrets_of(other) == before
    assert other.subscriber == alice


def test_a_change_is_all_or_nothing(blue_phone: Phone, bob: Subscriber, blue_actor: Actor) -> None:
    change = PhoneChange("nouveau", "snom-720", bob, until=NOW + timedelta(days=31))

    with pytest.raises(WindowTooFar):
        change_phone(blue_phone, change, actor=blue_actor, now=NOW)

    blue_phone.refresh_from_db()
    assert (blue_phone.description, blue_phone.model) == ("Bureau d'Alice", "")
    assert blue_phone.subscriber.name == "Alice Bleu"
    assert AuditEvent.objects.count() == 0


def test_a_change_of_description_alone_renews_nothing(
    blue_phone: Phone, alice: Subscriber, blue_actor: Actor
) -> None:
    before = (*secrets_of(blue_phone), blue_phone.authorized_until)

    change_phone(blue_phone, PhoneChange("Accueil", "", alice), actor=blue_actor, now=NOW)

    blue_phone.refresh_from_db()
    event = AuditEvent.objects.get()
    assert (*secrets_of(blue_phone), blue_phone.authorized_until) == before
    assert (event.before, event.after) == (
        {"description": "Bureau d'Alice"},
        {"description": "Accueil"},
    )


def test_another_makers_phone_is_not_declared_a_snom(alice: Subscriber, blue_actor: Actor) -> None:
    phone = PhoneFactory(client=alice.client, mac="0080F0123456")

    with pytest.raises(ForeignVendor):
        change_phone(phone, PhoneChange("", "snom-710", None), actor=blue_actor, now=NOW)


def test_a_deleted_phone_leaves_its_trail(blue_phone: Phone, blue_actor: Actor) -> None:
    delete_phone(blue_phone, actor=blue_actor)

    event = AuditEvent.objects.get()
    assert (Phone.unscoped.count(), SipCredential.unscoped.count()) == (0, 0)
    assert (event.kind, event.before["mac"]) == ("phone.deleted", "00041300B10E")
