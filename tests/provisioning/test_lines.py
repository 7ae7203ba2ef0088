"""What of a line's name reaches the phone's SIP identity."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse

from clients.models import Subscriber
from phones.models import Phone
from provisioning.assembly.lines import sip_display_name
from tests.provisioning.asking import settings_of


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('Evil" <sip:evil@example.net>', "Evil' (sip:evil@example.net)"),
        ("back\\slash", "back/slash"),
        ("Zoé d’Arc, n° 3 & fils; 2ᵉ", "Zoé d’Arc, n° 3 & fils; 2ᵉ"),
    ],
)
def test_no_name_can_become_a_sip_address(name: str, shown: str) -> None:
    assert sip_display_name(name) == shown


def test_the_phone_gets_the_harmless_name(
    blue_phone: Phone, alice: Subscriber, fetch: Callable[..., HttpResponse]
) -> None:
    Subscriber.unscoped.filter(pk=alice.pk).update(name='Evil" <sip:evil@example.net>')

    settings = settings_of(fetch(blue_phone.mac))

    assert settings["user_realname1"] == "Evil' (sip:evil@example.net)"
    assert not any(mark in settings["user_idle_text1"] for mark in '"<>')
