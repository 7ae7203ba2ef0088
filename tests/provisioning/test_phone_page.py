"""A phone's page: what it says of the phone leads on."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from clients.services.audit import PLATFORM
from phones.models import Phone
from phones.services.assignment import unassign

Fetching = Callable[..., HttpResponse]


def page(browser: Browser, phone: Phone) -> str:
    return browser.get(reverse("extranet:phone-detail", args=[phone.mac])).content.decode()


def test_the_line_leads_to_itself_in_the_list_of_its_client(blue_browser: Browser, blue_phone: Phone) -> None:
    address = "/extranet/clients/10100/compte/?qu=0970719001"

    assert page(blue_browser, blue_phone).count(f'href="{address}"') == 2
    assert "Alice Bleu" in blue_browser.get(address).content.decode()

    unassign(blue_phone, actor=PLATFORM)
    assert "?qu=" not in page(blue_browser, blue_phone)


@pytest.mark.parametrize(
    ("declared", "is_recognized"), [("", True), ("snom-710", True), ("snom-d765", False)]
)
def test_a_model_that_the_phone_itself_said_is_told_as_recognized(
    declared: str, is_recognized: bool, blue_browser: Browser, blue_phone: Phone, fetch: Fetching
) -> None:
    Phone.unscoped.filter(pk=blue_phone.pk).update(model=declared)
    assert "reconnu à ses demandes" not in page(blue_browser, blue_phone)

    fetch(blue_phone.mac)

    assert ("reconnu à ses demandes" in page(blue_browser, blue_phone)) is is_recognized
