"""Wrong keys are noticed before anything is served, not phone by phone."""

import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from clients.models import Installation
from clients.services.installation_keys import check_keys, note_keys
from metacentrex.secrets import random_field_key, random_secret
from metacentrex.signals import about_to_serve, database_prepared
from metacentrex.start import CannotServe
from phones.models import SipCredential
from tests.factories.phones import AssignedPhoneFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def installed(settings, tmp_path):
    """A new installation, which has registered its first phone since."""
    settings.METACENTREX_HOME = tmp_path
    database_prepared.send(sender=None)
    AssignedPhoneFactory()


def said() -> str:
    with pytest.raises(CannotServe) as refused:
        about_to_serve.send(sender=None)
    return str(refused.value)


def test_the_right_keys_are_served_with():
    about_to_serve.send(sender=None)


def test_another_http_key_is_refused_and_can_be_accepted(settings):
    settings.METACENTREX_HTTP_KEY = random_secret()
    assert "METACENTREX_HTTP_KEY" in said()
    database_prepared.send(sender=None)  # preparing again accepts nothing
    assert "--new-http-key" in said()

    with pytest.raises(CommandError):
        call_command("adopt", "--new-http-key")  # nobody is there to say yes
    assert "METACENTREX_HTTP_KEY" in said()
    call_command("adopt", "--new-http-key", "--yes")

    about_to_serve.send(sender=None)


def test_field_keys_without_the_right_one_are_refused(settings):
    kept = settings.METACENTREX_FIELD_KEYS
    settings.METACENTREX_FIELD_KEYS = [random_field_key()]
    assert "METACENTREX_FIELD_KEYS" in said()

    settings.METACENTREX_FIELD_KEYS = [random_field_key(), *kept]
    about_to_serve.send(sender=None)


def test_a_rotated_database_needs_only_the_new_key(settings):
    new = random_field_key()
    settings.METACENTREX_FIELD_KEYS = [new, *settings.METACENTREX_FIELD_KEYS]
    call_command("rotate_field_keys")
    settings.METACENTREX_FIELD_KEYS = [new]

    about_to_serve.send(sender=None)


@pytest.mark.parametrize("what", ["--live", "--backup"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("METACENTREX_HTTP_KEY", random_secret()),
        ("METACENTREX_FIELD_KEYS", [random_field_key()]),
    ],
    ids=["http", "field"],
)
def test_a_database_is_not_adopted_with_the_keys_of_another(settings, what, name, value):
    """The folder secrets/ was forgotten at the restoration."""
    before = list(Installation.objects.values_list("mark"))
    setattr(settings, name, value)

    with pytest.raises(CommandError, match=name):
        call_command("adopt", what)

    assert list(Installation.objects.values_list("mark")) == before


def test_an_empty_database_has_nothing_to_lose(settings):
    SipCredential._base_manager.all().delete()
    settings.METACENTREX_FIELD_KEYS = [random_field_key()]

    about_to_serve.send(sender=None)
    database_prepared.send(sender=None)
    AssignedPhoneFactory()
    about_to_serve.send(sender=None)


@pytest.mark.parametrize("ready", [database_prepared.send, lambda sender: note_keys()])
def test_wrong_keys_leave_no_proof_of_themselves(settings, ready):
    """A backup of an earlier version, prepared with the keys of another machine."""
    Installation.objects.update(http_key_print="", field_key_proof="", has_field_proof=False)
    kept, kept_http = settings.METACENTREX_FIELD_KEYS, settings.METACENTREX_HTTP_KEY
    settings.METACENTREX_FIELD_KEYS = [random_field_key()]
    settings.METACENTREX_HTTP_KEY = random_secret()

    ready(sender=None)

    assert "METACENTREX_FIELD_KEYS" in said()
    settings.METACENTREX_FIELD_KEYS, settings.METACENTREX_HTTP_KEY = kept, kept_http
    about_to_serve.send(sender=None)


def test_a_database_of_another_machine_gets_no_proof(settings, tmp_path):
    Installation.objects.update(http_key_print="", field_key_proof="", has_field_proof=False)
    (tmp_path / "installation").write_text(f"{uuid.uuid4()}\n")

    database_prepared.send(sender=None)

    assert Installation.objects.values_list("http_key_print", flat=True).get() == ""


def test_a_database_of_an_earlier_version_gets_its_proofs_once(settings):
    Installation.objects.update(http_key_print="", field_key_proof="", has_field_proof=False)
    check_keys()

    database_prepared.send(sender=None)

    settings.METACENTREX_HTTP_KEY = random_secret()
    assert "METACENTREX_HTTP_KEY" in said()


def test_a_copy_of_the_database_shows_neither_key(settings):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM clients_installation")
        row = str(cursor.fetchall())

    assert settings.METACENTREX_HTTP_KEY not in row
    assert settings.METACENTREX_FIELD_KEYS[0] not in row
    assert "MetaCentrex" not in row
