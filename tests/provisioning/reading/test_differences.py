"""Equal documents differ in nothing; one changed value, whichever, is one
difference that names it.
"""

from dataclasses import replace

import pytest
from django.utils import translation
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from keys.functions import FUNCTIONS
from phones import catalogue
from provisioning.document import Contact, PhoneDocument
from provisioning.masking import DOTS, is_mask, masked
from provisioning.reading import Difference, diff_lines, differences, summary
from provisioning.reading.parse import read
from provisioning.reading.words import SETTINGS
from provisioning.renderers.registry import renderer_for
from provisioning.renderers.snom.keys import KEYWORDS
from tests.provisioning.reading.changing import Changed, one_contact, one_key, one_setting
from tests.provisioning.renderers.cases import CASES, bare, crowded, identity, nasty

D765 = catalogue.get("snom-d765")
NEW = (10, 1, 215, 13)
ONE_CHANGE = one_setting(bare(D765, NEW)) | one_key(bare(D765)) | one_contact(bare(D765))


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def xml(document: PhoneDocument) -> str:
    body = renderer_for(document.model.vendor).render(masked(document, "key of the tests"))
    return b"".join(body).decode()


def compared(before: PhoneDocument, after: PhoneDocument) -> list[Difference]:
    return differences(xml(before), xml(after), after.model)


@pytest.mark.parametrize("model", catalogue.all(), ids=lambda model: model.code)
@pytest.mark.parametrize("case", CASES)
def test_equal_documents_differ_in_nothing(case: str, model: catalogue.PhoneModel) -> None:
    document = CASES[case](model, NEW)

    assert compared(document, CASES[case](model, NEW)) == []
    assert diff_lines(xml(document), xml(document)) == []


@given(ONE_CHANGE)
def test_one_changed_value_is_one_difference_that_names_it(change: Changed) -> None:
    assume(xml(change.before) != xml(change.after))

    (found,) = compared(change.before, change.after)

    assert found.what == change.what
    assert change.now in f"{found.before}\n{found.after}\n{found.text}"
    assert found.text or found.before != found.after


@given(ONE_CHANGE)
def test_no_difference_only_where_the_phone_reads_the_same(change: Changed) -> None:
    assert bool(compared(change.before, change.after)) == (xml(change.before) != xml(change.after))


@given(ONE_CHANGE)
def test_the_lines_tell_a_change_exactly_where_there_is_one(change: Changed) -> None:
    same_people = sorted(map(str, change.before.directory)) == sorted(
        map(str, change.after.directory)
    )
    assume(change.before.directory == change.after.directory or not same_people)
    lines = diff_lines(xml(change.before), xml(change.after))

    assert any(line.sign in "+-" for line in lines) == (xml(change.before) != xml(change.after))


@settings(deadline=None)  # a whole directory is written and compared
@given(st.sampled_from(sorted(CASES)), ONE_CHANGE)
def test_nothing_of_a_mask_but_its_dots_is_ever_said(case: str, change: Changed) -> None:
    before, after = xml(CASES[case](D765, NEW)), xml(change.after)
    marks = {
        value.text.removeprefix(DOTS)
        for value in read(after).values.values()
        if is_mask(value.text)
    }

    said = [
        str(part)
        for part in [*differences(before, after), *diff_lines(before, after), summary(after)]
    ]

    assert len(marks) in (4, 5)  # firmware 10 has a web administrator
    assert [mark for mark in marks for text in said if f"{DOTS}{mark}" in text] == []


def test_secrets_renewed_are_said_in_one_sentence() -> None:
    after = replace(
        bare(D765, NEW),
        identities=(replace(identity(), password="another"),),
        web=replace(bare(D765).web, password="x", admin_password="y", admin_code="12345678"),
    )

    (found,) = compared(bare(D765, NEW), after)

    assert found == Difference(
        "changed",
        "Secrets",
        text="renewed: password for the phone’s web page, administrator code, "
        "administrator password for the phone’s web page, SIP password",
    )


def test_people_who_come_go_and_change_are_named() -> None:
    before = (
        Contact("Alice", "201"),
        Contact("Chloé", "203"),
        Contact("Zoé", "204"),
        Contact("Paul", "205"),
    )
    after = (
        Contact("Bob", "202"),
        Contact("Alice", "201"),
        Contact("Zoé", "214"),
        Contact("Pierre", "205"),
    )

    (found,) = compared(replace(bare(D765), directory=before), replace(bare(D765), directory=after))

    assert found.text == (
        "4 contacts, 1 added (Bob), 1 removed (Chloé), changed: Zoé (204 → 214), Paul → Pierre"
    )


def test_of_many_people_five_are_named() -> None:
    (found,) = compared(bare(D765), replace(bare(D765), directory=crowded(D765).directory[:9]))

    assert found.text == (
        "9 contacts, 9 added (Collègue 0, Collègue 1, Collègue 2, Collègue 3, Collègue 4 and 4 "
        "others)"
    )


def test_the_same_people_in_another_order_are_a_difference() -> None:
    people = (Contact("Alice", "201"), Contact("Bob", "202"))

    (found,) = compared(
        replace(bare(D765), directory=people), replace(bare(D765), directory=people[::-1])
    )

    assert found.text == "2 contacts, the same, in a different order"


def test_a_key_is_told_before_and_after() -> None:
    keys = list(bare(D765).keys)
    keys[2] = replace(keys[2], label="Accueil")

    (found,) = compared(bare(D765), replace(bare(D765), keys=tuple(keys)))

    assert found == Difference("changed", "Key 3", "Line 3", "Line “Accueil”")


def test_keys_beyond_the_phones_own_are_its_sidecars() -> None:
    before = xml(bare(D765))
    after = before.replace(
        "</functionKeys>",
        '<fkey idx="33" label="Taxi" perm="RW">speed 0612345678</fkey></functionKeys>',
    )

    assert differences(before, after, D765) == [
        Difference("added", "Sidecar 1, key 18", after="Speed dial 0612345678 “Taxi”")
    ]
    assert differences(after, before, D765)[0].kind == "removed"


def test_what_we_have_no_word_for_keeps_its_technical_name() -> None:
    before = xml(bare(D765))
    after = before.replace("<language ", '<brand_new idx="3" perm="R">on</brand_new><language ')

    assert differences(before, after) == [Difference("added", "Brand_new 3", after="on")]


def test_a_right_to_change_is_told_although_the_value_is_the_same() -> None:
    before = xml(bare(D765))

    (found,) = differences(before, before.replace('<language perm="RW">', '<language perm="R">'))

    assert found.what == "Screen language"
    assert (found.before, found.after) == ('Francais perm="RW"', 'Francais perm="R"')


def test_the_same_values_written_otherwise_are_still_something() -> None:
    before = xml(bare(D765))

    (found,) = differences(before, before.replace("<functionKeys", "\n<functionKeys"))

    assert found.text == "the same values, written differently"


def test_a_whole_file_of_one_section_is_read() -> None:
    before = xml(bare(D765))
    firmware = (
        '<?xml version="1.0"?><firmware-settings><firmware perm="">u</firmware></firmware-settings>'
    )

    found = differences(before, firmware, D765)

    assert Difference("added", "Firmware", after="u") in found
    assert len([each for each in found if each.kind == "removed"]) > 50


@pytest.mark.parametrize("model", catalogue.all(), ids=lambda model: model.code)
@pytest.mark.parametrize("firmware", [None, NEW])
def test_every_setting_and_key_we_send_has_a_word(
    model: catalogue.PhoneModel, firmware: catalogue.Version | None
) -> None:
    values = read(xml(bare(model, firmware))).values.values()

    unnamed = (
        {value.name for value in values if value.section == "phone-settings"} - set(SETTINGS) - {""}
    )
    assert unnamed == set()
    assert set(KEYWORDS) == set(FUNCTIONS)


def test_a_contact_at_the_top_is_one_line_of_difference() -> None:
    people = crowded(D765).directory[:20]
    first = Contact("Aaron", "199")

    lines = diff_lines(
        xml(replace(bare(D765), directory=people)),
        xml(replace(bare(D765), directory=(first, *people))),
    )

    changed = [line for line in lines if line.sign in "+-"]
    assert [line.text.count("Aaron") for line in changed] == [1]


def test_a_renewed_secret_is_marked_because_its_dots_look_alike() -> None:
    after = replace(bare(D765), identities=(replace(identity(), password="another"),))

    lines = [line for line in diff_lines(xml(bare(D765)), xml(after)) if line.sign in "+-"]

    assert [(line.sign, line.renewed) for line in lines] == [("-", False), ("+", True)]
    assert lines[0].text == lines[1].text


def test_the_summary_says_each_thing_once() -> None:
    document = replace(bare(D765), directory=(Contact("Alice", "201"),))

    told = summary(xml(document), D765)

    assert {each.label: each.text for each in told.line} == {
        "Account in use": "yes",
        "Display name": "Accueil",
        "Number": "0970711111",
        "SIP login": "mc4k7qs0p2vt9xab",
        "SIP password": DOTS,
        "SIP domain": "openip.example.net",
        "Server and transport": "sbc.example.net:5061;transport=tls",
        "Voicemail number": "*97",
        "Kind of SIP platform": "default",
        "Calls are matched by the line's number alone": "no",
        "Delay before registering again, in seconds": "3600",
        "Delay before renewing lamp (BLF) subscriptions, in seconds": "3600",
        "Delay before retrying a refused subscription, in seconds": "300",
        "Keep-alive through the router, in seconds": "25",
        "Symmetric RTP": "yes",
        "Encrypted audio": "yes",
        "Encrypted audio required": "mandatory",
        "32-bit SRTP authentication tag": "no",
        "Digits sent separately from the audio": "no",
        "Audio codecs": "pcma,pcmu,g722,g729,telephone-event",
    }
    assert told.unused_accounts == 11
    assert [(each.label, each.text) for each in told.keys] == [
        *((f"Key {number}", f"Line {number}") for number in range(1, 5)),
        ("Key 5 to key 16", "Off"),
    ]
    assert [entry.name for entry in told.contacts] == ["Alice"]
    assert len({each.label for each in told.settings}) == len(told.settings)


def test_nasty_names_come_back_as_they_were_typed() -> None:
    told = summary(xml(nasty(D765)), D765)

    assert told.contacts[0].name == "<&\"'> é ☎ ]]> <!-- &amp;"
