import logging
import sys

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from metacentrex import correlation
from metacentrex.logs import LineFormatter, redact


def line(message: str, *args: object, exc_info: object = None) -> str:
    record = logging.LogRecord("metacentrex.x", logging.WARNING, "f", 1, message, args, exc_info)
    return LineFormatter().format(record)


def test_a_line_has_its_fields_and_the_correlator():
    with correlation.correlated("042a fd8e c57e b9a2"):
        written = line("phone served mac=%s", "00041374074C")

    time, rest = written.split(" ", 1)
    assert time.startswith("time=20")
    assert rest == (
        "level=warning logger=metacentrex.x correlator=042afd8ec57eb9a2 "
        'message="phone served mac=00041374074C"'
    )


def test_nobody_forges_a_second_line():
    written = line("agent=%s", 'snom"\r\nlevel=error forged\x1b[0m\u2028x')

    assert len(written.splitlines()) == 1
    assert r"\"\r\nlevel=error" in written


def test_a_traceback_stays_on_the_line():
    try:
        raise ValueError("two\nlines")
    except ValueError:
        written = line("it broke", exc_info=sys.exc_info())

    assert len(written.splitlines()) == 1
    assert "ValueError: two" in written


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Basic cGxhbnRlZC1zZWNyZXQ=",
        "header 'Authorization': 'Bearer cGxhbnRlZC1zZWNyZXQ'",
        'Digest username="x", response="cGxhbnRlZC1zZWNyZXQ"',
        "Cookie: sessionid=cGxhbnRlZC1zZWNyZXQ",
        "connect postgresql://mcx:cGxhbnRlZC1zZWNyZXQ@db/x",
        "password='cGxhbnRlZC1zZWNyZXQ'",
        '{"password": "cGxhbnRlZC1zZWNyZXQ"}',
        "sip_secret=cGxhbnRlZC1zZWNyZXQ",
        "Not Found: /reset/?token=cGxhbnRlZC1zZWNyZXQ",
        "GET https://x.example/y?t=cGxhbnRlZC1zZWNyZXQ",
    ],
)
def test_secrets_are_not_written(text):
    assert "cGxhbnRlZC1zZWNyZXQ" not in redact(text)


def test_ordinary_words_are_left_alone():
    text = "phone refused mac=00041374074C reason=outside-window address=192.0.2.1 basic checks ok?"

    assert redact(text) == text


def test_each_request_has_its_own_correlator_and_none_remains():
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(correlation.current())
        return HttpResponse()

    middleware = correlation.CorrelationMiddleware(view)
    responses = [middleware(RequestFactory().get("/")) for _ in range(2)]

    assert [[len(group) for group in correlator.split(" ")] for correlator in seen] == [[4, 4, 4, 4]] * 2
    assert seen[0] != seen[1]
    assert correlation.current() == ""
    assert seen[0] not in str(responses[0].headers)
