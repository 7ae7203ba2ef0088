"""From rows to the document: the account, the zone, the directory; and how many
questions it takes.
"""

import re
from collections.abc import Callable
from datetime import time

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from clients.enums import SubscriberStatus
from clients.models import Client, PlatformSettings, Site, Subscriber
from phones import catalogue
from phones.models import Phone
from provisioning.assembly.directory import directory_of as directory_for
from provisioning.models import Fetch
from tests.conftest import SNOM_710
from tests.factories.clients import SiteFactory, SubscriberFactory
from tests.factories.phones import AssignedPhoneFactory
from tests.provisioning.asking import SNOM_D765, directory_of, settings_of, sip_of

Fetching = Callable[..., HttpResponse]


def test_the_directory_holds_the_colleagues_own_site_first_then_by_name(
    blue_phone: Phone, alice: Subscriber, bob: Subscriber, mallory: Subscriber, fetch: Fetching
) -> None:
    client = alice.client
    nantes = SiteFactory(client=client, name="Nantes")
    for extension, name, site in (
        ("921", "zoé", nantes),
        ("922", "Étienne", nantes),
        ("923", "Eric", nantes),
        ("911", "Zacharie", alice.site),
        ("912", "Œuvre", alice.site),
        ("913", "Ocre", alice.site),
        ("914", "alix", alice.site),
    ):
        SubscriberFactory(client=client, site=site, extension=extension, name=name)

    contacts = directory_of(fetch(blue_phone.mac))

    assert contacts == [
        ("alix", "914"),
        ("Bob Bleu", "902"),
        ("Ocre", "913"),
        ("Œuvre", "912"),
        ("Zacharie", "911"),
        ("Eric", "923"),
        ("Étienne", "922"),
        ("zoé", "921"),
    ]


def test_a_suspended_colleague_is_left_out_and_one_without_extension_has_a_number(
    blue_phone: Phone, alice: Subscriber, bob: Subscriber, fetch: Fetching
) -> None:
    SubscriberFactory(client=alice.client, name="Carole", status=SubscriberStatus.SUSPENDED)
    bob.extension = None
    bob.save()

    assert directory_of(fetch(blue_phone.mac)) == [("Bob Bleu", "0970719002")]


def test_homonyms_are_in_the_order_of_their_numbers(alice: Subscriber) -> None:
    for extension, number in (
        ("933", "+33970719033"),
        ("931", "+33970719031"),
        ("932", "+33970719032"),
    ):
        SubscriberFactory(client=alice.client, name="Martin", extension=extension, number=number)

    found = directory_for(alice, 10)

    assert [contact.number for contact in found.contacts] == ["931", "932", "933"]


def test_what_the_model_has_no_room_for_is_left_out_and_counted(
    blue_phone: Phone, alice: Subscriber, fetch: Fetching, blue_browser: Browser
) -> None:
    room = catalogue.get("snom-710").directory_entries
    lines = [
        Subscriber(
            client=alice.client,
            site=alice.site,
            number=f"+3397072{number:04d}",
            extension=f"3{number:04d}",
            name=f"Person {number:04d}",
        )
        for number in range(room + 7)
    ]
    Subscriber.unscoped.bulk_create(lines)

    contacts = directory_of(fetch(blue_phone.mac))
    page = blue_browser.get(f"/extranet/telephones/{blue_phone.mac}/").context

    assert len(contacts) == room
    assert contacts[-1] == (f"Person {room - 1:04d}", f"3{room - 1:04d}")
    assert directory_for(alice, room).left_out == 7
    assert str(room) in page["directory_text"]
    assert "7" in page["directory_text"].replace(str(room), "")


def test_a_client_that_is_suspended_is_in_nobodys_directory(
    red_phone: Phone, mallory: Subscriber, alice: Subscriber, fetch: Fetching
) -> None:
    assert directory_of(fetch(red_phone.mac)) == []


def test_an_account_imposed_by_the_platform_is_used_as_it_is(
    blue_phone: Phone, alice: Subscriber, fetch: Fetching
) -> None:
    own = sip_of(fetch(blue_phone.mac))
    alice.platform_auth_name, alice.platform_password = 'u&"<1>', "p'&<>ü "
    alice.save()
    second = AssignedPhoneFactory(subscriber=alice, mac="00041300B10F")

    assert sip_of(fetch(blue_phone.mac)) == ('u&"<1>', "p'&<>ü ") != own
    assert sip_of(fetch(second.mac)) == ('u&"<1>', "p'&<>ü ")


def test_two_phones_of_a_line_have_an_account_each(
    blue_phone: Phone, alice: Subscriber, fetch: Fetching
) -> None:
    second = AssignedPhoneFactory(subscriber=alice, mac="00041300B10F")

    assert not {*sip_of(fetch(blue_phone.mac))} & {*sip_of(fetch(second.mac))}


def test_an_overseas_site_gives_its_hour(
    blue_phone: Phone, alice: Subscriber, fetch: Fetching
) -> None:
    assert settings_of(fetch(blue_phone.mac))["timezone"] == "FRA+1"

    Site.unscoped.filter(pk=alice.site_id).update(time_zone="Indian/Reunion")

    assert settings_of(fetch(blue_phone.mac))["timezone"] == "UAE+4"


def test_domain_proxy_transport_and_voicemail_are_the_clients_and_the_operators(
    blue_phone: Phone, fetch: Fetching
) -> None:
    plain = settings_of(fetch(blue_phone.mac))
    Client.unscoped.filter(pk=blue_phone.client_id).update(
        outbound_proxy="sbc.example.net:5061", transport="tls"
    )
    PlatformSettings(pk=1, voicemail_number="123").save()

    told = settings_of(fetch(blue_phone.mac))

    assert (plain["user_outbound1"], plain["user_mailbox1"]) == (
        "sip.example.net;transport=udp",
        "",
    )
    assert (told["user_outbound1"], told["user_mailbox1"]) == (
        "sbc.example.net:5061;transport=tls",
        "123",
    )


def test_without_a_voicemail_number_the_message_key_dials_nobody(
    blue_phone: Phone, fetch: Fetching
) -> None:
    plain = settings_of(fetch(blue_phone.mac))
    PlatformSettings(pk=1, voicemail_number="*98").save()

    told = settings_of(fetch(blue_phone.mac))

    assert (plain["user_mailbox1"], plain["dkey_retrieve"]) == ("", "keyevent F_RETRIEVE")
    assert (told["user_mailbox1"], told["dkey_retrieve"]) == ("*98", "speed *98")


@pytest.mark.parametrize(
    ("transport", "srtp", "told"),
    [
        ("udp", "", ("off", "off")),
        ("tcp", "", ("off", "off")),
        ("tls", "", ("on", "mandatory")),
        ("tls", "off", ("off", "off")),
        ("tls", "optional", ("on", "optional")),
        ("udp", "mandatory", ("on", "mandatory")),
    ],
)
def test_sound_is_encrypted_as_the_client_says_else_as_its_transport(
    transport: str, srtp: str, told: tuple[str, str], blue_phone: Phone, fetch: Fetching
) -> None:
    Client.unscoped.filter(pk=blue_phone.client_id).update(transport=transport, srtp=srtp)

    found = settings_of(fetch(blue_phone.mac))

    assert (found["user_srtp1"], found["user_savp1"]) == told
    assert found["user_auth_tag1"] == "off"


def test_the_operator_s_settings_reach_the_phone(blue_phone: Phone, fetch: Fetching) -> None:
    PlatformSettings(
        pk=1,
        ntp_server="ntp.example.net",
        polling_from=time(2, 15),
        polling_until=time(5),
        authenticates_notify=False,
        registration_expiry=600,
        sip_server_type="metaswitch",
        says_user_phone=True,
        matches_user_name=True,
    ).save()

    told = settings_of(fetch(blue_phone.mac, user_agent=SNOM_D765))

    assert {
        "ntp_server": "ntp.example.net",
        "prov_polling_time": "02:15",
        "prov_polling_time_rand_end": "05:00",
        "challenge_checksync": "off",
        "challenge_reboot": "off",
        "user_expiry1": "600",
        "user_server_type1": "metaswitch",
        "user_phone": "on",
        "user_sipusername_as_line1": "on",
    }.items() <= told.items()


def test_the_web_administrator_s_password_is_no_code_of_the_keypad(
    blue_phone: Phone, fetch: Fetching
) -> None:
    told = settings_of(fetch(blue_phone.mac, user_agent=SNOM_D765))

    assert re.fullmatch(r"[0-9]{8}", told["admin_mode_password"])
    assert re.fullmatch(r"[a-z2-7]{24}", told["webserver_admin_password"])
    assert told["webserver_admin_password"] != told["http_pass"]


@pytest.mark.parametrize("user_agent", [SNOM_710, SNOM_D765])
def test_a_served_fetch_asks_the_same_questions_whatever_there_is_to_tell(
    user_agent: str, blue_phone: Phone, alice: Subscriber
) -> None:
    def questions() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            response = Browser().get(f"/sip-ps/{blue_phone.mac}.xml", HTTP_USER_AGENT=user_agent)
        assert response.status_code == 200
        return [query["sql"].split()[0] for query in captured.captured_queries]

    alone = questions()
    SubscriberFactory.create_batch(30, client=alice.client)
    crowded = questions()
    unchanged = questions()

    # row, operator's settings, SIP password, keys, colleagues; and what was learnt, where something
    # was. A model learnt asks for the other phones of the line, whose keys it may change.
    assert alone == [*["SELECT"] * 6, "UPDATE"]
    assert crowded == [*["SELECT"] * 5, "UPDATE"]
    assert unchanged == ["SELECT"] * 5


def test_the_answer_waits_for_no_line_of_the_journal(blue_phone: Phone) -> None:
    Browser().get(f"/sip-ps/{blue_phone.mac}.xml", HTTP_USER_AGENT=SNOM_710)

    assert Fetch.objects.count() == 0
