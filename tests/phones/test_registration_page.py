"""« Provisionner @MAC » as a reseller meets it."""

import io
import logging
import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils.html import escape
from django.utils.translation import gettext

from clients.models import AuditEvent, Client, Reseller, Subscriber
from metacentrex.logs import LineFormatter
from phones.errors import DuplicateMac, ForeignVendor, VendorNotConfirmed
from phones.models import Phone
from tests.factories.clients import ClientFactory, SubscriberFactory
from tests.factories.phones import PhoneFactory

URL = "/extranet/clients/10100/telephones/provisionner/"
TYPED = {
    "mac": "00:04:13:74:07:4c",
    "model": "auto",
    "line": "0970719001",
    "description": "snom 710 Standard",
}


def send(browser: Browser, **data: str) -> HttpResponse:
    return browser.post(URL, TYPED | data)


@pytest.fixture
def security_log() -> Iterator[io.StringIO]:
    """What an operator reads."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter())
    logger = logging.getLogger("metacentrex.security")
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


def kept(page: HttpResponse) -> dict[str, str]:
    form = page.context["form"]
    return {name: form[name].value() for name in TYPED}


def test_a_phone_is_registered_and_said_so(blue_browser: Browser, alice: Subscriber) -> None:
    response = send(blue_browser)

    phone = Phone.unscoped.get()
    account = blue_browser.get(response["Location"])
    assert (response.status_code, response["Location"]) == (302, "/extranet/clients/10100/compte/")
    assert (phone.mac, phone.subscriber, phone.description) == (
        "00041374074C",
        alice,
        "snom 710 Standard",
    )
    assert len(list(account.context["messages"])) == 1
    assert [row.phone.model_label for row in account.context["phones"]] == ["-"]


@pytest.mark.parametrize(
    "typed",
    [
        "000413AABBCC",
        "00:04:13:aa:bb:cc",
        "00-04-13-AA-BB-CC",
        "0004.13aa.bbcc",
        "  000413aabbcc \t",
    ],
)
def test_every_spelling_of_an_address_is_taken(
    typed: str, blue_browser: Browser, alice: Subscriber
) -> None:
    send(blue_browser, mac=typed)

    assert Phone.unscoped.get().mac == "000413AABBCC"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1",
        "00041374074",
        "00041374074CC",
        "00041374074G",
        "00:04:13-74:07:4C",
        "000000000000",
        "FFFFFFFFFFFF",
        "010413740741",
        "020413740741",
        "00041374074C\x00",
        "０００４１３７４０７４Ｃ",
        "<script>alert(1)</script>",
        "0" * 5000,
    ],
)
def test_what_is_no_phones_address_is_refused_at_the_field(
    typed: str, blue_browser: Browser, alice: Subscriber
) -> None:
    response = send(blue_browser, mac=typed)

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["mac"]
    assert kept(response) == TYPED | {"mac": typed}
    assert b"<script>alert(1)" not in response.content
    assert Phone.unscoped.count() == 0


def test_a_duplicate_of_a_stranger_tells_nothing_and_loses_nothing(
    blue_browser: Browser, alice: Subscriber, red_phone: Phone
) -> None:
    response = send(blue_browser, mac="00:04:13:00:ee:d0")

    page = response.content.decode()
    assert response.context["form"].errors == {"mac": [str(DuplicateMac(None).message)]}
    assert kept(response) == TYPED | {"mac": "00:04:13:00:ee:d0"}
    assert "/extranet/telephones/" not in page
    for secret in ("Rouge", "Mallory", "20200", "0970729001", "Bureau de Mallory"):
        assert secret not in page
    assert Phone.unscoped.count() == 1


def test_the_detail_leads_the_operator_to_the_line_of_the_log(
    blue_browser: Browser, alice: Subscriber, red_phone: Phone, security_log: io.StringIO
) -> None:
    response = send(blue_browser, mac=red_phone.mac)

    detail = response.context["form"].error_details["mac"].text
    correlator = re.search(r"([0-9a-f]{4}(?: [0-9a-f]{4}){3})", detail)
    assert detail.splitlines()[0] == "5012"
    assert "An attempt has been made to create a duplicate object." in detail
    assert escape(detail) in response.content.decode()
    [line] = security_log.getvalue().splitlines()
    assert f"correlator={correlator[1].replace(' ', '')} " in line
    assert f"mac={red_phone.mac}" in line


@pytest.mark.parametrize("same_client", [True, False])
def test_a_duplicate_of_ones_own_leads_to_its_page(
    same_client: bool,
    blue_browser: Browser,
    alice: Subscriber,
    blue_reseller: Reseller,
    blue_client: Client,
) -> None:
    owner = blue_client if same_client else ClientFactory(reseller=blue_reseller)
    mine = PhoneFactory(client=owner, mac="00041374074C")

    response = send(blue_browser)

    assert response.context["form"].errors == {
        "mac": [str(DuplicateMac(mine, same_client=same_client).message)]
    }
    assert 'href="/extranet/telephones/00041374074C/"' in response.content.decode()
    assert kept(response) == TYPED


def test_a_double_click_gives_one_phone_and_two_successes(
    blue_browser: Browser, alice: Subscriber
) -> None:
    token = str(blue_browser.get(URL).context["form"]["form_token"].value())

    statuses = [send(blue_browser, form_token=token).status_code for _ in range(2)]

    assert statuses == [302, 302]
    assert Phone.unscoped.count() == 1
    assert AuditEvent.objects.filter(kind="phone.registered").count() == 1


def test_going_back_and_changing_the_address_registers_a_second_phone(
    blue_browser: Browser, alice: Subscriber
) -> None:
    token = str(blue_browser.get(URL).context["form"]["form_token"].value())

    send(blue_browser, form_token=token)
    second = send(blue_browser, form_token=token, mac="000413000001")

    assert second.status_code == 302
    assert Phone.unscoped.count() == 2


def test_a_broken_token_does_not_break_the_page(blue_browser: Browser, alice: Subscriber) -> None:
    assert send(blue_browser, form_token="<x>").status_code == 200


def test_another_makers_address_with_a_snom_model_is_refused(
    blue_browser: Browser, alice: Subscriber
) -> None:
    response = send(blue_browser, mac="0080F0123456", model="snom-710", vendor_confirmed="on")

    assert response.context["form"].errors == {"mac": [str(ForeignVendor().message)]}


def test_another_makers_address_with_automatic_is_asked_about_once(
    blue_browser: Browser, alice: Subscriber
) -> None:
    first = send(blue_browser, mac="0080F0123456", vendor_confirmed="")
    unticked = send(blue_browser, mac="0080F0123456")
    ticked = send(blue_browser, mac="0080F0123456", vendor_confirmed="on")

    for asked in (first, unticked):
        assert asked.context["form"].errors == {"mac": [str(VendorNotConfirmed().message)]}
        assert 'type="checkbox" name="vendor_confirmed"' in asked.content.decode()
    assert ticked.status_code == 302


def test_nobody_else_is_asked_about_the_maker(blue_browser: Browser, alice: Subscriber) -> None:
    shown = blue_browser.get(URL)
    wrong = send(blue_browser, mac="1", vendor_confirmed="")

    for page in (shown, wrong):
        assert 'type="checkbox" name="vendor_confirmed"' not in page.content.decode()


@pytest.mark.parametrize("typed", ["0970719001", "+33 9 70 71 90 01", "901", "alice", "BLEU alice"])
def test_a_line_is_named_by_number_extension_or_name(
    typed: str, blue_browser: Browser, alice: Subscriber, bob: Subscriber
) -> None:
    send(blue_browser, line=typed)

    assert Phone.unscoped.get().subscriber == alice


def test_a_name_of_two_lines_is_asked_about(
    blue_browser: Browser, alice: Subscriber, bob: Subscriber
) -> None:
    response = send(blue_browser, line="bleu")

    assert response.context["form"].errors == {
        "line": [gettext("Several lines have this name; type the number.")]
    }


def test_a_whole_name_is_that_line_though_another_name_contains_it(
    blue_browser: Browser, blue_client: Client, alice: Subscriber
) -> None:
    SubscriberFactory(client=blue_client, name=f"{alice.name} Martin")

    send(blue_browser, line=alice.name.upper())

    assert Phone.unscoped.get().subscriber == alice


@pytest.mark.parametrize("field", ["mac", "model", "line"])
def test_what_is_required_is_said_at_the_field(
    field: str, blue_browser: Browser, alice: Subscriber
) -> None:
    response = send(blue_browser, **{field: ""})

    assert list(response.context["form"].errors) == [field]


def test_a_model_that_is_none_is_refused(blue_browser: Browser, alice: Subscriber) -> None:
    assert list(send(blue_browser, model="snom-999").context["form"].errors) == ["model"]
