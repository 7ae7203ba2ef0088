"""The demo's phones are as if they had been served: what changes for one makes it wait."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import PlatformSettings, User
from clients.services.audit import PLATFORM
from keys.drafts import KeyDraft, LayoutDraft
from keys.owners import Owner
from keys.services.layouts import save_layout
from phones import catalogue
from phones.models import Phone
from phones.polling import next_return
from phones.states import Code, code_of
from provisioning import demo
from provisioning.models import Fetch, FetchOutcome, PublishedDocument, ServedDocument
from provisioning.services.publishing import stale

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
D765 = "000413920765"


@pytest.fixture
def made(db: None, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        demo.make(NOW)


def the_phone() -> Phone:
    return Phone.unscoped.select_related("client", "subscriber__site").get(mac=D765)


def served() -> list[Phone]:
    rows = Phone.unscoped.exclude(served_at=None).select_related("client", "subscriber__site")
    return list(rows.order_by("mac"))


def test_each_phone_that_came_has_all_that_a_fetch_leaves(made: None) -> None:
    phones = served()

    pks = {phone.pk for phone in phones}
    assert len(phones) == 9
    assert set(PublishedDocument.objects.values_list("phone", flat=True)) == pks
    assert not stale().exists()
    kept = dict(ServedDocument.objects.values_list("phone", "digest"))
    assert kept == {phone.pk: phone.served_digest for phone in phones}
    lines = Fetch.objects.filter(outcome=FetchOutcome.SERVED).values_list("phone", "at", "address")
    assert set(lines) == {
        (phone.pk, phone.authenticated_at, phone.served_address) for phone in phones
    }
    assert {phone.served_address for phone in phones} == {demo.ADDRESS}


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_each_phone_that_came_has_come_back_since_and_is_not_late(hour: int, db: None) -> None:
    now = NOW.replace(hour=hour)
    demo.make(now)

    settings = PlatformSettings.current()
    due = {phone.mac: next_return(phone, now, settings) for phone in served()}
    assert len(due) == 9
    assert [mac for mac, each in due.items() if each is None or each.is_late] == []
    again = Fetch.objects.filter(outcome=FetchOutcome.NOT_MODIFIED, with_credentials=True)
    assert set(again.values_list("phone__mac", "at")) == {
        (phone.mac, phone.served_at) for phone in served()
    }


def test_a_phone_that_came_waits_for_nothing(made: None) -> None:
    assert {code_of(phone, NOW) for phone in served()} == {Code.PROVISIONED}


def test_a_phone_whose_keys_are_changed_waits_at_once(
    made: None, django_capture_on_commit_callbacks: Any
) -> None:
    line, model = the_phone().subscriber, catalogue.get("snom-d765")
    assert line is not None
    draft = LayoutDraft(1, None, {"side-9": KeyDraft("speed", "0970711111", label="Standard")})

    with django_capture_on_commit_callbacks(execute=True):
        save_layout(Owner.of_line(line), model, draft, actor=PLATFORM)

    phone = the_phone()
    assert code_of(phone, timezone.now()) is Code.PENDING
    assert phone.published_digest not in ("", phone.served_digest)


def test_its_page_says_so_once_its_user_has_saved_the_editor(
    made: None, as_user: Callable[[User], Browser], django_capture_on_commit_callbacks: Any
) -> None:
    demo.passwords()
    User.objects.update(language="en", must_change_password=False)
    browser = as_user(User.objects.get(subscriber=the_phone().subscriber))
    assert "Changes pending" not in browser.get("/").content.decode()
    key = {"function": "speed", "value": "0970711111", "label": "Standard"}

    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(
            "/parametres/touches/snom-d765/",
            {"revision": 1, "sidecars": None, "keys": {"side-9": key}},
            content_type="application/json",
        )

    assert answer.status_code == 200
    assert browser.get("/").content.decode().count("Changes pending") == 1
