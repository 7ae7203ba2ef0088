"""Each error page shows the correlator of its request, and the log has it on the line about it."""

import logging
import re

import pytest
from django.db import OperationalError
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import path
from django.utils import timezone, translation

from metacentrex import correlation, urls, views
from metacentrex.logs import LineFormatter
from tests.conftest import SNOM_710

pytestmark = pytest.mark.django_db
SHOWN = re.compile(r'<code class="mc-correlator">([0-9a-f ]{19})</code>')


def breaks(request):
    raise RuntimeError("it broke")


def without_a_database(request):
    raise OperationalError("the server closed the connection")


class Broken:
    """Our addresses and one that fails."""

    urlpatterns = [*urls.urlpatterns, path("broken/", breaks), path("away/", without_a_database)]
    handler400, handler403 = urls.handler400, urls.handler403
    handler404, handler500 = urls.handler404, urls.handler500


@pytest.fixture
def lines():
    written: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(LineFormatter().format(record))

    handler = Handler()
    logging.root.addHandler(handler)
    yield written
    logging.root.removeHandler(handler)


def too_many_failures(browser: Browser):
    form = {"username": "nobody", "password": "wrong"}
    return [browser.post("/extranet/", form) for _ in range(6)][-1]


CASES = {
    "bad request": (
        400,
        lambda browser, owner: owner.post(
            "/extranet/theme/", {"a" * 9: "b"} | {str(n): "" for n in range(5001)}
        ),
    ),
    "forbidden": (403, lambda browser, owner: owner.get("/admin/clients/client/", follow=True)),
    "not found": (404, lambda browser, owner: browser.get("/nowhere/")),
    "broken": (500, lambda browser, owner: browser.get("/broken/")),
    "database away": (503, lambda browser, owner: browser.get("/away/")),
    "csrf": (403, lambda browser, owner: Browser(enforce_csrf_checks=True).post("/extranet/")),
    "login closed": (429, lambda browser, owner: too_many_failures(browser)),
}


@pytest.mark.parametrize("case", CASES)
def test_the_page_and_the_log_have_the_same_correlator(case, settings, lines, blue_browser):
    settings.ROOT_URLCONF = Broken
    browser = Browser(raise_request_exception=False)
    blue_browser.raise_request_exception = False
    status, ask = CASES[case]

    response = ask(browser, blue_browser)

    assert response.status_code == status
    [shown] = SHOWN.findall(response.content.decode())
    assert any(f"correlator={shown.replace(' ', '')} " in line for line in lines), lines


def test_a_wrong_host_gets_its_page_with_a_correlator_and_no_line(lines):
    response = Browser().get("/extranet/", HTTP_HOST="elsewhere.example")

    assert (response.status_code, lines) == (400, [])
    assert SHOWN.search(response.content.decode())


def test_a_phone_is_shown_no_correlator(lines):
    response = Browser().get("/sip-ps/000413FFFFFE.xml", HTTP_USER_AGENT=SNOM_710)

    assert response.status_code == 401
    assert not SHOWN.search(response.content.decode())


def detail_of(response) -> list[str]:
    [text] = re.findall(
        r"<pre id=\"error-detail\">(.*?)</pre>", response.content.decode(), re.DOTALL
    )
    return text.split("\n")


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("fr", ["Erreur       ", "Corrélateur  ", "Moment       ", "Page         "]),
        ("en", ["Error           ", "Log correlator  ", "Date and time   ", "Page            "]),
    ],
)
def test_the_detail_says_where_and_when_in_the_readers_language(
    language, labels, rf: RequestFactory, django_assert_num_queries
):
    with translation.override(language), correlation.correlated("0123 4567 89ab cdef"):
        with django_assert_num_queries(0):  # the database may be what failed
            response = views.server_error(rf.get("/extranet/clients/<é>/?q=secret"))
        today = timezone.localtime().strftime({"fr": "%d/%m/%Y à ", "en": "%Y"}[language])

    lines = detail_of(response)
    assert [line[: len(label)] for line, label in zip(lines, labels, strict=True)] == labels
    values = [line[len(label) :] for line, label in zip(lines, labels, strict=True)]
    assert values[0] == "500"
    assert values[1] == "0123 4567 89ab cdef"
    assert today in values[2]
    assert values[3] == "/extranet/clients/%3C%C3%A9%3E/"


def test_an_endless_address_is_cut(rf: RequestFactory):
    with correlation.correlated():
        response = views.page_not_found(rf.get("/" + "x" * 5000), Exception())

    assert len(detail_of(response)[3]) < 250


def test_only_who_typed_something_is_told_that_it_is_not_lost(settings):
    settings.ROOT_URLCONF = Broken
    browser = Browser(raise_request_exception=False)

    asked, posted = (ask("/broken/").content.decode() for ask in (browser.get, browser.post))

    told = "Ce que vous avez saisi n’est pas perdu"
    assert (told in asked, told in posted) == (False, True)


@pytest.mark.parametrize("case", CASES)
def test_only_what_may_succeed_the_next_time_is_tried_again(case, settings, blue_browser):
    settings.ROOT_URLCONF = Broken
    blue_browser.raise_request_exception = False

    page = CASES[case][1](Browser(raise_request_exception=False), blue_browser).content.decode()

    assert ("data-reload" in page) == (case in ("broken", "database away"))


def test_a_page_without_a_database_says_when_to_come_back(settings):
    settings.ROOT_URLCONF = Broken
    browser = Browser(raise_request_exception=False)

    away = browser.get("/away/")
    assert away["Retry-After"] == "5"
    assert "Erreur 503" in away.content.decode()
    assert "Retry-After" not in browser.get("/broken/")
