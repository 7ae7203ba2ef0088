"""The client's address of a request, and whether the connection to it is confidential."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

Address = IPv4Address | IPv6Address

CLIENT_KEY = "metacentrex.client_address"
SCHEME_KEY = "metacentrex.scheme"
FORWARDED_KEY = "metacentrex.forwarded"
UNKNOWN = "0.0.0.0"  # noqa: S104 - a value for "no address", nothing is bound

# WSGI names of the headers that only our own proxies may set.
FORWARDING_HEADERS = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_SSL",
    "HTTP_X_REAL_IP",
)


def parse_address(text: str) -> Address | None:
    """Parse an address as written by proxies and servers: with a port, brackets, a zone, IPv4 in
    IPv6. None if invalid.
    """
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def is_trusted(address: Address | None) -> bool:
    """Whether the address belongs to a proxy of ours."""
    return address is not None and any(
        address in net for net in settings.METACENTREX_TRUSTED_PROXIES
    )


def rightmost_untrusted(peer: Address, forwarded_for: str) -> Address:
    """Walk back from our own proxy to the first address that is not one of ours.

    Addresses to the left of it are not trustworthy. A hop that is not an address ends the walk: the
    result is then the last address reported by one of our proxies.
    """
    nearest = peer
    for hop in reversed(forwarded_for.split(",")):
        address = parse_address(hop)
        if address is None:
            return nearest
        if not is_trusted(address):
            return address
        nearest = address
    return nearest


def client_address(request: HttpRequest) -> str:
    """Return the client's address, in its shortest form."""
    known = request.META.get(CLIENT_KEY)
    if known:
        return str(known)
    peer = parse_address(str(request.META.get("REMOTE_ADDR", "")))
    return str(peer) if peer else UNKNOWN


def caller_network(address: str) -> str:
    """The address or network that identifies a caller: an IPv6 customer has a whole /64."""
    parsed = parse_address(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False).network_address)
    return address


def throttled_address(request: HttpRequest) -> str:
    """The caller by which failed logins are counted."""
    return caller_network(client_address(request))


def is_confidential(request: HttpRequest) -> bool:
    """Whether a secret may be sent: over TLS, or without leaving this machine.

    In production, a loopback peer that forwards a request is a proxy, not the client.
    """
    if request.is_secure():
        return True
    peer = parse_address(str(request.META.get("REMOTE_ADDR", "")))
    if peer is None or not peer.is_loopback:
        return False
    return not request.META.get(FORWARDED_KEY) or (
        settings.METACENTREX_EMBEDDED and not is_trusted(peer)
    )


def is_internal(request: HttpRequest) -> bool:
    """Whether the request comes from this machine or from METACENTREX_METRICS_ALLOW, and not
    through an untrusted proxy.
    """
    peer = parse_address(str(request.META.get("REMOTE_ADDR", "")))
    if request.META.get(FORWARDED_KEY) and not is_trusted(peer):
        return False
    address = parse_address(client_address(request))
    if address is None:
        return False
    return address.is_loopback or any(
        address in network for network in settings.METACENTREX_METRICS_ALLOW
    )


class TrustedProxyMiddleware:
    """Use forwarding headers of our own proxies only, and remove them from the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        said = {name: str(meta.pop(name)) for name in FORWARDING_HEADERS if name in meta}
        # A server may copy the process environment into META: clear these keys first.
        for key in (CLIENT_KEY, SCHEME_KEY, FORWARDED_KEY):
            meta.pop(key, None)
        peer = parse_address(str(meta.get("REMOTE_ADDR", "")))
        if said:
            meta[FORWARDED_KEY] = "1"
        if peer is not None and is_trusted(peer):
            peer = rightmost_untrusted(peer, said.get("HTTP_X_FORWARDED_FOR", ""))
            scheme = said.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
            if scheme in {"http", "https"}:
                meta[SCHEME_KEY] = scheme
        meta[CLIENT_KEY] = str(peer) if peer else UNKNOWN
        return self.get_response(request)
