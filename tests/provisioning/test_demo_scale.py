"""`demo --scale`: a platform's worth of invented data, right, in proportion, and the same for one
seed.
"""

import io
import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from clients.models import AuditEvent, Client, Reseller, Site, Subscriber, User
from clients.numbers import check_dial_string, national, parse_number
from metacentrex.errors import DomainError
from phones.mac import parse_mac
from phones.models import Phone, SipCredential
from phones.states import Code, code_of
from provisioning import demo
from provisioning.demo_scale import Scale, make
from provisioning.models import Fetch, FetchOutcome
from tests.factories.clients import ClientFactory

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SMALL = Scale(3, 4)


def scaled(scale: Scale = SMALL) -> None:
    demo.make(NOW)
    make(scale, NOW)


def invented_phones() -> list[Phone]:
    rows = Phone.unscoped.exclude(client__reference__in=demo.REFERENCES)
    return list(rows.select_related("client", "subscriber__site", "site").order_by("mac"))


@pytest.mark.django_db
def test_there_are_as_many_as_asked_for() -> None:
    scaled()

    clients = Client.unscoped.exclude(reference__in=demo.REFERENCES)
    assert sorted(client.subscribers.count() for client in clients) == [4, 4, 4]
    assert sorted(client.phones.count() for client in clients) == [4, 4, 4]
    assert Reseller.unscoped.filter(clients__in=clients).distinct().count() > 1
    assert clients.filter(reseller__name=demo.RESELLER).exists()


@pytest.mark.django_db
def test_every_row_would_pass_its_own_form() -> None:
    scaled(Scale(6, 10))

    for model in (Client, Site, Subscriber, Phone, User):
        for row in model._default_manager.all():
            row.full_clean(exclude=["password"])
    for line in Subscriber.unscoped.exclude(client__reference__in=demo.REFERENCES):
        assert parse_number(national(line.number)) == line.number
        check_dial_string(line.extension or "")
    for phone in Phone.unscoped.all():
        parse_mac(phone.mac)


@pytest.mark.django_db
def test_every_row_is_found_by_its_text() -> None:
    scaled()

    for model in (Client, Subscriber, Phone):
        assert [row for row in model.unscoped.all() if row.search_text != row.folded_parts()] == []


@pytest.mark.django_db
def test_every_state_has_phones_in_proportion() -> None:
    scaled(Scale(10, 20))

    phones = invented_phones()
    states = [code_of(phone, NOW) for phone in phones]
    assert {*states} >= set(Code) - {Code.SUSPENDED, Code.PENDING}
    assert states.count(Code.PROVISIONED) > 0.7 * len(states)
    assert len({phone.refused_reason for phone in phones} - {""}) == 4
    knocked = [phone for phone in phones if phone.knocked_at]
    assert {code_of(phone, NOW) for phone in knocked} == {Code.PROVISIONED}
    assert all(phone.knocked_address != phone.served_address for phone in knocked)
    assert all((phone.served_address != "") == (phone.served_at is not None) for phone in phones)
    assert any(phone.contradicts_declaration for phone in phones)
    assert any(phone.doubled_at for phone in phones)


@pytest.mark.django_db
def test_of_many_clients_some_are_suspended_and_one_ended_without_phones_on_lines() -> None:
    scaled(Scale(50, 1))

    assert Client.unscoped.filter(status="suspended").count() == 2
    assert Client.unscoped.filter(status="terminated").count() == 1
    assert not Phone.unscoped.filter(client__status="terminated", subscriber__isnull=False).exists()


@pytest.mark.django_db
def test_a_phone_on_a_line_has_its_account_and_no_other_has() -> None:
    scaled()

    with_account = {(row.phone_id, row.subscriber_id) for row in SipCredential.unscoped.all()}
    assert with_account == {
        (phone.pk, phone.subscriber_id) for phone in Phone.unscoped.exclude(subscriber=None)
    }


@pytest.mark.django_db
def test_the_journal_and_the_audit_tell_what_the_rows_say() -> None:
    scaled()

    for phone in invented_phones():
        outcomes = set(Fetch.objects.filter(phone=phone).values_list("outcome", flat=True))
        kinds = set(
            AuditEvent.objects.filter(object_id=str(phone.pk)).values_list("kind", flat=True)
        )
        assert (FetchOutcome.SERVED in outcomes) == (phone.authenticated_at is not None)
        is_refused = phone.refused_at is not None or phone.knocked_at is not None
        assert (FetchOutcome.REFUSED in outcomes) == is_refused
        assert "phone.registered" in kinds
    assert not Fetch.objects.filter(at__gt=NOW).exists()
    # Of the invented clients: what the guide's own are made of is written down by the clock on the
    # wall.
    invented = Client.unscoped.exclude(reference__in=demo.REFERENCES)
    assert not AuditEvent.objects.filter(at__gt=NOW, client__in=invented).exists()


@pytest.mark.django_db
def test_nobody_can_log_in_as_the_invented_staff() -> None:
    scaled()

    assert [user for user in User.objects.all() if user.has_usable_password()] == []


@pytest.mark.django_db
def test_a_seed_gives_one_platform() -> None:
    first, again, other = (told(seed) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def told(seed: int) -> list[tuple[object, ...]]:
    """What shows of a platform that is made and taken back."""
    with transaction.atomic():
        scaled(Scale(3, 4, seed))
        columns = [
            "mac",
            "description",
            "subscriber__name",
            "subscriber__number",
            "authorized_until",
        ]
        rows = list(Phone.unscoped.order_by("mac").values_list(*columns))
        transaction.set_rollback(True)
    return rows


@pytest.mark.django_db
def test_other_clients_than_the_demos_keep_it_away() -> None:
    demo.make(NOW)
    ClientFactory()

    with pytest.raises(DomainError, match="clients"):
        make(SMALL, NOW)

    assert Client.unscoped.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("scale", [Scale(0, 5), Scale(5, 0), Scale(6, 5001), Scale(1, 10_001)])
def test_more_than_there_are_numbers_or_nothing_at_all_is_refused(scale: Scale) -> None:
    demo.make(NOW)

    with pytest.raises(DomainError):
        make(scale, NOW)


@pytest.mark.django_db
def test_the_command_makes_it_once_and_says_so() -> None:
    first, second = io.StringIO(), io.StringIO()

    call_command("demo", scale=3, lines=4, stdout=first)
    call_command("demo", scale=3, lines=4, stdout=second)

    assert "3 clients" in first.getvalue()
    assert Client.unscoped.count() == 5
    assert "3 clients" not in second.getvalue()


@pytest.mark.django_db
def test_the_command_stays_one_json_object() -> None:
    said = io.StringIO()

    call_command("demo", scale=3, lines=4, json=True, stdout=said)

    assert len(json.loads(said.getvalue())["phones"]) == 12 + 11


@pytest.mark.django_db
def test_the_command_refuses_in_words_and_gives_no_password() -> None:
    ClientFactory()

    with pytest.raises(CommandError):
        call_command("demo", scale=3, lines=4)

    assert not User.objects.exists()


@pytest.mark.django_db
@override_settings(METACENTREX_EMBEDDED=False)
def test_production_has_no_invented_data() -> None:
    with pytest.raises(CommandError):
        call_command("demo", scale=3, lines=4)

    assert not Client.unscoped.exists()
