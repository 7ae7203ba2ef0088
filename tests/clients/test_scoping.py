from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404

from clients.enums import Role
from clients.models import Client, Reseller, Site, Subscriber, User
from clients.scoping import Scope, ScopeLevel, UnscopedQuery, scope_for, scoped_or_404
from phones.models import Phone, SipCredential

TENANT_MODELS = [Reseller, Client, Site, Subscriber, Phone, SipCredential]
WAYS: dict[str, Callable[[Any], Any]] = {
    "all": lambda manager: manager.all(),
    "get": lambda manager: manager.get(pk=1),
    "filter": lambda manager: manager.filter(pk=1),
    "exclude": lambda manager: manager.exclude(pk=1),
    "first": lambda manager: manager.first(),
    "count": lambda manager: manager.count(),
    "exists": lambda manager: manager.exists(),
    "values": lambda manager: manager.values(),
    "in_bulk": lambda manager: manager.in_bulk(),
    "create": lambda manager: manager.create(),
    "get_or_create": lambda manager: manager.get_or_create(pk=1),
    "bulk_create": lambda manager: manager.bulk_create([]),
    "update": lambda manager: manager.update(pk=1),
    "raw": lambda manager: manager.raw("SELECT 1"),
    "using": lambda manager: manager.using("default"),
    "none": lambda manager: manager.none(),
    "select_related": lambda manager: manager.select_related(),
    "iterator": lambda manager: manager.iterator(),
    "a sub-query": lambda manager: Exists(manager.filter(pk=OuterRef("pk"))),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("model", TENANT_MODELS)
def test_asking_without_saying_for_whom_raises(model: Any, way: str) -> None:
    with pytest.raises(UnscopedQuery):
        WAYS[way](model.objects)


@pytest.mark.parametrize("model", TENANT_MODELS)
def test_a_reseller_sees_only_its_own_rows(
    model: Any, blue_phone: Phone, red_phone: Phone, blue_staff: User, red_staff: User
) -> None:
    everything = set(model.unscoped.all())

    blue = set(model.objects.within(scope_for(blue_staff)))
    red = set(model.objects.within(scope_for(red_staff)))

    assert (len(blue), len(red)) == (1, 1)
    assert blue | red == everything


@pytest.mark.parametrize("model", TENANT_MODELS)
def test_the_operator_sees_everything(
    model: Any, blue_phone: Phone, red_phone: Phone, operator: User
) -> None:
    assert model.objects.within(scope_for(operator)).count() == 2


def test_a_scope_narrows_whatever_is_chained_to_it(
    blue_phone: Phone, red_phone: Phone, blue_scope: Scope
) -> None:
    rows = Phone.objects.within(blue_scope)

    assert list(rows.filter(mac=red_phone.mac) | rows.filter(mac=blue_phone.mac)) == [blue_phone]
    assert list(rows.exclude(mac=blue_phone.mac)) == []


def test_what_is_not_seen_does_not_exist(
    blue_phone: Phone, red_phone: Phone, blue_scope: Scope
) -> None:
    assert scoped_or_404(Phone, blue_scope, mac=blue_phone.mac) == blue_phone
    for mac in (red_phone.mac, "00041300FFFF"):
        with pytest.raises(Http404):
            scoped_or_404(Phone, blue_scope, mac=mac)


def test_related_managers_and_validation_go_on_working(
    blue_client: Client, blue_phone: Phone, red_phone: Phone
) -> None:
    assert list(blue_client.phones.all()) == [blue_phone]
    with pytest.raises(ValidationError) as refusal:
        Phone(mac=red_phone.mac, client=blue_client).full_clean()
    assert list(refusal.value.message_dict) == ["mac"]


def test_each_login_has_the_scope_of_its_role(
    blue_staff: User, blue_reseller: Reseller, operator: User
) -> None:
    assert scope_for(blue_staff) == Scope(ScopeLevel.RESELLER, blue_reseller.pk)
    assert scope_for(operator) == Scope(ScopeLevel.OPERATOR)


@pytest.mark.parametrize(
    "user",
    [
        User(role=Role.OPERATOR, is_active=False),
        User(role=Role.RESELLER, is_active=False, reseller_id=1),
        User(role=Role.RESELLER, reseller_id=None),
        User(role=""),
        User(role="administrator", reseller_id=1),
    ],
    ids=[
        "closed operator",
        "closed reseller",
        "of no reseller",
        "of no role",
        "of an unknown role",
    ],
)
def test_a_login_without_a_scope_is_refused(user: User) -> None:
    with pytest.raises(PermissionDenied):
        scope_for(user)
