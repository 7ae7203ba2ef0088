"""What was true when the page was shown and is not when its button is pressed."""

import pytest
from django.test import Client as Browser

from clients.models import Client, Subscriber
from clients.services.audit import Actor
from phones.errors import ClientTerminated, PhoneGone
from phones.models import Phone
from phones.services.assignment import assign, unassign
from phones.services.deletion import delete_phone
from phones.services.window import locked


def test_a_phone_deleted_meanwhile_is_said_to_be_gone(blue_phone: Phone, blue_actor: Actor) -> None:
    delete_phone(Phone.unscoped.get(pk=blue_phone.pk), actor=blue_actor)

    with pytest.raises(PhoneGone):
        unassign(blue_phone, actor=blue_actor)
    with pytest.raises(PhoneGone):
        locked(blue_phone)


def test_a_terminated_clients_line_takes_no_phone(
    alice: Subscriber, blue_phone: Phone, blue_actor: Actor
) -> None:
    Client.unscoped.filter(pk=blue_phone.client_id).update(status="terminated")

    with pytest.raises(ClientTerminated):
        assign(blue_phone, alice, actor=blue_actor)


def test_a_terminated_clients_change_form_says_so_and_keeps_what_was_typed(
    blue_browser: Browser, alice: Subscriber, bob: Subscriber, blue_phone: Phone
) -> None:
    Client.unscoped.filter(pk=blue_phone.client_id).update(status="terminated")

    page = blue_browser.post(
        f"/extranet/telephones/{blue_phone.mac}/changer/",
        {"description": "typed", "model": "auto", "assigned": "on", "line": "0970719002"},
    )

    assert page.context["form"].non_field_errors() == [str(ClientTerminated())]
    assert page.context["form"]["description"].value() == "typed"
    blue_phone.refresh_from_db()
    assert blue_phone.subscriber == alice
