"""A phone's page: what it says of the phone leads on."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import PlatformSettings
from clients.services.audit import PLATFORM
from metacentrex.moments import day_moment
from phones.models import Phone
from phones.polling import next_return
from phones.services.assignment import unassign

Fetching = Callable[..., HttpResponse]


def page(browser: Browser, phone: Phone) -> str:
    return browser.get(reverse("extranet:phone-detail", args=[phone.mac])).content.decode()


def test_the_line_leads_to_itself_in_the_list_of_its_client(
    blue_browser: Browser, blue_phone: Phone
) -> None:
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


def test_the_page_says_when_a_change_arrives_at_the_latest(
    blue_browser: Browser, blue_phone: Phone, fetch: Fetching
) -> None:
    assert "Prochain passage" not in page(blue_browser, blue_phone)

    fetch(blue_phone.mac)

    served = Phone.unscoped.get(pk=blue_phone.pk)
    assert served.comes_back
    due = next_return(served, timezone.now(), PlatformSettings.current())
    assert due is not None
    assert f"au plus tard le {day_moment(due.by, served.zone)}" in page(blue_browser, blue_phone)


def test_a_phone_of_before_is_asked_to_restart_once(
    blue_browser: Browser, blue_phone: Phone, fetch: Fetching
) -> None:
    fetch(blue_phone.mac)
    Phone.unscoped.filter(pk=blue_phone.pk).update(comes_back=False)

    assert "lorsqu’il redémarre" in page(blue_browser, blue_phone)


def test_a_phone_that_says_it_has_anything_has_not_shown_that_it_comes_back(
    blue_phone: Phone, fetch: Fetching
) -> None:
    fetch(blue_phone.mac)
    Phone.unscoped.filter(pk=blue_phone.pk).update(comes_back=False, served_digest="0" * 64)

    assert fetch(blue_phone.mac, HTTP_IF_NONE_MATCH="*").status_code == 304

    assert not Phone.unscoped.get(pk=blue_phone.pk).comes_back
