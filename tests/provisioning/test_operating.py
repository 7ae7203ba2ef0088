"""/healthz, /readyz, /metrics: right for the operator's machines, nothing for anybody else."""

import os
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Heartbeat
from clients.services.installation import renew_mark
from clients.services.installation_keys import note_keys
from clients.tasks import heartbeat
from metacentrex.net import ip_network
from metacentrex.secrets import random_field_key, random_secret
from metacentrex.version import version
from phones.models import Phone
from provisioning import journal, metrics
from provisioning.models import Fetch
from tests.factories.clients import JobFactory
from tests.factories.phones import AssignedPhoneFactory
from tests.queries import assert_same_queries

pytestmark = pytest.mark.django_db
PATHS = ["/healthz", "/readyz", "/metrics"]


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(metrics, "_kept", (-metrics.KEPT_SECONDS, b""))
    cache.clear()


@pytest.fixture
def working(settings, tmp_path):
    """A worker has just said that it lives, and there is a data directory."""
    settings.METACENTREX_HOME = tmp_path
    heartbeat()


def ask(path: str, **extra: str):
    return Browser().get(path, **extra)


def value(text: str, name: str) -> float:
    """The one value of a metric, given with its label if it has one."""
    [found] = re.findall(rf"^{re.escape(name)} (\S+)$", text, re.M)
    return float(found)


# --- Who may ask ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "extra",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        # a proxy nobody declared
        {
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_X_FORWARDED_FOR": "192.0.2.7",
        },
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_strangers_find_nothing(path, extra):
    response = ask(path, **extra)

    assert response.status_code == 404
    assert response.content == ask(path + "x", **extra).content or b"404" in response.content


@pytest.mark.parametrize("path", PATHS)
def test_behind_our_proxy_only_whom_it_names_counts(settings, path, working):
    settings.METACENTREX_TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    settings.METACENTREX_METRICS_ALLOW = [ip_network("10.0.9.0/24")]
    answers = {
        who: ask(path, HTTP_X_FORWARDED_FOR=who).status_code
        for who in ("192.0.2.7", "10.0.9.4", "10.0.9.4, 192.0.2.7", "127.0.0.1, 192.0.2.7")
    }

    assert answers == {
        "192.0.2.7": 404,
        "10.0.9.4": 200,
        "10.0.9.4, 192.0.2.7": 404,
        "127.0.0.1, 192.0.2.7": 404,
    }
    assert ask(path).status_code == 200  # the machine itself, past the proxy


@pytest.mark.parametrize("path", PATHS)
def test_monitoring_needs_no_host_no_session_and_no_redirect(settings, path, working):
    settings.SECURE_SSL_REDIRECT = True

    response = ask(path, HTTP_HOST="10.0.0.12:8000")

    assert (response.status_code, dict(response.cookies)) == (200, {})
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_they_are_only_read(path, method):
    assert getattr(Browser(), method)(path).status_code == 405
    assert Browser().head(path).status_code in (200, 503)


# --- /healthz and /readyz -------------------------------------------------------------------------


def test_the_process_answers_whatever_the_database_does(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert ask("/healthz").content == b"ok\n"


def test_ready_when_all_it_needs_is_there(working):
    response = ask("/readyz")

    assert (response.status_code, response.json()) == (
        200,
        {
            "ready": True,
            "database": "ok",
            "migrations": "ok",
            "broker": "ok",
            "worker": "ok",
            "data_directory": "ok",
            "keys": "ok",
        },
    )


def wrong() -> dict[str, str]:
    response = ask("/readyz")
    assert (response.status_code, response.json()["ready"]) == (503, False)
    return {
        name: said for name, said in response.json().items() if name != "ready" and said != "ok"
    }


def test_a_worker_that_never_lived_or_lives_no_more_is_said(working):
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=200))
    assert wrong() == {"worker": "last seen 200 s ago"}

    Heartbeat.objects.all().delete()
    assert wrong() == {"worker": "never seen"}


def test_a_migration_not_applied_is_said(working):
    applied = MigrationRecorder(connection).migration_qs.filter(app="provisioning")
    applied.filter(name=max(applied.values_list("name", flat=True))).delete()

    assert wrong() == {"migrations": "1 not applied: run manage.py prepare"}


def test_keys_of_another_database_are_said(working, settings):
    AssignedPhoneFactory()
    renew_mark()
    note_keys()
    assert ask("/readyz").status_code == 200

    settings.METACENTREX_HTTP_KEY = random_secret()
    assert wrong() == {"keys": "METACENTREX_HTTP_KEY is not the key of this database"}

    settings.METACENTREX_FIELD_KEYS = [random_field_key()]
    assert wrong() == {"keys": "METACENTREX_FIELD_KEYS lacks the key of this database"}


def test_a_data_directory_that_is_away_is_said(settings, working, tmp_path):
    settings.METACENTREX_HOME = tmp_path / "unmounted"

    assert wrong() == {"data_directory": "cannot be written (No such file or directory)"}


def test_a_queue_that_does_not_answer_is_said_without_its_address(settings, working):
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"

    assert wrong() == {"broker": "no answer (ConnectionError)"}


# --- /metrics -------------------------------------------------------------------------------------


def test_metrics_count_the_phones_that_somebody_asked_for_from_elsewhere(
    working, fetch, blue_phone: Phone, red_phone: Phone
):
    fetch(blue_phone.mac, REMOTE_ADDR="198.51.100.7")
    Phone.unscoped.update(authorized_until=timezone.now() - timedelta(hours=1))
    for mac in (blue_phone.mac, red_phone.mac):
        fetch(mac, REMOTE_ADDR="203.0.113.80")

    text = ask("/metrics").content.decode()

    assert value(text, "metacentrex_phones_asked_for_from_elsewhere") == 1
    assert value(text, 'metacentrex_phones{state="provisioned"}') == 1
    assert value(text, 'metacentrex_phones{state="refused"}') == 1


def test_metrics_count_what_is_there(working, fetch, blue_phone: Phone, red_phone: Phone):
    Phone.unscoped.filter(pk=red_phone.pk).update(
        authorized_until=timezone.now() - timedelta(hours=1)
    )
    for mac in (blue_phone.mac, red_phone.mac, red_phone.mac, "000413FFFFFE"):
        fetch(mac)
    JobFactory(state="failed", client=blue_phone.client)

    text = ask("/metrics").content.decode()

    assert {
        name: value(text, f"metacentrex_{name}")
        for name in (
            'phones{state="provisioned"}',
            'phones{state="refused"}',
            'phones{state="overdue"}',
            "windows_open",
            'clients{status="active"}',
            'clients{status="terminated"}',
            'jobs{state="waiting"}',
            'jobs{state="failed"}',
            'fetches_last_hour{outcome="served"}',
            'fetches_last_hour{outcome="refused"}',
            'refusals_last_hour{reason="overdue"}',
            'refusals_last_hour{reason="unknown-mac"}',
            "unknown_mac_requests_this_hour",
            "journal_waiting",
            "journal_dropped",
            "queue_waiting",
            "broker_up",
            "database_up",
            "login_failures_last_hour",
        )
    } == {
        'phones{state="provisioned"}': 1,
        'phones{state="refused"}': 1,
        'phones{state="overdue"}': 0,
        "windows_open": 1,
        'clients{status="active"}': 2,
        'clients{status="terminated"}': 0,
        'jobs{state="waiting"}': 0,
        'jobs{state="failed"}': 1,
        'fetches_last_hour{outcome="served"}': 1,
        'fetches_last_hour{outcome="refused"}': 3,
        'refusals_last_hour{reason="overdue"}': 2,
        'refusals_last_hour{reason="unknown-mac"}': 1,
        "unknown_mac_requests_this_hour": 1,
        "journal_waiting": 0,
        "journal_dropped": 0,
        "queue_waiting": 0,
        "broker_up": 1,
        "database_up": 1,
        "login_failures_last_hour": 0,
    }
    assert 0 <= value(text, "metacentrex_worker_heartbeat_age_seconds") < 60
    assert f'version="{version()}"' in text


def test_requests_of_an_hour_ago_are_not_of_the_last_hour(fetch, blue_phone: Phone):
    fetch(blue_phone.mac)
    Fetch.objects.update(at=timezone.now() - timedelta(minutes=61))

    assert value(metrics.text().decode(), 'metacentrex_fetches_last_hour{outcome="served"}') == 0


def test_failed_logins_are_counted_over_all_logins_and_addresses():
    for login, address in (("one", "192.0.2.1"), ("two", "192.0.2.1"), ("three", "192.0.2.2")):
        form = {"username": login, "password": "wrong"}
        Browser().post("/extranet/", form, REMOTE_ADDR=address)

    assert value(metrics.text().decode(), "metacentrex_login_failures_last_hour") == 3


def test_a_journal_that_overflows_says_how_much_it_lost(monkeypatch):
    monkeypatch.setattr(journal, "_dropped", 0)
    monkeypatch.setattr(journal, "_waiting", type(journal._waiting)(maxlen=2))
    monkeypatch.setattr(journal, "MOST_WAITING", 2)
    for _ in range(5):
        journal.write_later(Fetch(mac="000413000001"))

    text = metrics.text().decode()

    assert (
        value(text, "metacentrex_journal_waiting"),
        value(text, "metacentrex_journal_dropped"),
    ) == (2, 3)


def test_metrics_name_nobody(working, fetch, blue_phone: Phone, alice):
    fetch(blue_phone.mac)

    text = metrics.text().decode()

    for word in ("Bleu", "10100", blue_phone.mac, alice.number, alice.name, "blue"):
        assert word not in text


def test_metrics_cost_the_same_for_one_phone_and_for_many(
    working, monkeypatch, fetch, blue_phone: Phone
):
    def more() -> None:
        for phone in AssignedPhoneFactory.create_batch(24):
            fetch(phone.mac)

    monkeypatch.setattr(metrics, "KEPT_SECONDS", 0)
    fetch(blue_phone.mac)

    assert_same_queries(Browser(), "/metrics", more)


def test_metrics_asked_again_at_once_cost_nothing(django_assert_num_queries):
    first = metrics.text()

    with django_assert_num_queries(0):
        assert metrics.text() == first


@pytest.mark.once
@pytest.mark.skipif(
    bool(os.environ.get("REDIS_URL")), reason="the file queue is for when there is no Redis"
)
def test_waiting_tasks_are_counted(settings, tmp_path):
    settings.METACENTREX_BROKER_FOLDER = tmp_path
    (tmp_path / "queue").mkdir()
    for name in ("1.celery.msg", "2.celery.msg", ".3.celery.msg.part"):
        (tmp_path / "queue" / name).touch()

    assert value(metrics.text().decode(), "metacentrex_queue_waiting") == 2
