"""Searching is the same on SQLite and PostgreSQL: both sides are folded by us."""

from datetime import UTC, datetime

import pytest
from django.test import Client as Browser
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Client, Licence, Reseller, Subscriber
from clients.queries import clients_seen_by, subscribers_of
from clients.scoping import Scope, ScopeLevel
from clients.search import fold
from tests.factories.clients import ClientFactory, SubscriberFactory


@pytest.fixture
def people(blue_client: Client) -> dict[str, Subscriber]:
    names = [
        "Cédric Lefèvre",
        "Œuvre d'Hélène",
        "100% coton",
        "100 coton",
        "a_b",
        "a-b",
        "Straße",
        "𝐀lice",
    ]
    return {name: SubscriberFactory(client=blue_client, name=name) for name in names}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Cedric", ["Cédric Lefèvre"]),
        ("CÉDRIC", ["Cédric Lefèvre"]),
        ("lefevre cedric", ["Cédric Lefèvre"]),
        ("  lefe   ced ", ["Cédric Lefèvre"]),
        ("cedric absent", []),
        ("helene", ["Œuvre d'Hélène"]),
        ("oeuvre", ["Œuvre d'Hélène"]),
        ("ŒUVRE", ["Œuvre d'Hélène"]),
        ("%", ["100% coton"]),
        ("100%", ["100% coton"]),
        ("a_b", ["a_b"]),
        ("strasse", ["Straße"]),
        ("alice", ["𝐀lice"]),
        ("\\", []),
        ("'; DROP TABLE", []),
        ("<b>", []),
        ("ced\x00ric", ["Cédric Lefèvre"]),
        ("x" * 5000, []),
    ],
)
def test_lines_are_found_by_their_name(
    typed: str, found: list[str], people: dict[str, Subscriber], blue_client: Client
) -> None:
    assert [line.name for line in subscribers_of(blue_client, typed)] == found


@pytest.mark.parametrize("typed", ["0970719001", "+33970719001", "719001", "Site principal bleu"])
def test_lines_are_found_by_every_field(typed: str, alice: Subscriber, blue_client: Client) -> None:
    assert list(subscribers_of(blue_client, typed)) == [alice]


def test_clients_are_found_by_every_field(blue_reseller: Reseller, blue_scope: Scope) -> None:
    wanted = ClientFactory(
        reseller=blue_reseller,
        reference="AB-12",
        legal_name="Société Générale de Thé",
        group_name="Grp_Thé",
        siret="48285833900021",
        address="37, rue de Neuilly",
        postal_code="92110",
        city="Clichy",
    )
    ClientFactory(reseller=blue_reseller)

    for typed in (
        "ab-12",
        "societe the",
        "grp_the",
        "48285833900021",
        "neuilly",
        "92110",
        "clichy rue",
    ):
        assert list(clients_seen_by(blue_scope, typed)) == [wanted]


def test_a_changed_name_is_found_even_when_one_field_is_saved(
    alice: Subscriber, blue_client: Client
) -> None:
    alice.name = "Zoé"
    alice.save(update_fields=["name"])

    assert list(subscribers_of(blue_client, "zoe")) == [alice]
    assert list(subscribers_of(blue_client, "alice")) == []


def test_lines_are_found_by_the_new_name_of_their_licence(
    alice: Subscriber, blue_client: Client, operator: object, as_user: object
) -> None:
    licence = Licence.objects.create(name="Full Meta")
    alice.licence = licence
    alice.save()

    as_user(operator).post(f"/admin/clients/licence/{licence.pk}/change/", {"name": "Réduite"})

    assert list(subscribers_of(blue_client, "reduite")) == [alice]


@pytest.mark.parametrize(
    "typed", ["%00", "%ED%A0%80", "%FF", "%E2%80%AE", "%F0%9F%98%80", "a" * 3000]
)
def test_no_search_breaks_a_page(typed: str, blue_browser: Browser, blue_phone: object) -> None:
    answers = [
        blue_browser.get(f"/extranet/clients/?q={typed}&page={typed}&sort={typed}&f={typed}"),
        blue_browser.get(
            f"/extranet/clients/10100/compte/?qu={typed}&qt={typed}&tu={typed}&pt={typed}&f={typed}"
        ),
        blue_browser.get(f"/extranet/clients/10100/telephones/provisionner/?line={typed}"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæ "))
def test_folding_knows_no_case(text: str) -> None:
    assert fold(text.upper()) == fold(text)
    assert fold(text).isascii()


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("2016", True),
        ("28/01/2016", True),
        ("28/1/2016", True),
        ("01/2016", True),
        ("28/01", True),
        ("28/01/2016 00:44:35", True),
        ("00:44", True),
        ("thé 2016", True),
        ("28 Jan 2016, 00:44:35", True),
        ("January", False),
        ("27/01/2016", False),  # the day in UTC
        ("2017", False),
        ("99/99/2016", False),
        ("2016/01", False),
        ("28/01/9999", False),
        ("absent 2016", False),
    ],
)
def test_clients_are_found_by_their_creation_date_as_it_is_shown(
    typed: str, is_found: bool, blue_reseller: Reseller, blue_scope: Scope
) -> None:
    created = datetime(2016, 1, 27, 23, 44, 35, tzinfo=UTC)
    wanted = ClientFactory(
        reseller=blue_reseller, legal_name="Maison de Thé", reference="A", created_at=created
    )
    ClientFactory(
        reseller=blue_reseller,
        reference="B",
        created_at=datetime(2020, 6, 5, 10, 11, 12, tzinfo=UTC),
    )

    assert list(clients_seen_by(blue_scope, typed)) == ([wanted] if is_found else [])


def test_the_operator_finds_clients_by_their_reseller_and_a_reseller_does_not(
    blue_client: Client, red_client: Client, blue_scope: Scope
) -> None:
    Reseller.unscoped.filter(pk=blue_client.reseller_id).update(name="Télécom du Nord")

    assert list(clients_seen_by(Scope(ScopeLevel.OPERATOR), "telecom nord")) == [blue_client]
    assert list(clients_seen_by(blue_scope, "telecom nord")) == []
