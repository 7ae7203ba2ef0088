from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from clients.text import validate_plain_text
from clients.validators import SITE_TIME_ZONES
from keys.places import most_sidecars
from phones import catalogue
from phones.catalogue import PhoneModel, Version
from provisioning.document import Contact, DocumentKey, Locale, PhoneDocument, Policy
from provisioning.renderers.base import UnsupportedFeature
from provisioning.renderers.snom import SnomRenderer
from provisioning.renderers.snom.keys import read_key
from provisioning.renderers.snom.values import LINE, PHONE, check_locale
from tests.provisioning.renderers.cases import NASTY, SECRETS, bare, nasty

D765 = catalogue.get("snom-d765")


def tree(document: PhoneDocument) -> etree._Element:
    return etree.fromstring(b"".join(SnomRenderer().render(document)))


def values(document: PhoneDocument) -> dict[str, str]:
    """Settings by name, identities by name and idx."""
    return {
        element.tag + element.get("idx", ""): element.text or ""
        for element in tree(document).find("phone-settings")
    }


def texts_accepted() -> st.SearchStrategy[str]:
    def accepted(text: str) -> bool:
        try:
            validate_plain_text(text)
        except ValidationError:
            return False
        return True

    return st.text(st.characters(), max_size=40).filter(accepted)


def test_sections_in_order() -> None:
    root = tree(bare(D765))

    assert root.tag == "settings"
    assert [(section.tag, dict(section.attrib)) for section in root] == [
        ("phone-settings", {"e": "2"}),
        ("functionKeys", {"e": "2"}),
        ("tbook", {"e": "2", "complete": "true"}),
    ]


def test_reboot_rule_comes_first_and_every_setting_has_a_permission() -> None:
    settings = tree(bare(D765)).find("phone-settings")

    assert settings[0].tag == "auto_reboot_on_setting_change"
    assert {element.get("perm") for element in settings} == {"R", "RW", "!"}
    assert settings.find("setting_server").get("perm") == "RW"
    assert {element.get("perm") for element in settings if element.tag.startswith("user_")} == {"R"}


def test_no_setting_is_said_twice() -> None:
    for model in catalogue.all():
        said = [
            (element.tag, element.get("idx"))
            for element in tree(nasty(model, (10, 1, 215))).find("phone-settings")
        ]
        assert len(said) == len(set(said))


def test_settings_bring_the_phone_back_here_with_its_credentials() -> None:
    said = values(bare(D765))

    assert said["setting_server"] == "https://portal.example.net/sip-ps/{mac}.xml"
    assert said["update_policy"] == "settings_only"
    assert (said["http_client_user"], said["http_client_pass"]) == ("00041374074c", SECRETS[0])
    assert (said["challenge_checksync"], said["challenge_reboot"]) == ("on", "on")


def test_no_option_of_the_client_s_network_takes_the_phone_away() -> None:
    said = values(bare(D765))

    assert (said["provisioning_order"], said["pnp_config"]) == ("redirection:stop", "off")


@pytest.mark.parametrize(
    ("firmware", "name"),
    [
        (None, "Francais"),
        ((8, 7, 5, 35), "Francais"),
        ((8, 9, 3, 80), "Francais"),
        ((10,), "Français"),
        ((10, 1, 215, 13), "Français"),
    ],
)
def test_french_is_called_as_the_firmware_calls_it(firmware: Version | None, name: str) -> None:
    said = values(bare(D765, firmware))

    assert (said["language"], said["web_language"]) == (name, name)


def test_settings_of_france() -> None:
    said = values(bare(D765))

    assert (said["tone_scheme"], said["timezone"]) == ("FRA", "FRA+1")
    assert (said["date_us_format"], said["time_24_format"]) == ("off", "on")


def test_every_time_zone_of_a_site_has_a_snom_zone() -> None:
    zones = {zone for zone, _ in SITE_TIME_ZONES}

    for zone in zones:
        check_locale(replace(bare(D765), locale=Locale(time_zone=zone)))


def test_a_zone_without_a_name_is_told_by_offset_and_rule() -> None:
    said = values(replace(bare(D765), locale=Locale(time_zone="America/Miquelon")))

    assert (said["timezone"], said["utc_offset"]) == ("", "-10800")
    assert said["dst"] == "3600 03.02.07 02:00:00 11.01.07 02:00:00"
    assert not {"utc_offset", "dst"} & set(values(bare(D765)))


def test_firmware_8_comes_back_within_a_day_and_firmware_10_at_night() -> None:
    old, unknown, new = (
        values(bare(D765, each)) for each in ((8, 9, 3, 80), None, (10, 1, 54, 13))
    )

    assert old["settings_refresh_timer"] == unknown["settings_refresh_timer"] == "80000"
    assert not [name for name in {*old, *unknown} if name.startswith("prov_polling")]
    assert {
        name: text for name, text in new.items() if "poll" in name or "refresh_timer" in name
    } == {
        "settings_refresh_timer": "0",
        "prov_polling_enabled": "on",
        "prov_polling_mode": "random",
        "prov_polling_period": "86400",
        "prov_polling_time": "01:00",
        "prov_polling_time_rand_end": "04:00",
        "ntp_refresh_timer": "3600",
    }


def test_the_operator_s_policy_is_told() -> None:
    policy = Policy(
        ntp_server="ntp.example.net",
        authenticates_notify=False,
        server_type="metaswitch",
        says_user_phone=True,
        matches_user_name=True,
        registration_expiry=600,
    )
    said = values(replace(bare(D765), policy=policy))

    assert {
        name: said[name]
        for name in (
            "ntp_server",
            "challenge_checksync",
            "challenge_reboot",
            "user_server_type1",
            "user_phone",
            "user_sipusername_as_line1",
            "user_expiry1",
        )
    } == {
        "ntp_server": "ntp.example.net",
        "challenge_checksync": "off",
        "challenge_reboot": "off",
        "user_server_type1": "metaswitch",
        "user_phone": "on",
        "user_sipusername_as_line1": "on",
        "user_expiry1": "600",
    }


@pytest.mark.parametrize(
    ("srtp", "said_srtp", "said_savp"),
    [("off", "off", "off"), ("optional", "on", "optional"), ("mandatory", "on", "mandatory")],
)
def test_encrypted_sound(srtp: str, said_srtp: str, said_savp: str) -> None:
    document = bare(D765)
    said = values(replace(document, identities=(replace(document.identities[0], srtp=srtp),)))

    assert (said["user_srtp1"], said["user_savp1"], said["user_auth_tag1"]) == (
        said_srtp,
        said_savp,
        "off",
    )


@pytest.mark.parametrize("model", catalogue.all(), ids=lambda model: model.code)
def test_only_a_phone_with_a_directory_key_is_told_of_it(model: PhoneModel) -> None:
    said = values(bare(model))

    assert said.get("dkey_directory") == ("keyevent F_ADR_BOOK" if model.directory_key else None)


def test_every_setting_without_a_value_is_computed_and_no_other() -> None:
    settings = catalogue.vendor("snom").settings

    assert {entry.name for entry in settings if entry.value is None} == {*PHONE, *LINE}


def test_every_setting_of_a_document_has_its_source_in_the_catalogue() -> None:
    known = {entry.name: entry.fact.source for entry in catalogue.vendor("snom").settings}

    for model in catalogue.all():
        for firmware in (None, (8, 9, 3, 80), (10, 1, 215, 13)):
            for element in tree(bare(model, firmware)).find("phone-settings"):
                assert len(known[element.tag]) > 3


def test_the_declaration_is_written_as_phones_are_used_to() -> None:
    body = b"".join(SnomRenderer().render(bare(D765)))

    assert body.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<settings>')


def test_web_pages_are_closed() -> None:
    said = values(bare(D765))

    assert (said["use_hidden_tags"], said["webserver_type"]) == ("on", "https")
    assert (said["http_user"], said["http_pass"]) == ("admin", SECRETS[1])
    assert said["admin_mode_password"] == said["admin_mode_password_confirm"] == SECRETS[2]


def test_firmware_10_has_web_accounts_and_older_or_unknown_has_not() -> None:
    new = values(bare(D765, (10, 1, 54, 13)))

    assert (new["webserver_user_name"], new["webserver_user_password"]) == ("admin", SECRETS[1])
    assert (new["webserver_admin_name"], new["webserver_admin_password"]) == (
        "administrator",
        SECRETS[4],
    )
    for firmware in (None, (8, 9, 3, 80)):
        assert not [
            name
            for name in values(bare(D765, firmware))
            if name.startswith("webserver_") and "type" not in name
        ]


def test_checksync_action_only_where_it_exists() -> None:
    assert values(bare(D765, (10, 1, 180)))["checksync_action"] == ""
    assert "checksync_action" not in values(bare(D765, (10, 1, 175, 16)))
    assert "checksync_action" not in values(bare(D765))


def test_first_identity_registers() -> None:
    said = values(bare(D765))

    assert {
        name: said[f"{name}1"]
        for name in (
            "user_active",
            "user_name",
            "user_pname",
            "user_pass",
            "user_host",
            "user_outbound",
            "user_realname",
            "user_idle_text",
            "user_idle_number",
            "user_srtp",
            "user_mailbox",
            "user_dtmf_info",
        )
    } == {
        "user_active": "on",
        "user_name": "+33970711111",
        "user_pname": "mc4k7qs0p2vt9xab",
        "user_pass": SECRETS[3],
        "user_host": "openip.example.net",
        "user_outbound": "sbc.example.net:5061;transport=tls",
        "user_realname": "Accueil",
        "user_idle_text": "Accueil",
        "user_idle_number": "0970711111",
        "user_srtp": "on",
        "user_mailbox": "*97",
        "user_dtmf_info": "off",
    }


def test_identity_without_proxy_name_or_mailbox() -> None:
    document = bare(D765)
    plain = replace(
        document.identities[0], outbound_proxy="", transport="udp", realname="", mailbox=""
    )
    said = values(replace(document, identities=(plain,)))

    assert said["user_outbound1"] == "openip.example.net;transport=udp"
    assert said["user_idle_text1"] == "0970711111"
    assert said["user_mailbox1"] == ""
    assert said["dkey_retrieve"] == "keyevent F_RETRIEVE"


def test_message_key_dials_the_mailbox() -> None:
    said = values(bare(D765))

    assert said["mwi_notification"] == "silent"
    assert said["dkey_retrieve"] == "speed *97"


@pytest.mark.parametrize("model", catalogue.all(), ids=lambda model: model.code)
def test_other_identities_are_off_and_keep_nothing(model: PhoneModel) -> None:
    said = values(bare(model))

    for idx in range(2, model.identities + 1):
        assert said[f"user_active{idx}"] == "off"
        for name in (
            "realname",
            "name",
            "pname",
            "pass",
            "host",
            "outbound",
            "idle_text",
            "idle_number",
            "mailbox",
        ):
            assert said[f"user_{name}{idx}"] == ""
    assert f"user_active{model.identities + 1}" not in said


@pytest.mark.parametrize("model", catalogue.all(), ids=lambda model: model.code)
def test_every_key_of_the_phone_and_its_sidecars_is_explicit(model: PhoneModel) -> None:
    fkeys = list(tree(bare(model)).find("functionKeys"))
    count = model.key_count + 18 * most_sidecars(model)

    assert [fkey.get("idx") for fkey in fkeys] == [str(index) for index in range(count)]
    assert [fkey.text for fkey in fkeys] == ["line"] * 4 + ["none"] * (count - 4)
    assert [fkey.get("context") for fkey in fkeys] == ["1"] * 4 + [None] * (count - 4)
    assert {fkey.get("perm") for fkey in fkeys} == {"RW"}
    lines = [f"Ligne {number}" for number in range(1, 5)]
    assert [fkey.get("label") for fkey in fkeys] == lines + [""] * (count - 4)


@pytest.mark.parametrize(
    ("key", "context", "text"),
    [
        (DocumentKey(0, "blf", "1072", "*8", "Cédric"), "active", "blf 1072|*8"),
        (DocumentKey(0, "blf", "1072", "", "Cédric"), "active", "blf 1072"),
        (DocumentKey(0, "speed", "0612345678"), "active", "speed 0612345678"),
        (DocumentKey(0, "extension", "1072"), "active", "dest 1072"),
        (DocumentKey(0, "transfer", "1072"), "active", "transfer 1072"),
        (DocumentKey(0, "forward", "1072"), "active", "redirect 1072"),
        (DocumentKey(0, "park", "701"), "active", "orbit 701"),
        (DocumentKey(0, "intercom", "1072"), "active", "icom 1072"),
        (DocumentKey(0, "dtmf", "*1,2#"), "active", "dtmf *1,2#"),
        (DocumentKey(0, "conference", "8000"), "active", "conference 8000"),
        (DocumentKey(0, "event", "F_DND"), "active", "keyevent F_DND"),
        (DocumentKey(0, "url", "https://a.fr/?b=1&c=2"), "active", "url https://a.fr/?b=1&c=2"),
        (DocumentKey(0, "line"), "1", "line"),
        (DocumentKey(0, "none"), None, "none"),
    ],
    ids=lambda value: value.function if isinstance(value, DocumentKey) else None,
)
def test_a_key_is_written_in_the_words_of_snom(
    key: DocumentKey, context: str | None, text: str
) -> None:
    document = bare(D765)
    fkey = tree(replace(document, keys=(key, *document.keys[1:]))).find("functionKeys/fkey")

    assert (fkey.get("context"), fkey.text, fkey.get("label")) == (context, text, key.label)
    assert read_key(fkey) == key


@pytest.mark.parametrize("value", ["1|2", "$mac", "1\n2"])
def test_a_value_that_is_an_order_to_the_phone_is_never_written(value: str) -> None:
    document = bare(D765)

    with pytest.raises(UnsupportedFeature, match="key value"):
        SnomRenderer().render(
            replace(document, keys=(DocumentKey(0, "speed", value), *document.keys[1:]))
        )


def test_directory_replaces_the_phone_s_own() -> None:
    items = list(tree(nasty(D765)).find("tbook"))

    assert [item.get("index") for item in items] == ["0", "1", "2"]
    assert (items[0].findtext("name"), items[0].findtext("number")) == (NASTY, "1001")
    assert {(item.get("context"), item.get("type")) for item in items} == {("active", "none")}


@given(realname=texts_accepted(), label=texts_accepted(), contact=texts_accepted())
def test_any_accepted_text_comes_back_the_same(realname: str, label: str, contact: str) -> None:
    document = bare(D765)
    root = tree(
        replace(
            document,
            identities=(replace(document.identities[0], realname=realname),),
            keys=(replace(document.keys[0], label=label), *document.keys[1:]),
            directory=(Contact(contact, "1001"),),
        )
    )

    assert root.findtext("phone-settings/user_realname[@idx='1']") == realname
    assert root.find("functionKeys/fkey").get("label") == label
    assert root.findtext("tbook/item/name") == contact
