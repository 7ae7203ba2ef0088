"""GET /sip-ps/{mac}.xml: what a phone in order gets, under which names, and what it may not ask."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from clients.models import Subscriber
from phones.models import Phone
from provisioning import journal
from provisioning.models import Fetch
from tests.conftest import SNOM_710
from tests.provisioning.asking import SNOM_D765, end_of_window, given_to, proof, row, settings_of

Fetching = Callable[..., HttpResponse]


def test_a_phone_in_its_window_gets_the_account_of_its_line(
    blue_phone: Phone, alice: Subscriber, fetch: Fetching
) -> None:
    response = fetch(blue_phone.mac)

    told = settings_of(response)
    assert (response.status_code, response.headers["Content-Type"]) == (
        200,
        "text/xml; charset=utf-8",
    )
    assert {
        name: told[name] for name in ("user_active1", "user_name1", "user_realname1", "user_host1")
    } == {
        "user_active1": "on",
        "user_name1": "+33970719001",
        "user_realname1": "Alice Bleu",
        "user_host1": "sip.example.net",
    }
    account = blue_phone.sip_credential
    assert (told["user_pname1"], told["user_pass1"]) == (account.auth_name, account.password)
    assert [told[f"user_active{identity}"] for identity in (2, 3, 4)] == ["off", "off", "off"]


def test_what_was_learnt_is_on_the_row(blue_phone: Phone, fetch: Fetching) -> None:
    fetch(blue_phone.mac, REMOTE_ADDR="203.0.113.9")

    learnt = row(blue_phone)
    assert {
        name: learnt[name]
        for name in ("detected_model", "detected_token", "firmware", "last_address")
    } == {
        "detected_model": "snom-710",
        "detected_token": "snom710",
        "firmware": "8.7.5.35",
        "last_address": "203.0.113.9",
    }
    assert learnt["authenticated_at"] == learnt["served_at"] != None  # noqa: E711 - both at once, and there
    assert "snom 710" in learnt["search_text"]


def test_nothing_of_the_answer_may_be_kept_by_anybody_between(
    blue_phone: Phone, fetch: Fetching
) -> None:
    response = fetch(blue_phone.mac)

    assert sorted(response.headers) == [
        "Cache-Control",
        "Content-Length",
        "Content-Type",
        "ETag",
        "X-Content-Type-Options",
    ]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["Content-Length"] == str(len(response.content))
    assert not response.cookies


def test_the_same_data_is_the_same_answer_and_then_304(blue_phone: Phone, fetch: Fetching) -> None:
    first = fetch(blue_phone.mac)

    again = fetch(blue_phone.mac)
    same = fetch(blue_phone.mac, HTTP_IF_NONE_MATCH=first.headers["ETag"])
    weak = fetch(blue_phone.mac, HTTP_IF_NONE_MATCH=f'"other", W/{first.headers["ETag"]}')
    other = fetch(blue_phone.mac, HTTP_IF_NONE_MATCH='"other"')

    assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])
    assert [answer.status_code for answer in (same, weak, other)] == [304, 304, 200]
    assert (same.content, same.headers["ETag"]) == (b"", first.headers["ETag"])
    assert "Content-Type" not in same.headers


def test_another_content_has_another_etag(
    blue_phone: Phone, alice: Subscriber, fetch: Fetching
) -> None:
    first = fetch(blue_phone.mac)
    alice.name = "Alice Rouge"
    alice.save()

    answer = fetch(blue_phone.mac, HTTP_IF_NONE_MATCH=first.headers["ETag"])

    assert answer.status_code == 200
    assert settings_of(answer)["user_realname1"] == "Alice Rouge"


def test_head_is_answered_like_get_and_changes_nothing(blue_phone: Phone, fetch: Fetching) -> None:
    before = row(blue_phone)
    head = fetch(blue_phone.mac, method="head")
    after = row(blue_phone)
    get = fetch(blue_phone.mac)

    assert (head.status_code, list(head.items()), head.content) == (200, list(get.items()), b"")
    assert after == before
    assert list(Fetch.objects.order_by("pk").values_list("outcome", flat=True)) == [
        "looked",
        "served",
    ]
    assert get.content


def test_head_does_not_make_a_refusal_forgotten(blue_phone: Phone, fetch: Fetching) -> None:
    fetch(blue_phone.mac, user_agent=SNOM_710.replace("snom710", "snom999"))
    fetch(blue_phone.mac, method="head")

    assert row(blue_phone)["refused_reason"] == "unsupported-model"


def test_head_with_credentials_ends_nothing(blue_phone: Phone, fetch: Fetching) -> None:
    before = row(blue_phone)

    assert fetch(blue_phone.mac, method="head", **proof(blue_phone)).status_code == 200

    assert row(blue_phone)["authorized_until"] == before["authorized_until"]
    assert fetch(blue_phone.mac).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_only_get_and_head(method: str, blue_phone: Phone, fetch: Fetching) -> None:
    response = fetch(blue_phone.mac, method=method)

    assert (response.status_code, response.headers["Allow"], response.content) == (
        405,
        "GET, HEAD",
        b"",
    )
    assert Fetch.objects.count() == 0


@pytest.mark.parametrize(
    "name",
    [
        "00041300B10E.xml",
        "00041300b10e.xml",
        "00041300b10e.XML",
        "00:04:13:00:b1:0e.xml",
        "00-04-13-00-B1-0E.xml",
        "0004.1300.b10e.xml",
        "snom710-00041300B10E.htm",
        "snom710-00041300B10E.xml",
        "snomD765-00041300b10e.htm",
        "settings-00041300B10E.xml",
        "00%3A04%3A13%3A00%3AB1%3A0E.xml",
    ],
)
def test_every_name_that_holds_the_mac(name: str, blue_phone: Phone) -> None:
    response = Browser().get(f"/sip-ps/{name}", HTTP_USER_AGENT=SNOM_710)

    assert response.status_code == 200
    assert settings_of(response)["user_name1"] == "+33970719001"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "snom710.htm",
        "snom710-firmware.xml",
        "settings.xml",
        "00041300B10.xml",
        "00041300B10EF.xml",
        "00041300B10E",
        "00041300B10E.bin",
        "00041300B10G.xml",
        "a/00041300B10E.xml",
        "../00041300B10E.xml",
        "00041300B10E.xml/",
        "00041300B10E.xml%0a",
        "%00",
        "é.xml",
        "x" * 5000,
    ],
)
def test_a_name_without_a_mac_is_always_the_same_404(
    name: str, blue_phone: Phone, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        response = Browser().get(f"/sip-ps/{name}", HTTP_USER_AGENT=SNOM_710)
        known = Browser().get("/sip-ps/nothing", HTTP_USER_AGENT="curl/8")
    journal.flush()

    assert (response.status_code, list(response.items()), response.content) == (
        404,
        list(known.items()),
        b"",
    )
    assert Fetch.objects.count() == 0


def test_links_come_from_the_settings_whatever_host_was_asked(
    blue_phone: Phone, fetch: Fetching
) -> None:
    plain = fetch(blue_phone.mac)

    forged = fetch(
        blue_phone.mac,
        HTTP_HOST="evil.example",
        HTTP_X_FORWARDED_HOST="evil.example",
        HTTP_X_FORWARDED_PROTO="ftp",
        HTTP_FORWARDED="host=evil.example",
    )

    assert (
        settings_of(plain)["setting_server"] == "https://extranet.metacentrex.test/sip-ps/{mac}.xml"
    )
    assert forged.content == plain.content


def test_a_host_that_is_none_is_no_error_either(blue_phone: Phone, fetch: Fetching) -> None:
    assert fetch(blue_phone.mac, HTTP_HOST="no host at all ///").status_code == 200


def test_the_public_url_is_the_settings_own(blue_phone: Phone, fetch: Fetching, settings) -> None:
    settings.METACENTREX_PHONE_URL = "https://other.metacentrex.test:8443/portal"

    told = settings_of(fetch(blue_phone.mac))

    assert told["setting_server"] == "https://other.metacentrex.test:8443/portal/sip-ps/{mac}.xml"


def test_a_forged_forwarded_address_is_not_believed(
    blue_phone: Phone, fetch: Fetching, settings
) -> None:
    fetch(blue_phone.mac, REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR="192.0.2.1")
    settings.METACENTREX_TRUSTED_PROXIES = _networks("203.0.113.9")
    fetch(blue_phone.mac, REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR="192.0.2.1, 198.51.100.4")

    addresses = (
        Fetch.objects.filter(phone=blue_phone).order_by("pk").values_list("address", flat=True)
    )
    assert list(addresses) == ["203.0.113.9", "198.51.100.4"]


def _networks(text: str) -> list[object]:
    from ipaddress import ip_network

    return [ip_network(text)]


def test_the_declared_model_serves_what_is_no_snom(blue_phone: Phone, fetch: Fetching) -> None:
    assert fetch(blue_phone.mac, user_agent="curl/8.5").status_code == 401
    Phone.unscoped.filter(pk=blue_phone.pk).update(model="snom-d765")

    response = fetch(blue_phone.mac, user_agent="curl/8.5")

    assert response.status_code == 200
    assert "user_active12" in settings_of(response)  # a D765 has twelve identities, a 710 four
    assert row(blue_phone)["detected_model"] == ""


def test_a_contradiction_is_rendered_for_what_the_phone_is_and_told(
    blue_phone: Phone, fetch: Fetching, blue_browser: Browser
) -> None:
    Phone.unscoped.filter(pk=blue_phone.pk).update(model="snom-710")

    response = fetch(blue_phone.mac, user_agent=SNOM_D765)
    page = blue_browser.get(f"/extranet/telephones/{blue_phone.mac}/").content.decode()

    assert "user_active12" in settings_of(response)
    phone = Phone.unscoped.get(pk=blue_phone.pk)
    assert (phone.contradicts_declaration, phone.model, phone.detected_model) == (
        True,
        "snom-710",
        "snom-d765",
    )
    assert "snom 710" in page
    assert "snom D765" in page


def test_a_715_is_a_d715_where_that_was_declared(blue_phone: Phone, fetch: Fetching) -> None:
    Phone.unscoped.filter(pk=blue_phone.pk).update(model="snom-d715")

    fetch(blue_phone.mac, user_agent=SNOM_710.replace("snom710", "snom715"))

    phone = Phone.unscoped.get(pk=blue_phone.pk)
    assert (phone.detected_model, phone.contradicts_declaration) == ("snom-d715", False)


def test_what_the_document_gave_is_what_opens_it_again(blue_phone: Phone, fetch: Fetching) -> None:
    given = given_to(fetch(blue_phone.mac))
    end_of_window(blue_phone)

    assert fetch(blue_phone.mac).status_code == 401
    assert fetch(blue_phone.mac, **given).status_code == 200


def test_database_down_is_an_empty_503(blue_phone: Phone, fetch: Fetching, caplog) -> None:
    from django.db import OperationalError, connection

    def down(execute, sql, params, many, context):
        raise OperationalError("no route to the database")

    with connection.execute_wrapper(down):
        response = Browser().get(f"/sip-ps/{blue_phone.mac}.xml", HTTP_USER_AGENT=SNOM_710)
    asked_again = fetch(blue_phone.mac)

    assert (response.status_code, response.content, response.headers["Retry-After"]) == (
        503,
        b"",
        "60",
    )
    assert "ETag" not in response.headers
    assert asked_again.status_code == 200
    assert [record.message for record in caplog.records] == ["provisioning_failed"]


def test_a_document_that_cannot_be_made_is_an_empty_503_not_half_of_one(
    blue_phone: Phone, alice: Subscriber, fetch: Fetching
) -> None:
    # No form accepts it; a row written by hand may hold it all the same.
    Subscriber.unscoped.filter(pk=alice.pk).update(name="bell \x07")

    response = fetch(blue_phone.mac)

    assert (response.status_code, response.content) == (503, b"")
    assert row(blue_phone)["authenticated_at"] is None
