import json
import multiprocessing
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection

from metacentrex import broker


@pytest.fixture
def connection(tmp_path) -> Iterator[Connection]:
    broker.register()
    with open_broker(tmp_path) as opened:
        yield opened


def open_broker(folder: Path) -> Connection:
    options = {"folder": str(folder / "broker"), "polling_interval": 0.05}
    return Connection(f"{broker.ALIAS}://", transport_options=options)


def test_messages_come_in_the_order_they_were_sent_and_once(connection):
    queue = connection.SimpleQueue("wake")

    for number in range(5):
        queue.put({"number": number})

    assert [queue.get(block=False).payload["number"] for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(queue.Empty):
        queue.get(block=False)


def test_two_queues_do_not_mix(connection):
    first, second = connection.SimpleQueue("wake"), connection.SimpleQueue("wake.more")

    second.put("second")

    with pytest.raises(first.Empty):
        first.get(block=False)
    assert second.get(block=False).payload == "second"


def test_a_message_still_being_written_is_not_taken(connection, tmp_path):
    queue = connection.SimpleQueue("wake")
    queue.put("whole")
    waiting = tmp_path / "broker" / "queue"
    (name,) = [path.name for path in waiting.iterdir()]
    draft = waiting / f".{name}.0.part"
    draft.write_text('{"body": "hal')

    assert queue.get(block=False).payload == "whole"
    with pytest.raises(queue.Empty):
        queue.get(block=False)
    assert draft.exists()


def test_a_message_appears_under_its_name_only_when_whole(connection, tmp_path, monkeypatch):
    seen = []
    replace = Path.replace

    def looking_replace(self: Path, target: Path) -> Path:
        seen.append(
            (
                sorted(p.name for p in target.parent.glob("*.msg") if p.name[0] != "."),
                self.read_text(),
            )
        )
        return replace(self, target)

    queue = connection.SimpleQueue("wake")
    monkeypatch.setattr(Path, "replace", looking_replace)
    queue.put("x")

    ((visible, content),) = [item for item in seen if "body" in item[1]]
    assert visible == []
    assert json.loads(content)["body"]


def test_nothing_is_left_on_disk_once_taken(connection, tmp_path):
    queue = connection.SimpleQueue("wake")
    queue.put("x")
    queue.get(block=False).ack()

    assert [
        path for part in ("queue", "taken") for path in (tmp_path / "broker" / part).iterdir()
    ] == []


def test_a_broken_message_is_dropped_and_the_next_one_comes(connection, tmp_path, caplog):
    queue = connection.SimpleQueue("wake")
    (tmp_path / "broker" / "queue" / "00_0.wake.msg").write_text("{")
    queue.put("good")

    assert queue.get(block=False).payload == "good"
    assert "message dropped" in caplog.text


def test_folders_are_private(connection, tmp_path):
    connection.SimpleQueue("wake").put("x")

    assert {
        oct((tmp_path / "broker" / name).stat().st_mode & 0o777) for name in ("queue", "control")
    } == {"0o700"}


def test_size_and_purge_count_what_waits(connection):
    queue = connection.SimpleQueue("wake")
    queue.put("x")
    queue.put("y")

    assert (queue.qsize(), queue.clear(), queue.qsize()) == (2, 2, 0)


def publish(folder: Path, first: int, count: int) -> None:
    broker.register()
    with open_broker(folder) as connection:
        queue = connection.SimpleQueue("wake")
        for number in range(first, first + count):
            queue.put(number)


def consume(folder: Path, total: int) -> None:
    broker.register()
    with open_broker(folder) as connection:
        queue = connection.SimpleQueue("wake")
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                message = queue.get(timeout=0.5)
            except queue.Empty:
                if len(list((folder / "results").iterdir())) >= total:
                    return
                continue
            message.ack()  # what is not acknowledged goes back when the connection closes
            (folder / "results" / str(message.payload)).touch(exist_ok=False)


@pytest.mark.slow
def test_two_writers_and_two_readers_lose_nothing_and_double_nothing(tmp_path):
    each = 300
    (tmp_path / "results").mkdir()
    context = multiprocessing.get_context("spawn")
    readers = [context.Process(target=consume, args=(tmp_path, 2 * each)) for _ in range(2)]
    writers = [context.Process(target=publish, args=(tmp_path, start, each)) for start in (0, each)]

    for process in [*readers, *writers]:
        process.start()
    for process in [*writers, *readers]:
        process.join(40)

    assert sorted(int(path.name) for path in (tmp_path / "results").iterdir()) == list(
        range(2 * each)
    )
    assert [process.exitcode for process in [*readers, *writers]] == [0, 0, 0, 0]
