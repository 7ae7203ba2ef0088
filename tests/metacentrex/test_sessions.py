"""What a copy of the database is worth to whoever has it: no session."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client as Browser

from clients.models import User
from metacentrex.sessions import SessionStore, stored_key

INSIDE = "/extranet/clients/"


@pytest.fixture
def inside(operator: User) -> Browser:
    browser = Browser()
    browser.force_login(operator)
    return browser


def test_no_column_of_the_database_opens_a_session(inside: Browser) -> None:
    [row] = Session.objects.all()
    key = inside.cookies["sessionid"].value
    assert inside.get(INSIDE).status_code == 200

    for stolen in (row.session_key, row.session_data, stored_key(row.session_key)):
        thief = Browser()
        thief.cookies["sessionid"] = stolen
        assert thief.get(INSIDE).status_code == 302

    assert key not in str(Session.objects.values())


def test_a_session_is_kept_saved_again_and_ended(db: None) -> None:
    store = SessionStore()
    store["kept"] = 1
    store.save()
    again = SessionStore(store.session_key)
    assert again["kept"] == 1
    again["kept"] = 2
    again.save()
    assert SessionStore(store.session_key)["kept"] == 2
    assert Session.objects.count() == 1
    assert again.exists(store.session_key or "")

    again.delete()

    assert not again.exists(store.session_key or "")
    assert SessionStore(store.session_key).load() == {}


def test_a_key_that_nobody_was_given_becomes_no_session(db: None) -> None:
    store = SessionStore("chosen-by-a-stranger-0000000000000")

    assert store.load() == {}
    assert store.session_key is None


def test_a_session_of_an_earlier_version_is_over(inside: Browser) -> None:
    """Its key stood in the database as it was."""
    key = inside.cookies["sessionid"].value
    Session.objects.update(session_key=key)

    assert inside.get(INSIDE).status_code == 302
