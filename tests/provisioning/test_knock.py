"""A refusal where the phone is, that anybody there could have caused: its page says what to check
first.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client, User
from phones.enums import Refusal
from phones.models import Phone
from provisioning.models import Fetch
from provisioning.remedies import NEW_WINDOW, remedy_of
from tests.provisioning.asking import basic, change, given_to

Fetching = Callable[..., HttpResponse]
HERE, THERE = "198.51.100.7", "203.0.113.80"
ELSEWHERE = "someone else is using its MAC address"
SAME = "it is probably the phone"


@pytest.fixture(autouse=True)
def in_english(blue_staff: User) -> None:
    User.objects.update(language="en")


@pytest.fixture
def served(blue_phone: Phone, fetch: Fetching) -> Phone:
    """In service at HERE: its configuration, then its own credentials."""
    first = fetch(blue_phone.mac, REMOTE_ADDR=HERE)
    assert fetch(blue_phone.mac, REMOTE_ADDR="127.0.0.1", **given_to(first)).status_code == 200
    Fetch.objects.filter(phone=blue_phone).update(address=HERE)
    at = timezone.now() - timedelta(minutes=5)
    change(blue_phone, last_address=HERE, served_address=HERE, served_at=at)
    Fetch.objects.update(at=at)
    return Phone.unscoped.get(pk=blue_phone.pk)


def page(browser: Browser, phone: Phone) -> str:
    return browser.get(f"/extranet/telephones/{phone.mac}/").content.decode()


def test_where_it_was_served_is_not_known_any_more(
    served: Phone, fetch: Fetching, blue_browser: Browser
) -> None:
    change(served, served_address="")
    fetch(served.mac, REMOTE_ADDR=THERE, HTTP_AUTHORIZATION=basic("somebody", "else"))

    doubt = blue_browser.get(f"/extranet/telephones/{served.mac}/").context["doubt"]
    text = page(blue_browser, served)

    assert (doubt.address, doubt.own_address, doubt.is_same_place) == (THERE, "", False)
    assert "Ask on site whether the phone was reset or moved" in text
    assert "Re-authorize it only once you are sure it is this phone" in text


def test_a_refusal_kept_from_before_places_were_compared_has_two_addresses(
    served: Phone, blue_browser: Browser
) -> None:
    now = timezone.now()
    change(
        served,
        refused_at=now,
        refused_reason="bad-credentials",
        refused_count=1,
        last_address=THERE,
    )

    assert ELSEWHERE in page(blue_browser, served)


def test_the_same_address_is_probably_the_phone(
    served: Phone, fetch: Fetching, blue_browser: Browser
) -> None:
    fetch(served.mac, REMOTE_ADDR=HERE, HTTP_AUTHORIZATION=basic("somebody", "else"))

    text = page(blue_browser, served)

    assert SAME in text
    assert ELSEWHERE not in text


def test_overheard_credentials_are_no_sign_that_the_phone_was_reset(
    served: Phone, blue_browser: Browser
) -> None:
    change(
        served,
        refused_at=timezone.now(),
        refused_reason="replayed",
        refused_count=1,
        last_address=HERE,
    )

    text = page(blue_browser, served)

    assert SAME not in text
    assert "Renew its secrets" in text
    assert "Re-authorize it only once" not in text


@pytest.mark.parametrize(
    "reason", ["bad-credentials", "bad-authorization", "credentials-expected", "replayed"]
)
def test_a_phone_that_was_never_served_has_nothing_to_compare(
    reason: str, blue_phone: Phone, blue_browser: Browser
) -> None:
    change(
        blue_phone,
        refused_at=timezone.now(),
        refused_reason=reason,
        refused_count=1,
        last_address=THERE,
    )

    assert "Is it this phone that was refused?" not in page(blue_browser, blue_phone)


@pytest.mark.parametrize(
    "reason", ["firmware-too-old", "unknown-model", "credentials-in-clear", "stale-nonce"]
)
def test_a_refusal_with_a_cause_of_its_own_asks_nobody_who_it_was(
    reason: str, served: Phone, blue_browser: Browser
) -> None:
    change(
        served,
        refused_at=timezone.now(),
        refused_reason=reason,
        refused_count=1,
        last_address=THERE,
    )

    assert "Is it this phone that was refused?" not in page(blue_browser, served)


def test_nothing_is_asked_while_the_client_is_suspended(
    served: Phone, blue_browser: Browser
) -> None:
    change(served, refused_at=timezone.now(), refused_reason="bad-credentials", refused_count=1)
    Client.unscoped.filter(pk=served.client_id).update(status="suspended")

    assert "Is it this phone that was refused?" not in page(blue_browser, served)


@pytest.mark.parametrize("reason", Refusal)
def test_every_refusal_has_a_sentence_and_no_wrong_proof_of_a_phone_in_service_says_reopen_at_once(
    reason: Refusal,
) -> None:
    wrong = reason in {"bad-credentials", "bad-authorization", "replayed"}

    assert remedy_of(reason, in_service=False)
    assert (remedy_of(reason, in_service=True) != remedy_of(reason, in_service=False)) == wrong
    assert (remedy_of(reason, in_service=False) == str(NEW_WINDOW)) == (
        wrong or reason in {"overdue", "no-window"}
    )
