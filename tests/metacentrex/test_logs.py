import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from metacentrex import correlation
from metacentrex.logs import JsonFormatter, LineFormatter, redact

ROOT = Path(__file__).resolve().parents[2]


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


def test_what_stands_around_a_secret_stays():
    text = "login failed sip_secret_2 = 'x y', next=https://a.example/b?c=d agent=\"z\" /path?e=f"

    assert redact(text) == (
        'login failed sip_secret_2 = [hidden], next=https://a.example/b?[hidden] agent="z" '
        "/path?[hidden]"
    )


def test_ordinary_words_are_left_alone():
    text = "phone refused mac=00041374074C reason=outside-window address=192.0.2.1 basic checks ok?"

    assert redact(text) == text


@pytest.mark.parametrize(
    "word",
    [
        "a",
        "_secret",
        "password",
        '"password',
        "password=\"'",
        "http://",
        "http://:",
        "cookie ",
        " /",
        "Digest ",
    ],
)
def test_a_long_text_of_a_stranger_is_read_once(word):
    script = (
        "import sys; from metacentrex.logs import redact; "
        "redact('Not Found: /' + sys.argv[1] * 8000)"
    )

    # Within a second; read again from each of its characters it takes minutes.
    done = subprocess.run([sys.executable, "-c", script, word], cwd=ROOT, timeout=30, check=False)

    assert done.returncode == 0


def test_each_request_has_its_own_correlator_and_none_remains():
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(correlation.current())
        return HttpResponse()

    middleware = correlation.CorrelationMiddleware(view)
    responses = [middleware(RequestFactory().get("/")) for _ in range(2)]

    assert [[len(group) for group in correlator.split(" ")] for correlator in seen] == [
        [4, 4, 4, 4]
    ] * 2
    assert seen[0] != seen[1]
    assert correlation.current() == ""
    assert seen[0] not in str(responses[0].headers)


def test_json_says_the_same_as_the_line_with_the_same_things_hidden():
    try:
        raise ValueError("two\nlines")
    except ValueError:
        record = logging.LogRecord(
            "metacentrex.x",
            logging.ERROR,
            "f",
            1,
            'said "%s"\u2028',
            ("password=Hunter2Hunter2",),
            sys.exc_info(),
        )
    with correlation.correlated("042a fd8e c57e b9a2"):
        written = JsonFormatter().format(record)

    found = json.loads(written)
    assert len(written.splitlines()) == 1
    assert found.pop("time").startswith("20")
    assert found.pop("traceback").endswith("ValueError: two\nlines")
    assert found == {
        "level": "error",
        "logger": "metacentrex.x",
        "correlator": "042afd8ec57eb9a2",
        "message": 'said "password=[hidden]\u2028',
    }


@pytest.mark.parametrize("format_name", ["line", "json", "xml"])
def test_the_format_is_chosen_by_the_environment(format_name, tmp_path):
    script = (
        "import logging, django; django.setup(); "
        "logging.getLogger('metacentrex.x').warning('hello correlator'); "
        "from django.conf import settings; print(settings.METACENTREX_ENVIRONMENT_ERRORS)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "METACENTREX_HOME": str(tmp_path),
            "METACENTREX_LOG_FORMAT": format_name,
            "DJANGO_SETTINGS_MODULE": "metacentrex.settings.base",
        },
        capture_output=True,
        text=True,
        check=True,
    )

    [line] = done.stderr.splitlines()
    if format_name == "json":
        assert json.loads(line)["message"] == "hello correlator"
    else:
        assert line.startswith("time=")
    assert ("METACENTREX_LOG_FORMAT" in done.stdout) == (format_name == "xml")


@pytest.fixture
def written(caplog):
    """What is logged, as the console shows it."""
    return lambda: [LineFormatter().format(record) for record in caplog.records]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda browser: browser.get("/admin/clients/client/", follow=True), id="403"),
        pytest.param(
            lambda browser: browser.post("/extranet/theme/", {str(n): "" for n in range(5001)}),
            id="too many fields",
        ),
        pytest.param(
            lambda browser: browser.post("/extranet/theme/", {"next": "x" * 3_000_000}),
            id="too large",
        ),
    ],
)
def test_a_refused_request_is_a_line_without_a_traceback(ask, blue_browser, written):
    assert 400 <= ask(blue_browser).status_code < 500

    lines = written()
    assert lines
    assert not any("traceback" in line for line in lines)


@pytest.mark.django_db
def test_a_request_that_failed_has_its_traceback(monkeypatch, blue_browser, written):
    monkeypatch.setattr("clients.views.extranet.redirect", None)
    blue_browser.raise_request_exception = False

    assert blue_browser.post("/extranet/theme/", {"theme": "dark"}).status_code == 500

    assert any("traceback" in line and "Traceback" in line for line in written())
