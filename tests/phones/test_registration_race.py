"""Two resellers register the same MAC at the same moment: one wins, the other is told, nobody gets
a 500.
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.test import Client as Browser

from clients.models import AuditEvent, User
from clients.scoping import scope_for
from clients.services.audit import Actor
from phones.errors import DuplicateMac
from phones.models import Phone, SipCredential
from phones.services.registration import Registration, register_list, register_phone
from tests.factories.clients import ClientFactory, SubscriberFactory, UserFactory

MAC = "00041374074C"
ROUNDS = 8


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Run every act in a thread of its own, all let go at the same moment; an exception is an
    answer.
    """
    start = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def run(at: int) -> None:
        try:
            start.wait(10)
            answers[at] = acts[at]()
        except Exception as error:  # looked at by the test
            answers[at] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[at]) for at in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def desk(name: str) -> tuple[User, Any, Any]:
    staff = UserFactory(login=name, name=name)
    line = SubscriberFactory(client=ClientFactory(reseller=staff.reseller))
    return staff, line.client, line


def registering(staff: User, client: Any, line: Any, mac: str) -> Callable[[], Phone]:
    return lambda: register_phone(
        Registration(mac, line), client=client, scope=scope_for(staff), actor=Actor(staff)
    )


@pytest.mark.usefixtures("shared_database")
def test_one_reseller_wins_and_the_other_gets_the_duplicate() -> None:
    blue, red = desk("blue"), desk("red")

    for number in range(ROUNDS):
        mac = f"0004130000{number:02X}"
        answers = at_once([registering(*blue, mac), registering(*red, mac)])

        won = [answer for answer in answers if isinstance(answer, Phone)]
        lost = [answer for answer in answers if isinstance(answer, DuplicateMac)]
        assert (len(won), len(lost)) == (1, 1), answers
        assert lost[0].phone is None
    assert Phone.unscoped.count() == ROUNDS
    assert SipCredential.unscoped.count() == ROUNDS
    assert AuditEvent.objects.filter(kind="phone.registered").count() == ROUNDS


@pytest.mark.usefixtures("shared_database")
def test_the_pages_answer_both() -> None:
    forms = [desk("blue"), desk("red")]

    def post(staff: User, client: Any, line: Any) -> Callable[[], int]:
        browser = Browser(raise_request_exception=False)
        browser.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
        data = {"mac": MAC, "model": "auto", "line": line.number}
        url = f"/extranet/clients/{client.reference}/telephones/provisionner/"
        return lambda: browser.post(url, data).status_code

    assert sorted(at_once([post(*form) for form in forms])) == [200, 302]
    assert Phone.unscoped.get().client in [client for _staff, client, _line in forms]


@pytest.mark.usefixtures("shared_database")
def test_a_double_click_gives_one_phone_and_two_successes() -> None:
    staff, client, line = desk("blue")
    browsers = [Browser(raise_request_exception=False) for _ in range(2)]
    for browser in browsers:
        browser.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    url = f"/extranet/clients/{client.reference}/telephones/provisionner/"
    data = {
        "mac": MAC,
        "model": "auto",
        "line": line.number,
        "form_token": "7f0ed8a8-5b0c-4b39-9a36-0d3a44f7f2c1",
    }

    statuses = at_once(
        [lambda browser=browser: browser.post(url, data).status_code for browser in browsers]
    )

    assert statuses == [302, 302]
    assert Phone.unscoped.count() == 1


@pytest.mark.usefixtures("shared_database")
def test_two_lists_with_one_address_in_common_leave_one_whole_list() -> None:
    _blue, blue_client, _line = blue = desk("blue")
    _red, red_client, _line = red = desk("red")

    def list_of(staff: User, client: Any, own: str) -> Callable[[], Any]:
        rows = [Registration(own), Registration(MAC)]
        return lambda: register_list(rows, client=client, actor=Actor(staff))

    answers = at_once(
        [list_of(blue[0], blue_client, "000413000001"), list_of(red[0], red_client, "000413000002")]
    )

    assert [isinstance(answer, list) for answer in answers].count(True) == 1
    macs = set(Phone.unscoped.values_list("mac", flat=True))
    assert macs in ({MAC, "000413000001"}, {MAC, "000413000002"})
