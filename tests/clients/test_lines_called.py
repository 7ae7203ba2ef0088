"""Which lines a whole text names: by number, extension or name, and nobody by a part of these."""

import pytest

from clients.models import Client, Subscriber
from clients.queries import lines_called
from tests.factories.clients import SubscriberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def eleonore(blue_client: Client) -> Subscriber:
    return SubscriberFactory(
        client=blue_client, name="Éléonore Duval", number="+33970719077", extension="1077"
    )


@pytest.mark.parametrize(
    "text",
    [
        "1077",
        " 1077 ",
        "0970719077",
        "09 70 71 90 77",
        "+33 (0)9 70 71 90 77",
        "Éléonore Duval",
        "eleonore duval",
        "ELEONORE  DUVAL",
    ],
)
def test_a_line_is_named_in_full(text: str, eleonore: Subscriber, blue_client: Client) -> None:
    assert lines_called(blue_client, text) == [eleonore]


@pytest.mark.parametrize(
    "text", ["", " ", "107", "10771", "Éléonore", "Duval", "\u0301", "0970719078"]
)
def test_a_part_or_another_text_names_nobody(
    text: str, eleonore: Subscriber, blue_client: Client
) -> None:
    assert lines_called(blue_client, text) == []


def test_namesakes_are_all_named(eleonore: Subscriber, blue_client: Client) -> None:
    other = SubscriberFactory(client=blue_client, name="Eleonore DUVAL")
    SubscriberFactory(client=blue_client, name="Éléonore Duval-Petit")

    assert lines_called(blue_client, "Éléonore Duval") == [eleonore, other]


def test_a_strangers_line_is_named_by_nothing(mallory: Subscriber, blue_client: Client) -> None:
    for text in (mallory.number, mallory.name, mallory.extension or "2"):
        assert lines_called(blue_client, text) == []
