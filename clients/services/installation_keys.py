"""Proofs of the keys that a database was written with, so that wrong keys are noticed at the start.

With another METACENTREX_HTTP_KEY every phone's credentials would be wrong. Without the right key in
METACENTREX_FIELD_KEYS no SIP password could be read. Both fail phone by phone, and silently.
"""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from clients.models import Installation
from metacentrex.crypto import encrypted_columns
from metacentrex.start import CannotServe

PROOF = "MetaCentrex"
SAMPLE = 20


def http_key_print() -> str:
    """A fingerprint of METACENTREX_HTTP_KEY; the key cannot be found from it."""
    key = str(settings.METACENTREX_HTTP_KEY)
    return salted_hmac("clients.http_key", "print", secret=key, algorithm="sha256").hexdigest()[:32]


def note_keys() -> None:
    """Store the proofs that are missing: of a new database, or one of an earlier version. Not if
    these keys cannot read what is there.
    """
    count = count_readable_rows()
    if count is None:
        return
    rows = Installation.objects.filter(pk=1)
    rows.filter(http_key_print="").update(http_key_print=http_key_print())
    if count == 0 or not rows.filter(has_field_proof=True).exists():
        rows.update(field_key_proof=PROOF, has_field_proof=True)


def take_http_key() -> None:
    """Accept the present METACENTREX_HTTP_KEY: it was changed on purpose."""
    Installation.objects.filter(pk=1).update(http_key_print=http_key_print())


def is_http_key_right() -> bool:
    """Whether the database has no proof of another METACENTREX_HTTP_KEY."""
    known = Installation.objects.filter(pk=1).values_list("http_key_print", flat=True).first()
    return not known or constant_time_compare(known, http_key_print())


def are_field_keys_right() -> bool:
    """Whether METACENTREX_FIELD_KEYS can read the encrypted values and their proof; also if there
    are no values yet.
    """
    count = count_readable_rows()
    return count == 0 or (count is not None and _is_proof_readable())


def _is_proof_readable() -> bool:
    try:
        Installation.objects.filter(pk=1).values_list("field_key_proof", flat=True).first()
    except ImproperlyConfigured:
        return False
    return True


def count_readable_rows() -> int | None:
    """How many of the newest encrypted values there are, at most SAMPLE for each column; None if
    one of them cannot be read.
    """
    count = 0
    for model, name in encrypted_columns():
        if model is Installation:
            continue
        try:
            newest = model._base_manager.order_by("-pk").values_list(name, flat=True)[:SAMPLE]
            count += sum(bool(value) for value in newest)
        except ImproperlyConfigured:
            return None
    return count


def check_keys() -> None:
    """Raise CannotServe unless the keys are those that the database was written with."""
    if not are_field_keys_right():
        raise CannotServe(
            _(
                "METACENTREX_FIELD_KEYS lacks the key that encrypted this database. Put that key "
                "back, from where you keep it (docs/operations.md)."
            )
        )
    if not is_http_key_right():
        raise CannotServe(
            _(
                "METACENTREX_HTTP_KEY is not the key that the phones' credentials come from: every "
                "phone would be refused. Put that key back, or run “manage.py adopt "
                "--new-http-key” if it was changed on purpose (docs/operations.md)."
            )
        )
