"""What the editor answers when keys are saved: by when phones take them."""

import json
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, PlatformSettings, Subscriber, User
from metacentrex.moments import day_moment
from phones.models import Phone
from phones.polling import next_return
from tests.provisioning.asking import SNOM_D765

Fetching = Callable[..., HttpResponse]


@pytest.fixture
def alices_browser(alices_login: User, as_user: Callable[[User], Browser]) -> Browser:
    return as_user(alices_login)


def saved(browser: Browser, url: str, value: str) -> str:
    """The sentence that the editor shows after this key was saved."""
    key = {"function": "speed", "value": value, "label": "Taxi"}
    revision = browser.get(url).context["revision"]
    body = json.dumps({"revision": revision, "sidecars": 0, "keys": {"side-9": key}})
    response = browser.post(url, body, content_type="application/json")
    assert response.status_code == 200
    return str(response.json()["message"])


def own(model: str = "snom-d765") -> str:
    return reverse("portal:key-editor", args=[model])


def test_a_user_reads_by_when_the_phone_takes_the_keys(
    alice: Subscriber, blue_phone: Phone, alices_browser: Browser, fetch: Fetching
) -> None:
    before = saved(alices_browser, own(), "0612345678")
    fetch(blue_phone.mac, user_agent=SNOM_D765)
    phone = Phone.unscoped.get(pk=blue_phone.pk)
    due = next_return(phone, phone.served_at, PlatformSettings.current())  # type: ignore[arg-type]
    assert due is not None

    after = saved(alices_browser, own(), "0612345679")

    assert (
        before == "Touches enregistrées. Un téléphone de ce modèle les prendra avec sa première "
        "configuration."
    )
    assert f"au plus tard le {day_moment(due.by, phone.zone)}" in after


def test_whoever_acts_for_a_line_reads_the_same_and_a_layer_says_about_a_day(
    alice: Subscriber,
    blue_client: Client,
    blue_phone: Phone,
    blue_browser: Browser,
    fetch: Fetching,
) -> None:
    fetch(blue_phone.mac, user_agent=SNOM_D765)
    number = f"0{alice.number.removeprefix('+33')}"
    of_line = reverse("bg:key-editor", args=[blue_client.reference, number, "snom-d765"])
    of_client = reverse("bg:client-keys", args=[blue_client.reference, "snom-d765"])

    assert "au plus tard le" in saved(blue_browser, of_line, "0612345678")
    assert "en un jour environ" in saved(blue_browser, of_client, "0612345678")


def test_home_says_it_of_a_phone_that_waits_and_of_no_other(
    alice: Subscriber, blue_phone: Phone, alices_browser: Browser, fetch: Fetching
) -> None:
    fetch(blue_phone.mac, user_agent=SNOM_D765)
    assert "au plus tard" not in alices_browser.get("/").content.decode()

    Phone.unscoped.filter(pk=blue_phone.pk).update(published_digest="0" * 64)

    assert "au plus tard le" in alices_browser.get("/").content.decode()
