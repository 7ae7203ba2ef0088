"""Numbers typed on a key are kept as dialled, found in the directory, and repaired."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.utils.translation import gettext

from clients.models import Subscriber, User
from clients.services.audit import Actor
from keys.drafts import KeyDraft, LayoutDraft
from keys.errors import LayoutRefused
from keys.models import Key
from keys.owners import Owner
from keys.services.layouts import save_layout
from phones import catalogue
from tests.factories.keys import arrange

D765 = catalogue.get("snom-d765")


@pytest.mark.parametrize("function", ["speed", "transfer", "forward", "intercom", "extension"])
def test_a_number_from_a_business_card_is_kept_as_it_is_dialled(
    function: str, alice: Subscriber
) -> None:
    arrange(Owner.of_line(alice), side_1=KeyDraft(function, "+33 (0)6 12 34 56 78"))

    assert Key.objects.get().value == "0612345678"


@pytest.mark.parametrize("function", ["park", "conference"])
def test_a_number_of_the_platform_may_be_long(function: str, alice: Subscriber) -> None:
    arrange(
        Owner.of_line(alice),
        side_1=KeyDraft(function, "70012345678901"),
        side_2=KeyDraft(function, "+330970711111"),
    )

    assert list(Key.objects.order_by("position").values_list("value", flat=True)) == [
        "70012345678901",
        "0970711111",
    ]


def test_what_is_no_number_is_refused_at_its_key(alice: Subscriber, blue_staff: User) -> None:
    draft = LayoutDraft(
        0,
        None,
        {"side-1": KeyDraft("speed", "4,13740E+08"), "side-2": KeyDraft("speed", "+33 1 23 45 67")},
    )

    with pytest.raises(LayoutRefused) as refused:
        save_layout(Owner.of_line(alice), D765, draft, actor=Actor(blue_staff))

    assert [(problem.place, problem.field) for problem in refused.value.problems] == [
        ("side-1", "value"),
        ("side-2", "value"),
    ]
    assert "4,13740E+08" in str(refused.value.problems[0].message)
    assert str(refused.value.problems[1].message) == gettext(
        "A French number has ten digits, such as 0970711111."
    )


@pytest.mark.parametrize(
    "typed",
    ["+33 (0)9 70 71 90 02", "09/70/71/90/02", "970719002", "09\u201070719002", "7071900", "902"],
)
def test_a_colleague_is_found_by_a_number_in_any_spelling(
    typed: str, bob: Subscriber, alices_login: User, as_user
) -> None:
    url = f"/parametres/touches/{D765.code}/annuaire/"

    found = as_user(alices_login).get(url, {"q": typed}).json()["people"]

    assert [person["name"] for person in found] == (["Bob Bleu"])


@pytest.mark.parametrize(
    ("function", "stored", "repaired"),
    [
        ("speed", "+330612345678", "0612345678"),
        ("park", "+330970711111", "0970711111"),
        ("speed", "00330612345678", "0612345678"),
        ("speed", "+2620692123456", "0692123456"),
        ("speed", "+5900590123456", "0590123456"),
        ("speed", "+5080508412345", "0508412345"),
        ("speed", "+33612345678", "+33612345678"),
        ("speed", "+440612345678", "+440612345678"),
        ("speed", "+3306123456789", "+3306123456789"),
        ("speed", "+330012345678", "+330012345678"),
        ("speed", "*21*+330612345678", "*21*+330612345678"),
        ("dtmf", "+330612345678", "+330612345678"),
    ],
)
def test_stored_numbers_that_nobody_has_are_repaired(
    function: str, stored: str, repaired: str, alice: Subscriber
) -> None:
    arrange(Owner.of_line(alice), side_1=KeyDraft("speed", "1"))
    Key.objects.update(function=function, value=stored)

    import_module("keys.migrations.0002_public_numbers").repair(
        apps, SimpleNamespace(connection=connection)
    )

    assert Key.objects.get().value == repaired
