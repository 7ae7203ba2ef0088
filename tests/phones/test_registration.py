"""Registering one phone: what the service does, whoever asks."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client as Browser

from clients.models import AuditEvent, Client, PlatformSettings, Reseller, Subscriber, User
from clients.scoping import Scope, scope_for
from clients.services.audit import Actor
from metacentrex.errors import DomainError
from phones.errors import AnotherClientsLine, DuplicateMac, ForeignVendor, VendorNotConfirmed
from phones.models import Phone, SipCredential
from phones.services.registration import Registration, register_phone
from tests.factories.clients import ClientFactory
from tests.factories.phones import PhoneFactory

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
MAC = "00041374074C"
OTHER_MAKER = "0080F0123456"


class Desk:
    """Somebody who registers phones for one client."""

    def __init__(self, client: Client, scope: Scope, actor: Actor) -> None:
        self.client, self.scope, self.actor = client, scope, actor

    def register(self, mac: str = MAC, line: Subscriber | None = None, **asked: object) -> Phone:
        registration = Registration(mac, line, **asked)
        return register_phone(
            registration, client=self.client, scope=self.scope, actor=self.actor, now=NOW
        )


@pytest.fixture
def blue(blue_client: Client, blue_scope: Scope, blue_actor: Actor) -> Desk:
    return Desk(blue_client, blue_scope, blue_actor)


def test_a_phone_on_a_line_gets_a_window_of_48_hours(blue: Desk, alice: Subscriber) -> None:
    phone = blue.register(line=alice, model="snom-710", description="Accueil")

    phone.refresh_from_db()
    assert (phone.mac, phone.subscriber, phone.client) == (MAC, alice, blue.client)
    assert (phone.model, phone.description) == ("snom-710", "Accueil")
    assert (phone.authorized_from, phone.authorized_until) == (None, NOW + timedelta(hours=48))


def test_the_length_of_the_window_is_the_operators(blue: Desk, alice: Subscriber) -> None:
    PlatformSettings.objects.create(pk=1, window_hours=12)

    assert blue.register(line=alice).authorized_until == NOW + timedelta(hours=12)


def test_a_phone_on_a_line_has_a_sip_account_of_its_own(blue: Desk, alice: Subscriber) -> None:
    first = blue.register(line=alice)
    second = blue.register("000413000001", line=alice)

    accounts = {account.phone: account for account in SipCredential.unscoped.all()}
    assert set(accounts) == {first, second}
    assert {account.subscriber for account in accounts.values()} == {alice}
    assert accounts[first].auth_name != accounts[second].auth_name
    assert accounts[first].password != accounts[second].password


def test_a_phone_on_no_line_has_no_window_and_waits_at_the_main_site(blue: Desk) -> None:
    phone = blue.register()

    assert (phone.subscriber, phone.authorized_until) == (None, None)
    assert phone.site == blue.client.sites.get(is_main=True)
    assert SipCredential.unscoped.count() == 0


def test_registering_is_audited_without_secrets(
    blue: Desk, alice: Subscriber, blue_staff: User
) -> None:
    phone = blue.register(line=alice)

    event = AuditEvent.objects.get()
    account = SipCredential.unscoped.get()
    assert (event.kind, event.actor, event.client, event.at) == (
        "phone.registered",
        blue_staff,
        blue.client,
        NOW,
    )
    assert event.after == {
        "mac": MAC,
        "model": "",
        "description": "",
        "line": alice.number,
        "authorized_from": None,
        "authorized_until": phone.authorized_until.isoformat(),
    }
    assert account.password not in str(event.after) + str(event.before)


def test_a_duplicate_of_the_same_client_is_shown(blue: Desk) -> None:
    mine = PhoneFactory(client=blue.client, mac=MAC)

    with pytest.raises(DuplicateMac) as refusal:
        blue.register()

    assert refusal.value.phone == mine
    assert refusal.value.message == DuplicateMac(mine, same_client=True).message


def test_a_duplicate_of_another_own_client_is_shown(blue: Desk, blue_reseller: Reseller) -> None:
    mine = PhoneFactory(client=ClientFactory(reseller=blue_reseller), mac=MAC)

    with pytest.raises(DuplicateMac) as refusal:
        blue.register()

    assert refusal.value.phone == mine
    assert refusal.value.message == DuplicateMac(mine, same_client=False).message


def test_a_duplicate_of_a_stranger_tells_nothing(blue: Desk, red_phone: Phone) -> None:
    with pytest.raises(DuplicateMac) as refusal:
        blue.register(red_phone.mac)

    assert refusal.value.phone is None
    assert refusal.value.field == "mac"
    assert refusal.value.detail.splitlines()[0] == "5012"
    assert Phone.unscoped.count() == 1


def test_the_operator_sees_every_duplicate(
    blue_client: Client, red_phone: Phone, operator: User
) -> None:
    desk = Desk(blue_client, scope_for(operator), Actor(operator))

    with pytest.raises(DuplicateMac) as refusal:
        desk.register(red_phone.mac)

    assert refusal.value.phone == red_phone
    assert AuditEvent.objects.count() == 0


def test_a_strangers_line_is_refused(blue: Desk, mallory: Subscriber) -> None:
    with pytest.raises(AnotherClientsLine):
        blue.register(line=mallory)

    assert Phone.unscoped.count() == 0


@pytest.mark.parametrize("confirmed", [False, True])
def test_another_makers_address_with_a_snom_model_is_refused(confirmed: bool, blue: Desk) -> None:
    with pytest.raises(ForeignVendor):
        blue.register(OTHER_MAKER, model="snom-710", vendor_confirmed=confirmed)

    assert Phone.unscoped.count() == 0


def test_another_makers_address_with_automatic_wants_a_confirmation(blue: Desk) -> None:
    with pytest.raises(VendorNotConfirmed):
        blue.register(OTHER_MAKER)

    assert blue.register(OTHER_MAKER, vendor_confirmed=True).mac == OTHER_MAKER


def test_the_same_form_twice_gives_the_same_phone(blue: Desk, alice: Subscriber) -> None:
    token = uuid.uuid4()

    first = blue.register(line=alice, form_token=token)
    second = blue.register(line=alice, form_token=token)

    assert first == second
    assert Phone.unscoped.get().credential_generation == first.credential_generation
    assert AuditEvent.objects.count() == 1


def test_the_same_form_sent_again_with_another_address_gives_another_phone(blue: Desk) -> None:
    # The browser's back button keeps the hidden token.
    token = uuid.uuid4()

    blue.register(form_token=token)
    blue.register("000413000001", form_token=token)

    assert set(Phone.unscoped.values_list("mac", flat=True)) == {MAC, "000413000001"}


def test_a_strangers_form_token_is_worth_nothing(blue: Desk, red_client: Client) -> None:
    token = uuid.uuid4()
    PhoneFactory(client=red_client, mac=MAC, form_token=token)

    with pytest.raises(DuplicateMac):
        blue.register(form_token=token)
    other = blue.register("000413000001", form_token=token)

    assert other.client == blue.client


def test_nothing_is_kept_of_a_registration_that_fails(blue: Desk, mallory: Subscriber) -> None:
    for line, mac in ((mallory, MAC), (None, OTHER_MAKER)):
        with pytest.raises(DomainError):
            blue.register(mac, line=line)

    assert (Phone.unscoped.count(), SipCredential.unscoped.count(), AuditEvent.objects.count()) == (
        0,
        0,
        0,
    )


def test_a_deleted_phones_address_starts_anew(blue: Desk, alice: Subscriber) -> None:
    first = blue.register(line=alice)
    uid = first.uid
    first.delete()

    assert blue.register(line=alice).uid != uid


@pytest.mark.parametrize("typed", ["097071900", "70719001", "0970719", "9"])
def test_digits_that_are_part_of_a_line_are_no_line(
    typed: str, blue_browser: Browser, alice: Subscriber
) -> None:
    page = blue_browser.post(
        "/extranet/clients/10100/telephones/provisionner/",
        {"mac": "000413AAAAAA", "model": "auto", "line": typed},
    )

    assert list(page.context["form"].errors) == ["line"]
    assert page.context["form"]["line"].value() == typed
    assert Phone.unscoped.count() == 0


def test_the_form_names_the_person_of_the_line_clicked(
    blue_browser: Browser, alice: Subscriber
) -> None:
    page = blue_browser.get("/extranet/clients/10100/telephones/provisionner/?line=0970719001")

    assert "Alice Bleu" in page.content.decode()
