"""Each error page shows the correlator of its request, and the log has it on the line about it."""

import logging
import re

import pytest
from django.test import Client as Browser
from django.urls import path

from metacentrex import urls
from metacentrex.logs import LineFormatter
from tests.conftest import SNOM_710

pytestmark = pytest.mark.django_db
SHOWN = re.compile(r'<code class="mc-correlator">([0-9a-f ]{19})</code>')


def breaks(request):
    raise RuntimeError("it broke")


class Broken:
    """Our addresses and one that fails."""

    urlpatterns = [*urls.urlpatterns, path("broken/", breaks)]
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
