"""Hostile requests, with a phone beside them: how long each takes, and how long the phone waits."""

import http.client
import io
import itertools
import os
import statistics
import threading
import time
import zipfile
from collections.abc import Callable
from typing import NamedTuple

from benchmarks.asking import FORM_TOKEN, Asker
from benchmarks.cases import Case
from benchmarks.stack import Stack

BOUNDARY = "metacentrex"
ROUNDS, SECONDS = 3, 2.0
ENDLESS = 24_000_000  # bytes of one attribute or comment
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


class Attack(NamedTuple):
    """A request that `clients` clients send again and again."""

    name: str
    clients: int
    start: "Callable[[Stack], Callable[[], int]]"  # one client: what it sends, and the status


def workbook(part: str) -> bytes:
    """A small file that unpacks to one endless piece of XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("xl/workbook.xml", part)
        # random bytes keep the ratio below the limit, as an attacker would
        archive.writestr("noise.bin", os.urandom(150_000))
    return out.getvalue()


def cookies(escapes: int) -> "Callable[[Stack], Callable[[], int]]":
    """Cookies that an older Python unescapes in quadratic time."""

    def start(stack: Stack) -> "Callable[[], int]":
        asker = Asker(stack)
        value = 'a="' + '\\"' * escapes + '"'
        return lambda: asker.ask("/extranet/", {"Cookie": value})[0].status

    return start


def logins(stack: Stack) -> "Callable[[], int]":
    """Wrong passwords for one login after another."""
    asker = Asker(stack)
    _, page = asker.ask("/extranet/")
    found = FORM_TOKEN.search(page)
    token = found[1].decode() if found else ""
    numbers = itertools.count()

    def send() -> int:
        form = {"username": f"nobody-{id(asker)}-{next(numbers)}", "password": "wrong"}
        return asker.ask("/extranet/", form=form | {"csrfmiddlewaretoken": token})[0].status

    return send


def uploads(part: str) -> "Callable[[Stack], Callable[[], int]]":
    """A workbook that costs its parser much more than its size."""
    content = workbook(part)

    def start(stack: Stack) -> "Callable[[], int]":
        asker = Asker(stack)
        asker.log_in()
        path = f"/extranet/clients/{stack.facts['client']}/importer/"
        _, page = asker.ask(path)
        found = FORM_TOKEN.search(page)
        token = found[1] if found else b""
        body = b"".join(
            (
                f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"'
                "\r\n\r\n".encode(),
                token,
                f'\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; '
                'filename="a.xlsx"\r\n\r\n'.encode(),
                content,
                f"\r\n--{BOUNDARY}--\r\n".encode(),
            )
        )
        headers = {
            **stack.headers,
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Origin": stack.origin,
            "Cookie": "; ".join(f"{name}={value}" for name, value in asker.cookies.items()),
        }

        def send() -> int:
            asker.connection.request("POST", path, body, headers)
            answer = asker.connection.getresponse()
            answer.read()
            return answer.status

        return send

    return start


ATTACKS = [
    Attack("cookies of 100 kB, escaped", 8, cookies(50_000)),
    Attack("cookies of 20 kB, escaped", 8, cookies(10_000)),
    Attack("cookies of 500 bytes, escaped", 8, cookies(250)),
    Attack("wrong passwords", 8, logins),
    Attack("workbook, one attribute of 24 MB", 2, uploads(f'<w a="{" " * ENDLESS}"/>')),
    Attack("workbook, one comment of 24 MB", 2, uploads(f"<w><!--{' ' * ENDLESS}--></w>")),
]


def measure_attacks(stack: Stack, phone: Case) -> "list[list[str]]":
    """A row for each attack: its answers and their times, then the phone's alone and beside it."""
    return [_row(stack, attack, phone) for attack in ATTACKS]


def _row(stack: Stack, attack: Attack, phone: Case) -> "list[str]":
    alone, beside, took, statuses = [], [], [], set()
    senders = [attack.start(stack) for _ in range(attack.clients)]
    for _ in range(ROUNDS):
        alone += _phone(stack, phone, SECONDS)
        stop = threading.Event()

        def send(sender: "Callable[[], int]", stop: threading.Event = stop) -> None:
            while not stop.is_set():
                started = time.perf_counter()
                try:
                    statuses.add(sender())
                except (OSError, http.client.HTTPException):
                    statuses.add(0)
                took.append((time.perf_counter() - started) * 1000)

        clients = [threading.Thread(target=send, args=(sender,)) for sender in senders]
        for client in clients:
            client.start()
        beside += _phone(stack, phone, SECONDS)
        stop.set()
        for client in clients:
            client.join()
    alone_median, beside_median = statistics.median(alone), statistics.median(beside)
    return [
        attack.name,
        ", ".join(str(status or "closed") for status in sorted(statuses)),
        f"{statistics.median(took):.0f}",
        f"{max(took):.0f}",
        f"{alone_median:.1f}",
        f"{beside_median:.1f}",
        f"{beside_median / alone_median:.1f}",
    ]


def _phone(stack: Stack, phone: Case, seconds: float) -> "list[float]":
    asker, times, until = Asker(stack), [], time.perf_counter() + seconds
    while time.perf_counter() < until:
        times.append(asker.timed(phone))
    return times
