from ipaddress import ip_network

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from metacentrex import net

PROXIES = [ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")]


def through(**meta: str) -> HttpRequest:
    """Return a request as what comes after the middleware sees it."""
    request = RequestFactory().get("/", **meta)
    net.TrustedProxyMiddleware(lambda _: HttpResponse())(request)
    return request


@pytest.fixture(autouse=True)
def proxies(settings):
    settings.METACENTREX_TRUSTED_PROXIES = PROXIES


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7:5060 ", "192.0.2.7"),
        ("[2001:DB8::1]:443", "2001:db8::1"),
        ('"[2001:db8::1]"', "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_parse_address_reads_what_proxies_write(written, read):
    assert str(net.parse_address(written)) == read


@pytest.mark.parametrize(
    "junk", ["", "unknown", "_hidden", "[", "[::1", "300.1.1.1", "1:2:3", "\x00", "é"]
)
def test_parse_address_of_junk_never_raises(junk):
    found = net.parse_address(junk)

    assert found is None or str(found) == "::1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        # nobody we know: what it says counts for nothing
        (
            "192.0.2.9",
            "198.51.100.1",
            "192.0.2.9",
        ),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # the client wrote 6.6.6.6 itself
        ("10.0.0.1", "198.51.100.1, 10.1.1.1, 10.2.2.2:80", "198.51.100.1"),
        ("10.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ("10.0.0.1", "198.51.100.1, junk, 10.2.2.2", "10.2.2.2"),
        ("10.0.0.1", ",,,", "10.0.0.1"),
        ("2001:db8::1", "[2a00::5]:4711", "2a00::5"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", net.UNKNOWN),
    ],
)
def test_client_address_is_the_rightmost_hop_that_is_not_ours(peer, forwarded, client):
    request = through(REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)

    assert net.client_address(request) == client


def test_client_address_without_the_middleware_is_the_peer():
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.9", HTTP_X_FORWARDED_FOR="6.6.6.6")

    assert net.client_address(request) == "192.0.2.9"


def test_forwarding_headers_are_gone_after_the_middleware():
    request = through(REMOTE_ADDR="192.0.2.9", **dict.fromkeys(net.FORWARDING_HEADERS, "forged"))

    assert [name for name in request.META if "FORWARDED" in name or name == "HTTP_X_REAL_IP"] == []


@pytest.mark.parametrize(
    ("peer", "scheme", "secure"),
    [
        ("10.0.0.1", "https", True),
        ("10.0.0.1", "HTTPS", True),
        ("10.0.0.1", "http", False),
        ("10.0.0.1", "https, http", False),  # the nearest proxy's word
        ("10.0.0.1", "wss", False),
        ("192.0.2.9", "https", False),
    ],
)
def test_scheme_is_believed_from_our_proxies_only(peer, scheme, secure):
    assert through(REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO=scheme).is_secure() is secure


def test_scheme_in_the_process_environment_counts_for_nothing():
    request = through(
        REMOTE_ADDR="192.0.2.9", **{net.SCHEME_KEY: "https", net.CLIENT_KEY: "6.6.6.6"}
    )

    assert (request.is_secure(), net.client_address(request)) == (False, "192.0.2.9")


@pytest.mark.parametrize(
    ("meta", "embedded", "confidential"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, True, True),
        ({"REMOTE_ADDR": "::1"}, True, True),
        ({"REMOTE_ADDR": "192.0.2.9"}, True, False),
        ({"REMOTE_ADDR": ""}, True, False),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_PROTO": "https"}, False, True),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}, False, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}, True, True),
    ],
)
def test_is_confidential(settings, meta, embedded, confidential):
    settings.METACENTREX_EMBEDDED = embedded

    assert net.is_confidential(through(**meta)) is confidential


def test_is_confidential_refuses_a_plain_client_behind_our_own_loopback_proxy(settings):
    settings.METACENTREX_TRUSTED_PROXIES = [ip_network("127.0.0.1/32")]

    request = through(
        REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.1", HTTP_X_FORWARDED_PROTO="http"
    )

    assert net.is_confidential(request) is False


def test_an_ipv6_customer_counts_as_one_caller_whatever_the_address_in_the_64():
    assert (
        net.caller_network("2001:db8:1:2:aaaa::1")
        == net.caller_network("2001:db8:1:2::ffff")
        == "2001:db8:1:2::"
    )
    assert net.caller_network("192.0.2.7") == "192.0.2.7"
