import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import AppConfig, apps
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from metacentrex import checks
from metacentrex.management.commands.up import log_warnings
from metacentrex.secrets import random_field_key, random_secret
from tests.architecture.sources import APPS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def production(settings):
    """Settings of a sound production; each test spoils one."""
    settings.METACENTREX_EMBEDDED = False
    settings.SECRET_KEY = random_secret()
    settings.METACENTREX_HTTP_KEY = random_secret()
    settings.METACENTREX_FIELD_KEYS = [random_field_key(), random_field_key()]
    settings.METACENTREX_PUBLIC_URL = settings.METACENTREX_PHONE_URL = "https://extranet.example.fr"
    settings.METACENTREX_ENVIRONMENT_ERRORS = []
    settings.ALLOWED_HOSTS = ["extranet.example.fr"]
    settings.DEBUG = False
    return settings


@pytest.mark.parametrize("label", APPS)
def test_each_app_has_its_own_configuration(label: str) -> None:
    # Two of them in one apps.py and Django takes neither: no check, no receiver is registered.
    assert type(apps.get_app_config(label)) is not AppConfig


def test_django_runs_our_checks(production) -> None:
    production.SECRET_KEY = "short"

    assert "metacentrex.E004" in [message.id for message in run_checks()]


def found() -> list[str]:
    return [
        str(message.id).removeprefix("metacentrex.") for message in checks.check_environment(None)
    ]


def test_a_sound_production_has_nothing_to_say(production):
    assert found() == []


SPOILT = [
    ("SECRET_KEY", "", "E001"),
    ("METACENTREX_HTTP_KEY", "", "E002"),
    ("METACENTREX_FIELD_KEYS", [], "E003"),
    ("SECRET_KEY", "short", "E004"),
    ("SECRET_KEY", "a" * 60, "E004"),
    ("SECRET_KEY", "django-insecure-" + "abcdefghijklmnop" * 3, "E004"),
    ("METACENTREX_HTTP_KEY", "ab" * 40, "E004"),
    ("METACENTREX_FIELD_KEYS", ["not a key"], "E005"),
    ("METACENTREX_FIELD_KEYS", ["A" * 43 + "="], "E005"),
    ("DEBUG", True, "E006"),
    ("METACENTREX_PUBLIC_URL", "http://extranet.example.fr", "E007"),
    ("METACENTREX_PUBLIC_URL", "", "E007"),
    ("METACENTREX_PUBLIC_URL", "https://", "E007"),
    ("METACENTREX_PUBLIC_URL", "https://[", "E007"),
    ("METACENTREX_PUBLIC_URL", "https://host:port", "E007"),
    ("METACENTREX_PUBLIC_URL", "https://user:word@extranet.example.fr", "E007"),
    ("METACENTREX_PUBLIC_URL", "ftp://extranet.example.fr", "E007"),
    ("METACENTREX_PHONE_URL", "http://phones.example.fr:8443", "E007"),
    ("METACENTREX_PHONE_URL", "phones.example.fr", "E007"),
    *(
        (name, address, "E007")
        for name in ("METACENTREX_PUBLIC_URL", "METACENTREX_PHONE_URL")
        for address in (
            "https://phones.example.fr /",
            "https://phones.example .fr",
            "https://phones.example.fr\u00a0",
            "https://phones.example.fr\t",
            "https://phones.example.fr/{mac}",
            "https://{host}.example.fr",
            "https://phones.example.fr/sip-ps",
            "https://phones.example.fr/sip-ps/{mac}.xml",
            "https://phones.example.fr/a/sip-ps/b",
            'https://phones.example.fr/"',
            "https://phones.example.fr/|",
            "https://phones.example.fr/é",
            "https://phones.example.fr/%7Bmac%7D",
            "https://phones.example.fr/a%20b",
            "https://phones.example.fr/sip%2Dps",
            "https://phones.example.fr/%zz",
        )
    ),
    ("SECRET_KEY_FALLBACKS", ["short"], "E004"),
    ("ALLOWED_HOSTS", ["*"], "E008"),
    ("METACENTREX_ENVIRONMENT_ERRORS", ["METACENTREX_PORT: not a number"], "E010"),
]


@pytest.mark.parametrize(("name", "value", "code"), SPOILT)
def test_each_fault_has_its_check_and_the_server_refuses_to_start(production, name, value, code):
    setattr(production, name, value)

    assert found() == [code]
    with pytest.raises(ImproperlyConfigured, match=f"metacentrex.{code}"):
        checks.refuse_unsafe_start()


def test_one_secret_used_twice_is_a_fault(production):
    production.METACENTREX_HTTP_KEY = production.SECRET_KEY

    assert found() == ["E009"]


def test_no_message_holds_the_secret_it_complains_about(production):
    production.SECRET_KEY = "weakling"
    production.METACENTREX_FIELD_KEYS = ["feeble"]

    said = " ".join(f"{message.msg} {message.hint}" for message in checks.check_environment(None))

    assert "weakling" not in said
    assert "feeble" not in said


def test_embedded_may_debug_and_speak_plain_http(production):
    production.METACENTREX_EMBEDDED = True
    production.DEBUG = True
    production.METACENTREX_PUBLIC_URL = "http://127.0.0.1:8000"

    assert found() == []


def test_embedded_under_a_public_name_is_warned_about(production):
    production.METACENTREX_EMBEDDED = True

    assert found() == ["W001"]


@pytest.mark.parametrize(("seconds", "warned"), [(4.0, []), (16.0, ["metacentrex.W003"])])
def test_a_python_slow_at_cookies_is_told_by_trying_it(monkeypatch, seconds, warned):
    """Four times as much to read: four times as long is sound, sixteen times is not."""
    monkeypatch.setattr(
        checks, "_seconds_to_unquote", lambda size: 1.0 if size == checks.ESCAPES else seconds
    )

    assert [message.id for message in checks.check_interpreter(None)] == warned


def test_a_warning_of_ours_is_logged_at_the_start(monkeypatch, caplog):
    monkeypatch.setattr(checks, "_seconds_to_unquote", lambda size: float(size**2))

    log_warnings()

    assert "metacentrex.W003" in caplog.text


def test_what_is_tried_is_the_reading_of_cookies(monkeypatch):
    read = []
    monkeypatch.setattr(checks, "SimpleCookie", read.append)

    checks._seconds_to_unquote(10)

    assert set(read) == {'a="' + '\\"' * 10 + '"'}


def settings_of(script: str, home: Path, **environment: str) -> str:
    """Load the real settings in a process of its own and return what the script prints."""
    result = subprocess.run(
        [sys.executable, "-c", f"from metacentrex.settings import base as s; {script}"],
        env={"PATH": os.environ["PATH"], "METACENTREX_HOME": str(home), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_settings_alone_are_embedded_and_make_their_secrets_once(tmp_path):
    script = (
        "print(s.METACENTREX_EMBEDDED, s.METACENTREX_PUBLIC_URL, s.SECRET_KEY, "
        "s.METACENTREX_FIELD_KEYS)"
    )

    first = settings_of(script, tmp_path / "home")

    assert first.startswith("True http://127.0.0.1:8000 ")
    assert settings_of(script, tmp_path / "home") == first
    assert sorted(path.name for path in (tmp_path / "home" / "secrets").iterdir()) == [
        "field_keys",
        "http_key",
        "secret_key",
    ]


@pytest.mark.parametrize(
    "environment",
    [{"METACENTREX_HOST": "0.0.0.0"}, {"DATABASE_URL": "postgresql://u@127.0.0.1/x"}],
)
def test_settings_of_production_make_no_secret(tmp_path, environment):
    script = "print(s.METACENTREX_EMBEDDED, s.METACENTREX_HTTP_KEY == '', s.SESSION_COOKIE_SECURE)"

    assert settings_of(script, tmp_path / "home", **environment) == "False True True"
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"METACENTREX_PORT": "http"}, "METACENTREX_PORT"),
        ({"METACENTREX_TRUSTED_PROXIES": "10.0.0.0/8, nginx"}, "METACENTREX_TRUSTED_PROXIES"),
        ({"SECRET_KEY_FILE": "/nowhere/at/all"}, "SECRET_KEY_FILE"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://u@h:port/x"}, "DATABASE_URL"),
        ({"METACENTREX_PUBLIC_URL": "https://["}, ""),
    ],
)
def test_settings_with_a_wrong_value_still_load(tmp_path, environment, said):
    script = "print(*s.METACENTREX_ENVIRONMENT_ERRORS, sep='|')"

    assert settings_of(script, tmp_path / "home", **environment).partition(":")[0] == said


def test_settings_of_postgresql_pool_without_persistent_connections(tmp_path):
    script = "d = s.DATABASES['default']; print(d['OPTIONS'], d['CONN_MAX_AGE'])"

    printed = settings_of(script, tmp_path, DATABASE_URL="postgresql://u@127.0.0.1/x")

    assert (
        printed
        == "{'pool': {'min_size': 1, 'max_size': 8, 'timeout': 1, 'reconnect_timeout': 2}} 0"
    )


@pytest.fixture
def mailing(production):
    """The same with a mail server."""
    production.EMAIL_HOST = "smtp.example.fr"
    production.METACENTREX_EMAIL_SECURITY = "starttls"
    production.EMAIL_HOST_USER, production.EMAIL_HOST_PASSWORD = "metacentrex", "passphrase"
    production.DEFAULT_FROM_EMAIL = "MetaCentrex <metacentrex@example.fr>"
    return production


def test_a_sound_mail_server_has_nothing_to_say(mailing):
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("METACENTREX_EMAIL_SECURITY", "ssl3", "E020"),
        ("DEFAULT_FROM_EMAIL", "", "E021"),
        ("DEFAULT_FROM_EMAIL", "nobody", "E021"),
        ("DEFAULT_FROM_EMAIL", "a@example.fr\nBcc: b@example.fr", "E021"),
        ("EMAIL_HOST_PASSWORD", "", "E022"),
        ("EMAIL_HOST_USER", "", "E022"),
        ("METACENTREX_EMAIL_SECURITY", "none", "E023"),
        ("EMAIL_HOST", "", "W020"),
    ],
)
def test_each_fault_of_the_mail_settings_is_said(mailing, name, value, code):
    setattr(mailing, name, value)

    assert found() == [code]


def test_a_password_may_go_in_clear_to_this_machine(mailing):
    mailing.METACENTREX_EMAIL_SECURITY, mailing.EMAIL_HOST = "none", "127.0.0.1"

    assert found() == []


def test_no_check_repeats_the_password(mailing):
    mailing.METACENTREX_EMAIL_SECURITY = "none"

    assert "passphrase" not in "".join(
        str(message.msg) for message in checks.check_environment(None)
    )
