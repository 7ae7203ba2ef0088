"""Input nobody types, and what stays in a browser."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client as Browser

from clients.forms.fields import LineField
from clients.models import Client, Subscriber
from clients.queries import clients_seen_by
from clients.scoping import Scope

# SQLite bounds the depth of a condition and the length of a pattern; PostgreSQL takes no NUL.
UNTYPABLE = {
    "words": "a " * 1500,
    "letters": "a" * 60_000,
    "ligatures": "\ufdfa" * 200,
    "nul": "bleu\0client",
}


@pytest.mark.parametrize("text", UNTYPABLE.values(), ids=UNTYPABLE.keys())
@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/extranet/clients/", "q"),
        ("/extranet/clients/10100/compte/", "qu"),
        ("/extranet/clients/10100/compte/", "qt"),
    ],
)
def test_any_text_may_be_searched(
    path: str, parameter: str, text: str, blue_client: Client, blue_browser: Browser
) -> None:
    assert blue_browser.get(path, {parameter: text}).status_code == 200


def test_many_words_still_find(blue_client: Client, blue_scope: Scope) -> None:
    assert list(clients_seen_by(blue_scope, "client bleu " * 200)) == [blue_client]


@pytest.mark.parametrize("text", ["x " * 2000, "x" * 100_000])
def test_a_line_called_by_an_endless_name_is_no_line(text: str, alice: Subscriber) -> None:
    with pytest.raises(ValidationError) as refusal:
        LineField(client=alice.client).clean(text)

    assert refusal.value.code == "unknown"


def test_a_lone_accent_names_no_line(alice: Subscriber) -> None:
    with pytest.raises(ValidationError) as refusal:
        LineField(client=alice.client).clean("\u0301")

    assert refusal.value.code == "unknown"


@pytest.mark.django_db
def test_an_endless_login_is_an_error_of_its_field() -> None:
    answer = Browser().post("/extranet/", {"username": "a" * 5000, "password": "x"})

    assert answer.status_code == 200
    assert "username" in answer.context["form"].errors


@pytest.mark.parametrize(
    "path",
    [
        "/extranet/clients/",
        "/extranet/clients/10100/",
        "/extranet/clients/10100/compte/",
        "/extranet/clients/10100/telephones/provisionner/",
        "/extranet/telephones/00041300B10E/",
    ],
)
def test_a_tenants_page_is_kept_nowhere(path: str, blue_phone: Any, blue_browser: Browser) -> None:
    answer = blue_browser.get(path)

    assert answer.status_code == 200
    assert {"no-store", "private"} <= {part.strip() for part in answer["Cache-Control"].split(",")}


def test_the_report_of_a_list_is_kept_nowhere(blue_client: Client, blue_browser: Browser) -> None:
    path = "/extranet/clients/10100/telephones/plusieurs/"

    answer = blue_browser.post(path, {"lines": "00:04:13:00:00:01", "report": "1"})

    assert answer["Content-Type"].startswith("text/csv")
    assert "no-store" in answer["Cache-Control"]
