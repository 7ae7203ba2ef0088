import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from metacentrex.management.commands import rotate_field_keys
from metacentrex.secrets import random_field_key
from phones.models import Phone, SipCredential
from tests.factories.phones import AssignedPhoneFactory

pytestmark = pytest.mark.django_db
OLD, NEW = random_field_key(), random_field_key()


@pytest.fixture
def passwords(settings) -> dict[int, str]:
    """Three accounts written under the old key, before the new one is put first."""
    settings.METACENTREX_FIELD_KEYS = [OLD]
    AssignedPhoneFactory.create_batch(3)
    written = dict(SipCredential.unscoped.values_list("pk", "password"))
    settings.METACENTREX_FIELD_KEYS = [NEW, OLD]
    return written


def run(*arguments: str) -> str:
    said = io.StringIO()
    call_command("rotate_field_keys", *arguments, stdout=said)
    return said.getvalue()


def stored() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM phones_sipcredential ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_every_value_moves_to_the_first_key_and_reads_the_same(settings, passwords):
    said = run()

    settings.METACENTREX_FIELD_KEYS = [NEW]
    assert dict(SipCredential.unscoped.values_list("pk", "password")) == passwords
    assert re.search(r"phones\.SipCredential\.password\W+0 .* 3 .* 3 ", said)
    assert not any(password in said for password in passwords.values())


def test_check_changes_nothing_and_fails_while_something_is_left(passwords):
    before = stored()

    with pytest.raises(CommandError) as left:
        run("--check")

    assert (left.value.returncode, "3" in str(left.value)) == (1, True)
    assert stored() == before
    run()
    run("--check")


def test_run_again_it_rewrites_nothing(passwords):
    run()
    before = stored()

    run()

    assert stored() == before


def test_what_was_interrupted_goes_on(passwords, monkeypatch):
    monkeypatch.setattr(rotate_field_keys, "BATCH", 1)
    rows = rotate_field_keys.older(SipCredential, "password")
    rotate_field_keys.rotate(SipCredential, "password", *next(rows))

    assert rotate_field_keys.look(SipCredential, "password") == {"current": 1, "older": 2}
    run()
    assert rotate_field_keys.look(SipCredential, "password") == {"current": 3}


def test_a_value_changed_meanwhile_wins(passwords):
    pk, old = next(rotate_field_keys.older(SipCredential, "password"))
    SipCredential.unscoped.filter(pk=pk).update(password="ChangedMeanwhile")

    assert rotate_field_keys.rotate(SipCredential, "password", pk, old) is False
    assert SipCredential.unscoped.get(pk=pk).password == "ChangedMeanwhile"


def test_a_row_deleted_meanwhile_is_no_error(passwords):
    pk, old = next(rotate_field_keys.older(SipCredential, "password"))
    Phone.unscoped.filter(sip_credential__pk=pk).delete()

    assert rotate_field_keys.rotate(SipCredential, "password", pk, old) is False


@pytest.mark.parametrize("arguments", [(), ("--check",)])
def test_with_the_old_key_dropped_it_refuses_and_changes_nothing(settings, passwords, arguments):
    settings.METACENTREX_FIELD_KEYS = [NEW]
    before = stored()

    with pytest.raises(CommandError) as refused:
        run(*arguments)

    assert "phones.SipCredential.password" in str(refused.value)
    assert NEW not in str(refused.value)
    assert stored() == before


def test_empty_and_missing_values_are_nothing_to_rotate(blue_client, alice, passwords):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE phones_sipcredential SET password = ''")

    assert rotate_field_keys.look(SipCredential, "password") == {}
    assert rotate_field_keys.look(type(alice), "platform_password") == {}
