"""« Ce que le téléphone recevrait » and the operator's trace: pages that look and touch nothing."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from clients.models import Subscriber, User
from clients.services.audit import PLATFORM
from phones.enums import Refusal
from phones.models import Phone
from phones.services.window import open_window, renew
from provisioning.masking import DOTS
from provisioning.models import Fetch, ServedDocument
from provisioning.preview import Comparison, Missing
from tests.factories.clients import SubscriberFactory
from tests.factories.phones import PhoneFactory
from tests.provisioning.asking import OLD_SNOM_710, change, end_of_window, settings_of

Fetching = Callable[..., HttpResponse]


def document(browser: Browser, phone: Phone, **query: str) -> HttpResponse:
    response = browser.get(f"/extranet/telephones/{phone.mac}/document/", query)
    assert response.status_code == 200
    return response


def as_file(browser: Browser, phone: Phone) -> HttpResponse:
    return browser.get(f"/extranet/telephones/{phone.mac}/document.xml")


def test_a_phone_that_read_its_configuration_is_up_to_date(
    blue_phone: Phone, fetch: Fetching, blue_browser: Browser
) -> None:
    told = settings_of(fetch(blue_phone.mac))

    page = document(blue_browser, blue_phone)

    preview = page.context["preview"]
    assert preview.comparison is Comparison.SAME
    assert (preview.model.code, preview.firmware, preview.refusal) == ("snom-710", "8.7.5.35", None)
    text = page.content.decode()
    assert "Alice Bleu" in text
    assert DOTS in text
    assert [
        name for name, value in told.items() if "pass" in name and value and value in text
    ] == []


def test_what_changed_since_is_told_in_words_and_line_by_line(
    blue_phone: Phone, alice: Subscriber, fetch: Fetching, blue_browser: Browser
) -> None:
    fetch(blue_phone.mac)
    SubscriberFactory(client=alice.client, name="Chloé Neuve", extension="977")

    with translation.override("en"):
        page = document(blue_browser, blue_phone)

    preview = page.context["preview"]
    assert preview.comparison is Comparison.DIFFERS
    (found,) = preview.differences
    assert "Chloé Neuve" in found.text
    assert "<ins>" in page.content.decode()


def test_a_new_window_renews_the_secrets_and_tells_no_fingerprint(
    blue_phone: Phone, fetch: Fetching, blue_browser: Browser
) -> None:
    fetch(blue_phone.mac)
    body = ServedDocument.objects.get().body
    open_window(blue_phone, actor=PLATFORM)

    text = document(blue_browser, blue_phone).content.decode()

    marks = {part[:8] for part in body.split(DOTS)[1:]}
    assert len(marks) == 4
    assert [mark for mark in marks if mark in text] == []
    assert text.count("renouvelé") > 2


def test_a_phone_that_never_asked_and_one_whose_last_document_was_not_kept(
    blue_phone: Phone, fetch: Fetching, blue_browser: Browser
) -> None:
    never = document(blue_browser, blue_phone, model="snom-710").context["preview"]
    fetch(blue_phone.mac)
    ServedDocument.objects.all().delete()
    change(blue_phone, served_digest="f" * 64)
    unknown = document(blue_browser, blue_phone).context["preview"]

    assert never.comparison is Comparison.OTHER_MODEL
    assert unknown.comparison is Comparison.UNKNOWN


def test_a_declared_model_is_enough_to_see_the_first_document(
    blue_phone: Phone, blue_browser: Browser
) -> None:
    change(blue_phone, model="snom-d765")

    preview = document(blue_browser, blue_phone).context["preview"]

    assert preview.comparison is Comparison.NEVER
    assert (preview.refusal, preview.model.code) == (None, "snom-d765")


def test_a_model_nobody_knows_asks_for_a_choice(blue_phone: Phone, blue_browser: Browser) -> None:
    page = document(blue_browser, blue_phone)

    assert page.context["preview"].missing is Missing.MODEL
    assert as_file(blue_browser, blue_phone).status_code == 302
    chosen = document(blue_browser, blue_phone, model="snom-d725", firmware="10.1.175.16")
    assert chosen.context["preview"].summary.key_count == 18


def test_a_phone_without_a_line_is_told_to_need_one(
    alice: Subscriber, blue_browser: Browser
) -> None:
    phone = PhoneFactory(client=alice.client, model="snom-710")

    page = document(blue_browser, phone)

    assert page.context["preview"].missing is Missing.LINE
    assert f"/extranet/telephones/{phone.mac}/changer/" in page.content.decode()
    assert as_file(blue_browser, phone).status_code == 302


def test_a_phone_that_would_be_refused_is_told_why_and_shown_all_the_same(
    blue_phone: Phone, blue_browser: Browser
) -> None:
    change(blue_phone, model="snom-710")
    end_of_window(blue_phone)

    page = document(blue_browser, blue_phone)

    preview = page.context["preview"]
    assert preview.refusal is Refusal.OVERDUE
    assert preview.xml
    text = page.content.decode()
    assert "si la fenêtre était ouverte" in text
    assert f"/extranet/telephones/{blue_phone.mac}/autoriser/" in text


def test_after_its_window_a_phone_is_served_with_what_it_holds(
    blue_phone: Phone, fetch: Fetching, blue_browser: Browser
) -> None:
    fetch(blue_phone.mac)
    end_of_window(blue_phone)

    assert document(blue_browser, blue_phone).context["preview"].refusal is None
    renew(blue_phone, actor=PLATFORM)
    assert document(blue_browser, blue_phone).context["preview"].refusal is None


def test_a_phone_refused_for_its_firmware_is_judged_by_that_firmware(
    blue_phone: Phone, fetch: Fetching, blue_browser: Browser
) -> None:
    fetch(blue_phone.mac, user_agent=OLD_SNOM_710)

    preview = document(blue_browser, blue_phone).context["preview"]

    assert (preview.refusal, preview.firmware) == (Refusal.FIRMWARE_TOO_OLD, "8.7.3.19")


def test_a_zone_no_phone_has_is_a_sentence_and_not_a_failure(
    blue_phone: Phone, alice: Subscriber, blue_browser: Browser
) -> None:
    change(blue_phone, model="snom-710")
    alice.site.time_zone = "Asia/Tokyo"
    alice.site.save()

    assert "Asia/Tokyo" in document(blue_browser, blue_phone).content.decode()


@pytest.mark.parametrize(
    "query",
    [{"model": "snom-999"}, {"firmware": "x"}, {"firmware": "9" * 50}, {"model": ["snom-710"] * 2}],
)
def test_bad_input_is_a_page_with_the_field_in_error(
    query: dict[str, str], blue_phone: Phone, blue_browser: Browser
) -> None:
    page = document(blue_browser, blue_phone, **query)

    assert bool(page.context["form"].errors) == (query != {"model": ["snom-710"] * 2})


def test_the_card_of_the_phones_page_is_a_part_without_the_document(
    blue_phone: Phone, fetch: Fetching, blue_browser: Browser
) -> None:
    fetch(blue_phone.mac)

    card = blue_browser.get(
        f"/extranet/telephones/{blue_phone.mac}/document/", HTTP_HX_REQUEST="true"
    )

    text = card.content.decode()
    assert 'id="phone-document"' in text
    assert "<html" not in text
    assert "&lt;settings" not in text


def test_the_phones_page_leads_to_it_without_a_script(
    blue_phone: Phone, blue_browser: Browser
) -> None:
    page = blue_browser.get(f"/extranet/telephones/{blue_phone.mac}/").content.decode()

    assert f'href="/extranet/telephones/{blue_phone.mac}/document/"' in page
    assert "tracer" not in page


def test_the_file_is_masked_and_kept_by_nobody(
    blue_phone: Phone, fetch: Fetching, blue_browser: Browser
) -> None:
    told = settings_of(fetch(blue_phone.mac))

    response = as_file(blue_browser, blue_phone)

    assert "no-store" in response.headers["Cache-Control"]
    assert (
        response.headers["Content-Disposition"]
        == f'attachment; filename="{blue_phone.mac}-masked.xml"'
    )
    masked = settings_of(response)
    assert {name for name in told if told[name] != masked[name]} == {
        "http_client_pass", "http_pass", "admin_mode_password", "admin_mode_password_confirm",
        "user_pass1",
    }  # fmt: skip
    assert {masked[name] for name in told if told[name] != masked[name]} == {DOTS}


def test_it_asks_as_many_questions_for_one_colleague_as_for_thirty(
    blue_phone: Phone, alice: Subscriber, fetch: Fetching, blue_browser: Browser
) -> None:
    fetch(blue_phone.mac)
    counts = []
    for colleagues in (1, 30):
        SubscriberFactory.create_batch(colleagues, client=alice.client)
        with CaptureQueriesContext(connection) as captured:
            document(blue_browser, blue_phone)
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_looking_writes_nothing(
    blue_phone: Phone, operator: User, as_user: Callable[[User], Browser]
) -> None:
    change(blue_phone, model="snom-710")
    before = Phone.unscoped.filter(pk=blue_phone.pk).values().get()
    browser = as_user(operator)

    document(browser, blue_phone)
    traced(browser, blue_phone)

    assert Phone.unscoped.filter(pk=blue_phone.pk).values().get() == before
    assert not Fetch.objects.exists()
    assert not ServedDocument.objects.exists()


# --- The trace ------------------------------------------------------------------------------------


def traced(browser: Browser, phone: Phone, **query: str) -> HttpResponse:
    response = browser.get(f"/extranet/telephones/{phone.mac}/tracer/", query)
    assert response.status_code == 200
    return response


@pytest.fixture
def boss(operator: User, as_user: Callable[[User], Browser]) -> Browser:
    return as_user(operator)


def test_the_operator_sees_each_rule_and_what_it_said(blue_phone: Phone, boss: Browser) -> None:
    end_of_window(blue_phone)

    with translation.override("en"):
        trace = traced(boss, blue_phone, model="snom-710").context["trace"]

    assert trace.refusal is Refusal.OVERDUE
    assert [step.verdict.value for step in trace.steps] == ["passed"] * 4 + ["refused"] + [
        "skipped"
    ] * 3


def test_at_first_the_phone_asks_with_what_it_holds(
    blue_phone: Phone, fetch: Fetching, boss: Browser
) -> None:
    fetch(blue_phone.mac)
    end_of_window(blue_phone)

    assert traced(boss, blue_phone).context["trace"].is_served
    assert not traced(boss, blue_phone, credentials="none").context["trace"].is_served
    assert (
        traced(boss, blue_phone, credentials="wrong").context["trace"].refusal
        is Refusal.BAD_CREDENTIALS
    )


def test_another_time_is_another_answer(blue_phone: Phone, boss: Browser) -> None:
    change(blue_phone, model="snom-710")

    assert traced(boss, blue_phone).context["trace"].is_served
    assert (
        traced(boss, blue_phone, at="2099-01-01T09:00").context["trace"].refusal is Refusal.OVERDUE
    )


@pytest.mark.parametrize(
    "query",
    [
        {"at": "soon"},
        {"address": "here"},
        {"credentials": "all"},
        {"model": "x"},
        {"firmware": "-"},
    ],
)
def test_a_trace_asked_badly_is_a_field_in_error(
    query: dict[str, str], blue_phone: Phone, boss: Browser
) -> None:
    page = traced(boss, blue_phone, **query)

    assert list(page.context["form"].errors) == list(query)
    assert page.context["trace"] is None


def test_the_button_is_the_operators(
    blue_phone: Phone, boss: Browser, blue_browser: Browser
) -> None:
    address = f"/extranet/telephones/{blue_phone.mac}/tracer/"

    assert address in boss.get(f"/extranet/telephones/{blue_phone.mac}/").content.decode()
    assert blue_browser.get(address).status_code == 403


def test_a_stranger_does_not_learn_that_a_trace_exists(
    blue_phone: Phone, red_staff: User, as_user: Callable[[User], Browser]
) -> None:
    stranger = as_user(red_staff)

    for name in ("tracer/", "document/", "document.xml"):
        assert stranger.get(f"/extranet/telephones/{blue_phone.mac}/{name}").status_code == 404
