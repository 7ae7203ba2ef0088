"""A person typed in full and never picked: the server takes that line, or says why not."""

import json
from collections.abc import Callable

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Subscriber, User
from keys.owners import Owner
from keys.places import Place
from keys.queries import layout_of
from phones import catalogue
from tests.factories.clients import SubscriberFactory

pytestmark = pytest.mark.django_db
URL = reverse("portal:key-editor", args=["snom-d765"])


@pytest.fixture
def browser(alices_login: User, as_user: Callable[[User], Browser]) -> Browser:
    return as_user(alices_login)


@pytest.fixture
def zoe(blue_client: Client) -> Subscriber:
    return SubscriberFactory(
        client=blue_client, name="Zoé Martin", number="+33970719077", extension="1077"
    )


def send(browser: Browser, function: str, value: str):
    key = {"function": function, "value": value}
    body = {
        "revision": browser.get(URL).context["revision"],
        "sidecars": 0,
        "keys": {"side-9": key},
    }
    return browser.post(URL, json.dumps(body), content_type="application/json")


def kept(line: Subscriber):
    return layout_of(Owner.of_line(line), catalogue.get("snom-d765")).layout.at(Place("side", 9))


@pytest.mark.parametrize("typed", ["1077", "0970719077", "zoe martin", "Zoé Martin"])
@pytest.mark.parametrize("function", ["blf", "transfer"])
def test_whoever_is_named_in_full_is_taken(
    typed: str, function: str, browser: Browser, alice: Subscriber, zoe: Subscriber
) -> None:
    assert send(browser, function, typed).status_code == 200

    content = kept(alice).content
    assert (content.person.pk, content.value) == (zoe.pk, "")


@pytest.mark.parametrize("typed", ["Zoé", "107", "Mallory Rouge", "0970729001"])
def test_nobody_is_guessed(
    typed: str, browser: Browser, alice: Subscriber, zoe: Subscriber, mallory: Subscriber
) -> None:
    answer = send(browser, "blf", typed)

    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["problems"]] == ["value"]


def test_namesakes_are_told_apart_by_their_number(
    browser: Browser, blue_client: Client, zoe: Subscriber
) -> None:
    SubscriberFactory(client=blue_client, name="Zoe MARTIN")

    [problem] = send(browser, "blf", "Zoé Martin").json()["problems"]

    assert problem["field"] == "value"
    assert "numéro" in problem["message"]


def test_ones_own_line_is_nobody_to_watch(browser: Browser, alice: Subscriber) -> None:
    assert send(browser, "blf", alice.name).status_code == 422


@pytest.mark.parametrize(
    ("typed", "exact"), [("1077", True), ("ZOE MARTIN", True), ("Zoé", False), ("", False)]
)
def test_the_directory_says_who_is_meant(
    typed: str, exact: bool, browser: Browser, zoe: Subscriber
) -> None:
    answer = browser.get(reverse("portal:key-editor-people", args=["snom-d765"]), {"q": typed})

    meant = answer.json()["exact"]
    assert (meant or {}).get("pk") == (zoe.pk if exact else None)
