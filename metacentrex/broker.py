"""Celery without a server: kombu's file-system transport, made safe for several processes.

Stock kombu creates a message under its final name and writes it afterwards. A worker that looks in
between takes an empty file, and the message is lost. Its table of queues has the same race. Here a
file is written beside its final path and renamed into place, and taken by a rename on the same file
system. Delivery is still at most once: a killed worker's message is lost, and the next sweep does
its work.
"""

import fcntl
import logging
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)

ALIAS = "metacentrexfiles"


def register() -> None:
    """Register the transport with kombu as `metacentrexfiles://`."""
    TRANSPORT_ALIASES[ALIAS] = "metacentrex.broker:Transport"


def _write_whole(path: Path, payload: object) -> None:
    """Write a file atomically; until then, the draft is hidden by a leading dot."""
    draft = path.parent / f".{path.name}.{uuid.uuid4().hex}.part"
    try:
        draft.write_text(dumps(payload), encoding="utf-8")
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


class Channel(filesystem.Channel):
    """Queues as message files under one folder, the transport option `folder`."""

    def _folder(self, name: str) -> Path:
        folder = Path(str(self.transport_options["folder"])) / name
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    @property
    def control_folder(self) -> Path:
        """The folder of the tables of queues."""
        return self._folder("control")

    @property
    def data_folder_in(self) -> str:
        """The folder of waiting messages (also used by kombu's own `_size` and `_purge`)."""
        return str(self._folder("queue"))

    @property
    def data_folder_out(self) -> str:
        """The same folder, as messages are received where they are sent."""
        return self.data_folder_in

    def _put(self, queue: str, payload: object, **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        _write_whole(Path(self.data_folder_in) / name, payload)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        waiting, taken = Path(self.data_folder_in), self._folder("taken")
        for name in sorted(os.listdir(waiting)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            try:
                (waiting / name).rename(taken / name)
            except FileNotFoundError:
                continue  # another worker was faster
            text = (taken / name).read_text(encoding="utf-8")
            (taken / name).unlink()
            try:
                return loads(text)
            except ValueError:
                logger.error("message dropped, not JSON queue=%s name=%s", queue, name)
        raise Empty

    def get_table(self, exchange: str) -> list[Any]:
        """Return the queues bound to an exchange, without a lock: the file is always complete."""
        try:
            rows = loads(self._exchange_file(exchange).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        return [filesystem.exchange_queue_t(*row) for row in rows]

    @contextmanager
    def _table_lock(self) -> Iterator[None]:
        with (self.control_folder / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield  # closing the file unlocks

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._table_lock():
            table = self.get_table(exchange)
            if row not in table:
                _write_whole(self._exchange_file(exchange), [row, *table])

    def _delete(
        self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **kwargs: Any
    ) -> None:
        self._purge(queue)
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._table_lock():
            table = self.get_table(exchange)
            if row in table:
                _write_whole(self._exchange_file(exchange), [kept for kept in table if kept != row])


class Transport(filesystem.Transport):
    """The transport `metacentrexfiles://`."""

    Channel = Channel

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        # kombu shares bindings between all connections of a process; here they depend on the
        # folder.
        self.state = virtual.BrokerState()
