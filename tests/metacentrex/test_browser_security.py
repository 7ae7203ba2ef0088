"""What the settings promise about logins, cookies and headers, seen from outside."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client, RequestFactory
from django.urls import reverse

from metacentrex.handler import (
    LONGEST_COOKIES,
    LONGEST_HEADERS,
    LONGEST_TYPE,
    MOST_ESCAPES,
    Handler,
    Utf8Request,
)

PASSWORD = "un-mot-de-passe-d-essai"
LOGIN = "revendeur.bleu"


@pytest.fixture
def user(db):
    user = get_user_model()(login=LOGIN, role="operator")
    user.set_password(PASSWORD)
    user.save()
    return user


def attempt(password: str, address: str = "192.0.2.1", login: str = LOGIN) -> int:
    data = {"username": login, "password": password}
    return Client().post(reverse("extranet:login"), data, REMOTE_ADDR=address).status_code


def test_five_wrong_passwords_stop_that_login_from_that_address_only(user):
    tried = [attempt(f"wrong {number}") for number in range(5)]

    assert tried == [200, 200, 200, 200, 429]
    assert attempt(PASSWORD) == 429
    assert attempt(PASSWORD, address="192.0.2.2") == 302
    assert attempt("wrong", login="somebody.else") == 200


def test_an_address_nobody_vouches_for_changes_nothing(user):
    for number in range(5):
        attempt(f"wrong {number}")

    forged = Client().post(
        reverse("extranet:login"),
        {"username": LOGIN, "password": PASSWORD},
        REMOTE_ADDR="192.0.2.1",
        HTTP_X_FORWARDED_FOR="203.0.113.9",
    )
    assert forged.status_code == 429


def test_a_right_password_forgets_the_wrong_ones(user):
    for number in range(4):
        attempt(f"wrong {number}")

    assert attempt(PASSWORD) == 302
    assert [attempt(f"wrong {number}") for number in range(4)] == [200] * 4


def test_no_password_is_kept_of_a_failed_attempt(user):
    attempt("planted-p4ssword")

    assert "planted-p4ssword" not in str(AccessAttempt.objects.values())
    assert AccessAttempt.objects.count() == 1


def test_the_session_changes_at_login(user):
    client = Client()
    client.get(reverse("extranet:login"))
    client.cookies["sessionid"] = "fixed-by-an-attacker-000000000000"

    answer = client.post(reverse("extranet:login"), {"username": LOGIN, "password": PASSWORD})

    cookie = answer.cookies["sessionid"]
    assert cookie.value != "fixed-by-an-attacker-000000000000"
    assert (cookie["httponly"], cookie["samesite"], int(cookie["max-age"])) == (
        True,
        "Lax",
        12 * 3600,
    )


def test_pages_say_what_a_browser_may_do(client, db):
    headers = client.get(reverse("extranet:login")).headers

    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
    }
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_a_forged_host_is_refused(client, db):
    assert client.get(reverse("extranet:login"), HTTP_HOST="evil.example").status_code == 400


CHARSETS = ["undefined", "zlib_codec", "punycode", "idna", "utf-16", "no-such-charset"]


@pytest.fixture
def kept_connection(db):
    """A request as the server makes it, which would end the connection of the
    test's transaction.
    """
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize(
    ("path", "status"), [("/extranet/", "200 OK"), ("/sip-ps/00041374074C.xml", "401 Unauthorized")]
)
def test_a_charset_that_a_request_names_is_not_tried(path, status, charset):
    asked = RequestFactory().get(path).environ
    asked |= {"CONTENT_TYPE": f"text/plain; charset={charset}", "QUERY_STRING": "q=%C3%A9"}
    answered = []

    Handler()(asked, lambda status, _headers: answered.append(status)).close()

    assert answered == [status]


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_form_is_read_as_our_pages_send_it(charset):
    form = '--x\r\nContent-Disposition: form-data; name="q"\r\n\r\né\r\n--x--\r\n'
    asked = RequestFactory().generic("POST", "/", form, "multipart/form-data; boundary=x").environ
    asked |= {
        "CONTENT_TYPE": f"multipart/form-data; boundary=x; charset={charset}",
        "QUERY_STRING": "q=%C3%A9",
    }

    request = Utf8Request(asked)

    assert (request.GET["q"], request.POST["q"], request.encoding) == ("é", "é", "utf-8")


OVERSIZED = [
    pytest.param({"HTTP_COOKIE": "a=" + "b" * LONGEST_COOKIES}, id="long cookies"),
    pytest.param({"HTTP_COOKIE": 'a="' + '\\"' * (MOST_ESCAPES + 1) + '"'}, id="many escapes"),
    pytest.param({"HTTP_X_ANY": "b" * LONGEST_HEADERS}, id="one long header"),
    pytest.param({f"HTTP_X_{at}": "b" * 200 for at in range(80)}, id="many headers"),
    pytest.param({"CONTENT_TYPE": "a/b;" + "c" * LONGEST_HEADERS}, id="a long type"),
]


@pytest.mark.parametrize("headers", OVERSIZED)
@pytest.mark.parametrize("path", ["/extranet/", "/sip-ps/00041374074C.xml", "/static/x.css"])
def test_oversized_headers_are_refused_before_django_reads_them(path, headers, monkeypatch):
    monkeypatch.setattr(Handler, "request_class", None)  # no request is made of them
    monkeypatch.setattr("http.cookies._unquote", None)
    answered = []

    body = Handler()(
        RequestFactory().get(path).environ | headers,
        lambda status, _headers: answered.append(status),
    )

    assert (answered, b"".join(body)) == (["431 Request Header Fields Too Large"], b"")


@pytest.mark.usefixtures("kept_connection")
def test_the_headers_of_a_browser_are_not_oversized():
    headers = {
        "HTTP_COOKIE": "; ".join(f"{name}={'a' * 64}" for name in ("session", "csrf", "theme")),
        "HTTP_USER_AGENT": "Mozilla/5.0 " * 20,
        "HTTP_ACCEPT_LANGUAGE": "fr-FR,fr;q=0.9," * 8,
        "HTTP_REFERER": "https://extranet.example.fr/" + "x" * 4000,
    }
    answered = []

    Handler()(
        RequestFactory().get("/extranet/").environ | headers,
        lambda status, _headers: answered.append(status),
    ).close()

    assert answered == ["200 OK"]


def test_a_content_type_without_end_is_not_read_to_its_end():
    asked = RequestFactory().get("/").environ | {"CONTENT_TYPE": 'a/b; x="' + ";" * 100_000}

    request = Utf8Request(asked)

    assert (request.content_type, len(request.META["CONTENT_TYPE"])) == ("a/b", LONGEST_TYPE)
