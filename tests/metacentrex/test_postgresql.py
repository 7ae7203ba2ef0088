"""PostgreSQL away: one wait, then failures at once, and connections again as soon as it is back."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection, connections
from django.db.utils import OperationalError

from metacentrex.postgresql.base import PAUSE, DatabaseAway, DatabaseWrapper

ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")


class Proxy:
    """A way to the real server that can be cut and opened again, on one port."""

    def __init__(self, host: str, port: int) -> None:
        self.target = host, port
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.ways: list[socket.socket] = []
        self.open()

    def open(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self.listening,), daemon=True).start()

    def cut(self) -> None:
        with contextlib.suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for way in self.ways:
            with contextlib.suppress(OSError):
                way.shutdown(socket.SHUT_RDWR)
            way.close()
        self.ways.clear()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                near, _address = listening.accept()
            except OSError:
                return
            far = socket.create_connection(self.target)
            self.ways += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=_carry, args=(source, sink), daemon=True).start()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxied(transactional_db: None) -> Iterator[tuple[DatabaseWrapper, Proxy]]:
    """A connection of its own to the test's database, by way of a proxy."""
    if not ON_POSTGRESQL:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is needed here: bin/with-servers")
        pytest.skip("PostgreSQL is not there: bin/with-servers gives it")
    mine = connection.settings_dict
    proxy = Proxy(mine["HOST"] or "127.0.0.1", int(mine["PORT"] or 5432))
    settings = {**mine, "HOST": "127.0.0.1", "PORT": proxy.port}
    wrapper = DatabaseWrapper(settings, alias="proxied")
    yield wrapper, proxy
    wrapper.close()
    wrapper.close_pool()
    DatabaseWrapper.away_until.clear()
    proxy.cut()


def asks(wrapper: DatabaseWrapper) -> float:
    """The seconds that one statement takes, whatever comes of it."""
    start = time.monotonic()
    try:
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        wrapper.close_if_unusable_or_obsolete()
        wrapper.close()
        wrapper.took = time.monotonic() - start
    return wrapper.took


@pytest.mark.servers
def test_after_one_wait_every_request_fails_at_once_until_the_server_is_back(
    proxied: tuple[DatabaseWrapper, Proxy],
) -> None:
    wrapper, proxy = proxied
    asks(wrapper)
    proxy.cut()

    kinds = []
    for _ in range(20):
        with pytest.raises(OperationalError) as failed:
            asks(wrapper)
        kinds.append(failed.type)
    assert kinds.count(DatabaseAway) >= 17  # a broken connection, a wait, then none

    proxy.open()
    deadline = time.monotonic() + 10
    while True:
        with contextlib.suppress(OperationalError):
            asks(wrapper)
            break
        assert time.monotonic() < deadline
        time.sleep(0.05)
    for _ in range(10):
        asks(wrapper)


class Failing(DatabaseWrapper):
    """Its server answers as the test says."""

    def __init__(self, answers: list[object]) -> None:
        super().__init__({**connections.settings["default"], "OPTIONS": {}}, alias="failing")
        self.answers, self.tries = answers, 0
        self.away_until = {}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The monotonic clock of the backend, set by the test."""
    now = [100.0]
    monkeypatch.setattr("metacentrex.postgresql.base.time.monotonic", lambda: now[0])
    return now


def test_a_failure_is_not_tried_again_within_the_pause(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapper = Failing([])
    answers = [OperationalError("down"), OperationalError("down"), "connected", "connected"]

    def connect(self: object, conn_params: object) -> object:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(DatabaseWrapper.__mro__[1], "get_new_connection", connect)

    for step, raised in ((0, OperationalError), (0.5, DatabaseAway), (0.6, OperationalError)):
        clock[0] += step
        with pytest.raises(OperationalError) as failed:
            wrapper.get_new_connection({})
        assert failed.type is raised
    clock[0] += PAUSE
    assert [wrapper.get_new_connection({}) for _ in range(2)] == ["connected", "connected"]
    assert wrapper.away_until == {}


def test_a_connection_at_hand_is_used_all_the_same(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more could not be opened: PostgreSQL has no more to give."""
    wrapper = Failing([])
    wrapper.away_until = {"failing": clock[0] + PAUSE}
    monkeypatch.setattr(DatabaseWrapper, "_has_idle", lambda self: True)
    monkeypatch.setattr(
        DatabaseWrapper.__mro__[1], "get_new_connection", lambda self, conn_params: "connected"
    )

    assert wrapper.get_new_connection({}) == "connected"
