"""The Authorization header: what a phone sends, and what anybody may send."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.authorization import Basic, NoCredentials, Unreadable, parse_authorization


def basic(credentials: bytes) -> str:
    return "Basic " + base64.b64encode(credentials).decode()


@pytest.mark.parametrize("header", [None, ""])
def test_no_header_is_no_credentials(header: str | None) -> None:
    assert parse_authorization(header) == NoCredentials()


@pytest.mark.parametrize(
    ("header", "user", "password"),
    [
        (basic(b"00041374074c:abc"), b"00041374074c", b"abc"),
        (basic(b"user:with:colons"), b"user", b"with:colons"),
        (basic(b":"), b"", b""),
        (basic("é:ü€".encode()), "é".encode(), "ü€".encode()),
        (basic(b"u:\xff\x00\n"), b"u", b"\xff\x00\n"),
        (basic(b"u:p").replace("Basic", "bAsIc"), b"u", b"p"),
        (basic(b"u:p").replace(" ", "   "), b"u", b"p"),
        (basic(b"u:p") + " ", b"u", b"p"),
    ],
)
def test_basic_is_read(header: str, user: bytes, password: bytes) -> None:
    assert parse_authorization(header) == Basic(user, password)


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic ",
        "Basic  ",
        "Basic !!!!",
        "Basic dTp",
        "Basic dTpw dTpw",
        "Basic dTpw,Basic dTpw",
        "Basic \u00e9\u00e9\u00e9\u00e9",
        "Basic dT\u0000pw",
        basic(b"no colon"),
        "Basic" + base64.b64encode(b"u:p").decode(),
        'Digest username="00041374074c", realm="MetaCentrex", nonce="", uri="/", response=""',
        "Bearer abc",
        "Negotiate",
        " ",
        "\t",
        ":",
        "Basic\tdTpw",
        basic(b"u:" + b"p" * 2000),
        "x" * 100_000,
    ],
)
def test_what_is_broken_or_of_another_scheme_is_unreadable(header: str) -> None:
    assert parse_authorization(header) == Unreadable()


@given(st.text(max_size=1200))
def test_nothing_makes_it_raise(header: str) -> None:
    assert isinstance(parse_authorization(header), NoCredentials | Unreadable | Basic)


@given(st.text(max_size=1200))
def test_no_token_makes_it_raise(token: str) -> None:
    assert isinstance(parse_authorization(f"Basic {token}"), Unreadable | Basic)


@given(st.binary(max_size=100).filter(lambda user: b":" not in user), st.binary(max_size=100))
def test_what_was_sent_is_what_is_compared(user: bytes, password: bytes) -> None:
    assert parse_authorization(basic(user + b":" + password)) == Basic(user, password)


def test_a_password_is_in_no_representation() -> None:
    assert "hunter2" not in repr(parse_authorization(basic(b"u:hunter2")))
