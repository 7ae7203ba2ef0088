import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection, models
from django.test.utils import isolate_apps

from metacentrex import crypto
from metacentrex.secrets import random_field_key

PLAIN = "s3cret é <&> \U0001f4de"


@pytest.fixture
def vault(transactional_db):
    """A table of its own with an encrypted column."""
    with isolate_apps("metacentrex"):

        class Vault(models.Model):
            secret = crypto.EncryptedTextField(null=True)

            class Meta:
                app_label = "metacentrex"

        with connection.schema_editor() as editor:
            editor.create_model(Vault)
        yield Vault
        with connection.schema_editor() as editor:
            editor.delete_model(Vault)


def stored(model: type[models.Model]) -> list[str | None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT secret FROM {model._meta.db_table} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_a_value_comes_back_and_the_database_holds_ciphertext(vault):
    vault.objects.create(secret=PLAIN)

    assert vault.objects.get().secret == PLAIN
    (token,) = stored(vault)
    assert "s3cret" not in token
    assert crypto.decrypt(token) == PLAIN


def test_the_same_value_twice_is_two_ciphertexts(vault):
    vault.objects.create(secret=PLAIN)
    vault.objects.create(secret=PLAIN)

    first, second = stored(vault)
    assert first != second


def test_null_stays_null_and_can_be_asked_for(vault):
    vault.objects.create(secret=None)
    vault.objects.create(secret="")

    assert stored(vault)[0] is None
    assert vault.objects.filter(secret__isnull=False).get().secret == ""


def test_update_encrypts_too(vault):
    vault.objects.create(secret="old")
    vault.objects.update(secret=PLAIN)

    assert "s3cret" not in stored(vault)[0]
    assert vault.objects.get().secret == PLAIN


@pytest.mark.parametrize("lookup", ["secret", "secret__in", "secret__contains", "secret__gt"])
def test_searching_is_refused(vault, lookup):
    with pytest.raises(FieldError, match="cannot be searched"):
        vault.objects.filter(**{lookup: PLAIN}).exists()


def test_a_new_first_key_reads_what_the_old_one_wrote_and_writes_with_itself(vault, settings):
    old, new = random_field_key(), random_field_key()
    settings.METACENTREX_FIELD_KEYS = [old]
    row = vault.objects.create(secret=PLAIN)

    settings.METACENTREX_FIELD_KEYS = [new, old]
    row = vault.objects.get(pk=row.pk)
    assert row.secret == PLAIN
    row.save()

    settings.METACENTREX_FIELD_KEYS = [new]
    assert vault.objects.get().secret == PLAIN


def test_without_its_key_a_value_is_refused_not_guessed(vault, settings):
    vault.objects.create(secret=PLAIN)

    settings.METACENTREX_FIELD_KEYS = [random_field_key()]
    with pytest.raises(ImproperlyConfigured):
        vault.objects.get()


def test_without_any_key_nothing_is_written(settings):
    settings.METACENTREX_FIELD_KEYS = []

    with pytest.raises(ImproperlyConfigured):
        crypto.encrypt(PLAIN)
