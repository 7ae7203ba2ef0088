"""« Annuler »: what was done to lines is taken back by the same page, from those alone that it
changed.
"""

import re

import pytest
from django.test import Client as Browser

from clients.models import AuditEvent, Client, Subscriber, User
from clients.services.audit import Actor
from clients.services.ticked_lines import lock

ACT = "/extranet/clients/10100/utilisateurs/"


def act(browser: Browser, action: str, *lines: Subscriber) -> str:
    data = {
        "action": action,
        "subscribers": [line.pk for line in lines],
        "next": "/extranet/clients/10100/compte/?qu=b",
    }
    return browser.post(ACT, data, follow=True).content.decode()


def offered(page: str) -> dict[str, list[str]]:
    """The form of the message, as its button sends it."""
    form = re.search(
        rf'<div class="alert alert-success".*?<form method="post" action="{ACT}".*?</form>',
        page,
        re.S,
    )
    found: dict[str, list[str]] = {}
    for name, value in re.findall(
        r'type="hidden" name="(\w+)" value="([^"]*)"', form.group() if form else ""
    ):
        found.setdefault(name, []).append(value)
    found.pop("csrfmiddlewaretoken", None)
    return found


def test_a_lock_is_taken_back_from_the_lines_it_closed_and_no_other(
    blue_browser: Browser, blue_client: Client, blue_staff: User, alice: Subscriber, bob: Subscriber
) -> None:
    lock(client=blue_client, ids=[alice.pk], locked=True, actor=Actor(blue_staff))
    taken_back = offered(act(blue_browser, "lock", alice, bob))

    answer = blue_browser.post(ACT, taken_back)

    assert taken_back["subscribers"] == [str(bob.pk)]
    assert answer["Location"] == "/extranet/clients/10100/compte/?qu=b"
    assert dict(
        Subscriber.unscoped.filter(pk__in=[alice.pk, bob.pk]).values_list("name", "is_locked")
    ) == {
        "Alice Bleu": True,
        "Bob Bleu": False,
    }
    assert AuditEvent.objects.filter(kind="subscriber.unlocked").get().object_id == str(bob.pk)


def test_an_unlocking_is_taken_back_too(
    blue_browser: Browser, blue_client: Client, blue_staff: User, bob: Subscriber
) -> None:
    lock(client=blue_client, ids=[bob.pk], locked=True, actor=Actor(blue_staff))

    blue_browser.post(ACT, offered(act(blue_browser, "unlock", bob)))

    bob.refresh_from_db()
    assert bob.is_locked


def test_where_nothing_changed_there_is_nothing_to_take_back(
    blue_browser: Browser, bob: Subscriber
) -> None:
    assert offered(act(blue_browser, "unlock", bob)) == {}


def test_more_than_a_slip_is_not_taken_back_by_one_click(
    blue_browser: Browser, alice: Subscriber, bob: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clients.views.extranet.MOST", 1)

    page = act(blue_browser, "lock", alice, bob)

    assert "2 utilisateurs modifiés." in page
    assert offered(page) == {}
