"""Acts that fall between the decision and the answer, and conditions phones do not send."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse

from clients.enums import ClientStatus, SubscriberStatus
from clients.models import Client, Subscriber
from clients.services.audit import Actor
from phones.models import Phone
from phones.services.window import close_window
from provisioning.lookup import Row, look_up
from provisioning.views import fetch as view
from tests.provisioning.asking import change, end_of_window, proof, reasons, row

Fetching = Callable[..., HttpResponse]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Have something done by somebody else right after the row was read."""

    def arrange(act: Callable[[], object]) -> None:
        def read_then_act(mac: str) -> Row | None:
            found = look_up(mac)
            act()
            return found

        monkeypatch.setattr(view, "look_up", read_then_act)

    return arrange


def test_a_window_closed_meanwhile_serves_nobody(
    blue_phone: Phone,
    blue_actor: Actor,
    meanwhile: Callable[[Callable[[], object]], None],
    fetch: Fetching,
) -> None:
    meanwhile(lambda: close_window(blue_phone, actor=blue_actor))

    assert fetch(blue_phone.mac).status_code == 401
    assert row(blue_phone)["authenticated_at"] is None
    assert reasons(blue_phone) == ["no-window"]


def test_a_client_suspended_meanwhile_is_served_nothing(
    blue_phone: Phone, meanwhile: Callable[[Callable[[], object]], None], fetch: Fetching
) -> None:
    suspended = Client.unscoped.filter(pk=blue_phone.client_id)
    meanwhile(lambda: suspended.update(status=ClientStatus.SUSPENDED))

    assert fetch(blue_phone.mac).status_code == 401


def test_a_line_suspended_meanwhile_is_served_nothing(
    blue_phone: Phone, meanwhile: Callable[[Callable[[], object]], None], fetch: Fetching
) -> None:
    suspended = Subscriber.unscoped.filter(pk=blue_phone.subscriber_id)
    meanwhile(lambda: suspended.update(status=SubscriberStatus.SUSPENDED))

    assert fetch(blue_phone.mac, **proof(blue_phone)).status_code == 401


def test_credentials_outlive_a_window_that_closes_meanwhile(
    blue_phone: Phone, meanwhile: Callable[[Callable[[], object]], None], fetch: Fetching
) -> None:
    meanwhile(lambda: end_of_window(blue_phone))

    assert fetch(blue_phone.mac, **proof(blue_phone)).status_code == 200


@pytest.mark.parametrize("tags", ["*", " * ", "W/{etag}", '"x", {etag}'])
def test_a_condition_that_holds_gives_304(tags: str, blue_phone: Phone, fetch: Fetching) -> None:
    etag = fetch(blue_phone.mac)["ETag"]

    answer = fetch(blue_phone.mac, HTTP_IF_NONE_MATCH=tags.format(etag=etag))

    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize("tags", ['"*"', '"x", *', "**", ""])
def test_another_condition_gives_the_configuration(
    tags: str, blue_phone: Phone, fetch: Fetching
) -> None:
    fetch(blue_phone.mac)

    assert fetch(blue_phone.mac, HTTP_IF_NONE_MATCH=tags).status_code == 200


def test_a_star_does_not_open_what_is_closed(blue_phone: Phone, fetch: Fetching) -> None:
    change(blue_phone, authorized_until=None)

    assert fetch(blue_phone.mac, HTTP_IF_NONE_MATCH="*").status_code == 401
