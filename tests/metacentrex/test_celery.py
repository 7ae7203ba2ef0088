import json
from importlib import import_module

import pytest
from django.conf import settings

from metacentrex import correlation
from metacentrex.celery import HEADER, app, drop_correlator, send_correlator, take_correlator


def test_every_scheduled_task_exists_under_its_name():
    for name in ("clients.tasks", "phones.tasks", "provisioning.tasks"):
        import_module(name)

    assert [
        entry["task"]
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
        if entry["task"] not in app.tasks
    ] == []


def test_every_task_has_a_name_of_its_own_and_time_limits():
    app.loader.import_default_modules()
    ours = [task for task in app.tasks.values() if not task.name.startswith("celery.")]

    assert ours
    assert [task.name for task in ours if task.name.count(".") != 1] == []
    assert [
        task.name for task in ours if not (task.soft_time_limit or app.conf.task_soft_time_limit)
    ] == []


def test_expiry_is_swept_within_the_minute():
    assert (
        settings.CELERY_BEAT_SCHEDULE["every-minute-expire-authorizations"][
            "schedule"
        ].total_seconds()
        <= 60
    )


@pytest.mark.once
@pytest.mark.skipif(
    bool(settings.REDIS_URL), reason="the file broker is for when there is no Redis"
)
def test_a_task_is_published_whole_with_the_correlator_of_the_request(settings):
    import_module("phones.tasks")
    with correlation.correlated() as correlator:
        app.tasks["phones.expire_authorizations"].delay()

    waiting = settings.METACENTREX_BROKER_FOLDER / "queue"
    (path,) = waiting.glob("*.celery.msg")
    message = json.loads(path.read_text())
    path.unlink()
    assert message["headers"]["task"] == "phones.expire_authorizations"
    assert message["headers"][HEADER] == correlator


def test_a_task_works_under_the_correlator_it_was_sent_with():
    task = type("Task", (), {"request": type("Request", (), {HEADER: "042a fd8e c57e b9a2"})()})()

    take_correlator(task=task)
    inside = correlation.current()
    drop_correlator(task=task)

    assert (inside, correlation.current()) == ("042a fd8e c57e b9a2", "")


def test_outside_a_request_no_correlator_is_sent():
    headers: dict[str, object] = {}

    send_correlator(headers=headers)

    assert headers == {}


def test_the_broker_is_redis_when_there_is_one():
    expected = settings.REDIS_URL or "metacentrexfiles://localhost"

    assert app.conf.broker_url == expected
