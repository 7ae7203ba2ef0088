import json

import pytest

from clients.models import AuditEvent, BarringClass, Client, Subscriber
from clients.services.audit import Actor
from clients.services.subscribers import (
    NotANumberOfTheClient,
    create_subscriber,
    end_subscriber,
    update_subscriber,
)
from clients.services.ticked_lines import bar, lock, present
from metacentrex.errors import DomainError
from phones.models import Phone, SipCredential
from tests.factories.clients import SubscriberFactory

SECRET = "planted-Sip-Secret-4711"


def new_line(client: Client, **fields: object) -> Subscriber:
    values = {"number": "+33970719009", "name": "Neuf", "site": client.sites.get(is_main=True)}
    return Subscriber(client=client, **values | fields)


def test_a_new_line_presents_its_own_number(blue_client: Client, blue_actor: Actor) -> None:
    line = create_subscriber(new_line(blue_client), actor=blue_actor)

    assert line.presented_number == "+33970719009"
    assert AuditEvent.objects.get().kind == "subscriber.created"


def test_a_new_line_may_present_another_of_its_client(
    blue_client: Client, alice: Subscriber, blue_actor: Actor
) -> None:
    line = create_subscriber(new_line(blue_client, presented_number=alice.number), actor=blue_actor)

    assert line.presented_number == alice.number


def test_a_new_line_never_presents_a_strangers_number(
    blue_client: Client, mallory: Subscriber, blue_actor: Actor
) -> None:
    with pytest.raises(NotANumberOfTheClient) as refusal:
        create_subscriber(new_line(blue_client, presented_number=mallory.number), actor=blue_actor)

    assert refusal.value.field == "presented_number"
    assert blue_client.subscribers.count() == 0


@pytest.mark.parametrize("field", ["site", "administered_site"])
def test_a_line_is_on_a_site_of_its_client(
    field: str, blue_client: Client, red_client: Client, blue_actor: Actor
) -> None:
    with pytest.raises(DomainError) as refusal:
        create_subscriber(
            new_line(blue_client, **{field: red_client.sites.get()}), actor=blue_actor
        )

    assert refusal.value.field == field


def test_a_line_never_moves_to_another_client(
    alice: Subscriber, red_client: Client, blue_actor: Actor
) -> None:
    alice.client, alice.site = red_client, red_client.sites.get()

    with pytest.raises(DomainError) as refusal:
        update_subscriber(alice, actor=blue_actor)

    assert refusal.value.field == "client"


def test_a_change_is_audited_without_secrets(alice: Subscriber, blue_actor: Actor) -> None:
    alice.platform_auth_name, alice.platform_password = "account", "first"
    alice.save()
    alice.name, alice.platform_password = "Alice Martin", SECRET

    update_subscriber(alice, actor=blue_actor)

    event = AuditEvent.objects.get()
    assert event.before == {"name": "Alice Bleu", "platform_password": ""}
    assert event.after == {"name": "Alice Martin", "platform_password": "(changed)"}
    assert SECRET not in json.dumps(list(AuditEvent.objects.values()), default=str)


@pytest.mark.parametrize(("name", "password"), [("account", ""), ("", SECRET)])
def test_half_an_imposed_account_is_refused(
    name: str, password: str, alice: Subscriber, blue_actor: Actor
) -> None:
    alice.platform_auth_name, alice.platform_password = name, password

    with pytest.raises(DomainError) as refused:
        update_subscriber(alice, actor=blue_actor)

    assert refused.value.field == "platform_password"


def test_a_line_told_to_present_nothing_presents_its_own_number(
    alice: Subscriber, blue_actor: Actor
) -> None:
    alice.presented_number = ""

    update_subscriber(alice, actor=blue_actor)

    assert Subscriber.unscoped.get(pk=alice.pk).presented_number == alice.number


def test_a_renumbered_line_presents_its_new_number(alice: Subscriber, blue_actor: Actor) -> None:
    alice.number = "+33970719099"

    update_subscriber(alice, actor=blue_actor)

    assert Subscriber.unscoped.get(pk=alice.pk).presented_number == "+33970719099"


def test_a_number_others_present_does_not_change(
    alice: Subscriber, bob: Subscriber, blue_client: Client, blue_actor: Actor
) -> None:
    present(client=blue_client, ids=[bob.pk], number=alice.number, actor=blue_actor)
    alice.number = "+33970719099"

    with pytest.raises(DomainError) as refusal:
        update_subscriber(alice, actor=blue_actor)

    assert refusal.value.field == "number"
    assert Subscriber.unscoped.get(pk=alice.pk).number == "+33970719001"


def test_ending_a_line_takes_its_phones_off_it_first(
    alice: Subscriber, blue_phone: Phone, blue_actor: Actor
) -> None:
    end_subscriber(alice, actor=blue_actor)

    blue_phone.refresh_from_db()
    assert (blue_phone.subscriber, blue_phone.authorized_until) == (None, None)
    assert Subscriber.unscoped.filter(number="+33970719001").count() == 0
    assert SipCredential.unscoped.count() == 0
    kinds = list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["phone.unassigned", "subscriber.ended"]


def test_of_two_clicks_that_end_a_line_the_second_does_nothing(
    alice: Subscriber, blue_actor: Actor
) -> None:
    again = Subscriber.unscoped.get(pk=alice.pk)

    end_subscriber(alice, actor=blue_actor)
    end_subscriber(again, actor=blue_actor)

    assert AuditEvent.objects.filter(kind="subscriber.ended").count() == 1


def test_a_line_whose_number_others_present_does_not_end(
    alice: Subscriber, bob: Subscriber, blue_phone: Phone, blue_client: Client, blue_actor: Actor
) -> None:
    present(client=blue_client, ids=[bob.pk], number=alice.number, actor=blue_actor)

    with pytest.raises(DomainError):
        end_subscriber(alice, actor=blue_actor)

    blue_phone.refresh_from_db()
    assert blue_phone.subscriber == alice


def test_locking_changes_only_the_lines_that_were_open(
    blue_client: Client, alice: Subscriber, bob: Subscriber, mallory: Subscriber, blue_actor: Actor
) -> None:
    lock(client=blue_client, ids=[alice.pk], locked=True, actor=blue_actor)

    changed = lock(
        client=blue_client, ids=[alice.pk, bob.pk, mallory.pk], locked=True, actor=blue_actor
    )

    assert changed == [bob.pk]
    locked = (
        Subscriber.unscoped.filter(is_locked=True).order_by("number").values_list("name", flat=True)
    )
    assert list(locked) == ["Alice Bleu", "Bob Bleu"]
    events = (
        AuditEvent.objects.filter(kind="subscriber.locked").order_by("pk").values_list("object_id")
    )
    assert list(events) == [(str(alice.pk),), (str(bob.pk),)]


def test_barring_is_given_and_taken_away(
    blue_client: Client, alice: Subscriber, blue_actor: Actor
) -> None:
    europe = BarringClass.objects.create(code=3, name="Europe")

    given = bar(client=blue_client, ids=[alice.pk], barring=europe, actor=blue_actor)
    taken = bar(client=blue_client, ids=[alice.pk], barring=None, actor=blue_actor)

    alice.refresh_from_db()
    assert (given, taken, alice.barring) == (1, 1, None)
    events = AuditEvent.objects.order_by("pk").values_list("before", "after")
    assert list(events) == [
        ({"barring": None}, {"barring": "3 Europe"}),
        ({"barring": "3 Europe"}, {"barring": None}),
    ]


def test_only_a_number_of_the_client_is_presented(
    blue_client: Client, alice: Subscriber, mallory: Subscriber, blue_actor: Actor
) -> None:
    with pytest.raises(NotANumberOfTheClient):
        present(client=blue_client, ids=[alice.pk], number=mallory.number, actor=blue_actor)

    alice.refresh_from_db()
    assert alice.presented_number == alice.number


def test_lines_without_extension_live_side_by_side(blue_client: Client) -> None:
    SubscriberFactory(client=blue_client, extension=None)
    SubscriberFactory(client=blue_client, extension=None)

    assert blue_client.subscribers.filter(extension=None).count() == 2
