"""nginx takes the shipped files as they are, and the lines that are explained but not active."""

import os
import socket
import ssl
import time
from contextlib import closing
from http.client import HTTPSConnection
from pathlib import Path

import pytest

from tests.nginx import PROGRAM, SHIPPED, Nginx

pytestmark = pytest.mark.skipif(
    not PROGRAM and not os.environ.get("CI"), reason="nginx is not installed"
)
STRICT = "    ssl_protocols TLSv1.2 TLSv1.3;\n    ssl_ciphers HIGH:!aNULL:!MD5;\n"
OLD = (
    "    # ssl_protocols TLSv1 TLSv1.1 TLSv1.2;\n    # ssl_ciphers HIGH:!aNULL:!MD5:@SECLEVEL=0;\n"
)


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def nginx(folder: Path, *sites: str, **changes: dict[str, str]) -> Nginx:
    made = Nginx(folder, *free_ports(4), sites=list(sites), **changes)
    made.make_certificate()
    made.render()
    return made


@pytest.mark.parametrize(
    "sites", [("metacentrex.conf",), ("metacentrex.conf", "metacentrex-phones.conf")]
)
def test_nginx_takes_the_shipped_files_without_a_warning(tmp_path, sites):
    checked = nginx(tmp_path, *sites).check()

    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr


def shakes_hands(port: int, version: ssl.TLSVersion) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
            context.wrap_socket(plain),
        ):
            return True
    except (ssl.SSLError, ConnectionResetError):
        return False


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_only_the_phones_port_speaks_old_tls_and_only_with_the_explained_lines(tmp_path):
    assert STRICT in (SHIPPED / "metacentrex-phones.conf").read_text()
    assert OLD in (SHIPPED / "metacentrex-phones.conf").read_text()
    made = nginx(
        tmp_path,
        "metacentrex.conf",
        "metacentrex-phones.conf",
        changes={STRICT: "", OLD: OLD.replace("# ", "")},
    )
    made.start()
    try:
        wait_for(made.tls_port)
        spoken = {
            version.name: (
                shakes_hands(made.tls_port, version),
                shakes_hands(made.phones_port, version),
            )
            for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
        }
    finally:
        made.stop()

    assert spoken == {"TLSv1": (False, True), "TLSv1_2": (True, True), "TLSv1_3": (True, False)}


NETWORKS = [
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:a:b:c:d", "2001:db8:1:3:3:4:5:6"),
    ("2001:db8::a:b:c:d", "2001:db8::1:2:3:4", "2001:db8:0:1:a:b:c:d"),
    ("2001:db8:5::1", "2001:db8:5:0:1::", "2001:db8:5:1::1"),
    ("2a00::1:2:3", "2a00::1", "2a00:0:0:1::1"),
    # line feeds, in bytes
    (
        "2001:db8:a0a:0a0a:0a0a::",
        "2001:db8:a0a:a0a::2",
        "2001:db8:a0a:b0a::2",
    ),
    ("198.51.100.7", "198.51.100.7", "198.51.100.8"),
    ("::ffff:198.51.100.9", "::ffff:198.51.100.9", "::ffff:198.51.100.10"),
]


def test_logins_are_counted_for_each_ipv6_network_however_it_is_written(tmp_path):
    """The address comes from a header here, one try is allowed, and nothing
    answers behind nginx.
    """
    limit = "limit_req zone=metacentrex_login burst=10 nodelay;"
    named = "set_real_ip_from 127.0.0.1; real_ip_header X-Caller; limit_req zone=metacentrex_login;"
    changes = {limit: named, "rate=10r/m": "rate=1r/m"}
    assert all(line in (SHIPPED / "metacentrex.conf").read_text() for line in changes)
    made = nginx(tmp_path, "metacentrex.conf", changes=changes)
    made.start()
    try:
        wait_for(made.tls_port)
        answers = [
            [tries_to_log_in(made.tls_port, caller) for caller in callers] for callers in NETWORKS
        ]
    finally:
        made.stop()

    assert answers == [[502, 429, 502]] * len(NETWORKS)


def tries_to_log_in(port: int, caller: str) -> int:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with closing(HTTPSConnection("127.0.0.1", port, timeout=10, context=context)) as connection:
        connection.request("POST", "/extranet/", headers={"X-Caller": caller})
        with connection.getresponse() as answer:
            return answer.status


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not start")
