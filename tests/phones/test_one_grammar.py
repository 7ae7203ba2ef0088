"""A number or MAC address gives the same value, or the same refusal, wherever it is typed."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client as Browser
from django.utils import timezone
from django.utils.translation import gettext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.admin.subscribers import NumberFormField
from clients.forms.fields import LineField
from clients.forms.logins import PortalLoginForm
from clients.models import Client, Subscriber
from clients.numbers import NumberError, is_meant_as_number, parse_number
from clients.scoping import Scope
from clients.services.audit import Actor
from keys.values import clean_code, clean_number
from metacentrex.sheets import SheetRow, read_sheet
from phones.forms.fields import MacField
from phones.imports.cells import Options
from phones.imports.headers import find_header
from phones.imports.reading import read_rows
from phones.lists import ListRow, read_list
from phones.mac import MacError, format_mac, parse_mac, searched_mac
from tests.factories.clients import SubscriberFactory

LIST = "/extranet/clients/10100/telephones/plusieurs/"
NOT_HERE = "This number is not a line of this client."
SPACES = (" ", "\xa0", "\u202f", "\u2009", "  ")
HYPHENS = ("-", *"\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad")
MARKS = ("", "", "\u200b", "\u200e", "\u200f", "\u202a", "\u202c", "\u2066", "\u2069", "\ufeff")
MOBILE = "+33612345678"
GUADELOUPE = "+590690123456"
REUNION = "+262692123456"
LONDON = "+442079460958"
LINES = (MOBILE, GUADELOUPE, REUNION, LONDON)

# What somebody means, and how it begins: the rest is digits to be grouped.
STARTS = {
    MOBILE: (
        "0",
        "+33",
        "+33 ",
        "+33(0)",
        "+33 (0)",
        "+330",
        "0033",
        "0033 0",
        "(+33) ",
        "33",
        "",
        "'0",
        "'",
    ),
    GUADELOUPE: ("0", "+590", "+590 (0)", "+5900", "00590", "+33", "+330", "590", ""),
    REUNION: ("0", "+262", "+262 (0)", "+2620", "00262", "262", ""),
    LONDON: ("+44", "0044", "+44 (0)", "(+44) "),
}
REST = {MOBILE: "612345678", GUADELOUPE: "690123456", REUNION: "692123456", LONDON: "2079460958"}
SPOILED = (
    "4,13740E+08",
    "4.1374E+08",
    "413770000.00",
    "612345678.0",
    "61234567.8",
    "612345678,00",
    "2026-02-01",
    "01/02/2026",
    "0976012345",
    "+33 0976 01 23 45",
    "0691123456",
    "06123456789",
    "061234567 8 x",
    "+33 1",
    "+99912345678",
    "12345678",
    "0612345678 ext=3",
)


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """One of the lines, somehow."""
    number = draw(st.sampled_from(LINES))
    group = st.sampled_from(("", "", "", ".", "/", *SPACES, *HYPHENS))
    mark = st.sampled_from(MARKS)
    rest = (
        "".join(digit + draw(group) + draw(mark) for digit in REST[number][:-1]) + REST[number][-1]
    )
    return draw(mark) + draw(st.sampled_from(STARTS[number])) + rest + draw(mark)


def said(clean: Callable[[], object]) -> str:
    """What a place answers: a canonical value, or its refusal in words."""
    try:
        return str(clean())
    except ValidationError as error:
        return " ".join(error.messages)


def in_a_file(field: str, text: str) -> str:
    [payload] = read_rows(find_header([SheetRow(1, [field]), SheetRow(2, [text])]), Options())
    return str(payload["problem"] or payload["mac" if field == "MAC" else "number"])


@pytest.fixture
def four_lines(blue_client: Client) -> Client:
    for number in LINES:
        SubscriberFactory(client=blue_client, number=number)
    return blue_client


@pytest.fixture
def listed(four_lines: Client, blue_scope: Scope, blue_actor: Actor) -> Callable[[str], ListRow]:
    """The row of a list that has one line."""

    def read(line: str) -> ListRow:
        whom = {
            "client": four_lines,
            "scope": blue_scope,
            "actor": blue_actor,
            "now": timezone.now(),
        }
        return read_list(line, True, **whom).rows[0]

    return read


def everywhere(text: str, client: Client, listed: Callable[[str], ListRow]) -> dict[str, str]:
    """What each of the five places answers to a number."""

    def line() -> str:
        found = LineField(client=client).clean(text)
        assert isinstance(found, Subscriber)
        return found.number

    row = listed(f"000413000001\t{text}")
    of_the_list = row.registration.subscriber.number if row.registration else row.error
    key = said(lambda: clean_number(text))
    return {
        "line": said(line),
        # A key holds what a phone dials, which is the number in one of its spellings.
        "key": parse_number(key)
        if key[0] in "+0" and not set(key[1:]) - set("0123456789")
        else key,
        "list": of_the_list,
        "file": in_a_file("SDA", text),
        "admin": said(lambda: NumberFormField().clean(text)),
    }


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=spellings())
def test_any_spelling_of_a_number_is_that_number_in_all_five_places(
    text: str, four_lines: Client, listed: Callable[[str], ListRow]
) -> None:
    e164 = parse_number(text)

    assert e164 in LINES
    assert everywhere(text, four_lines, listed) == dict.fromkeys(
        ("line", "key", "list", "file", "admin"), e164
    )


@pytest.mark.parametrize("text", SPOILED)
def test_what_is_no_number_gets_one_refusal_in_all_five_places(
    text: str, four_lines: Client, listed: Callable[[str], ListRow]
) -> None:
    with pytest.raises(NumberError) as refused:
        parse_number(text)

    answers = everywhere(text, four_lines, listed)

    assert answers == dict.fromkeys(answers, str(refused.value))


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=st.text("0123456789+ ./-()E\u2011\xa0", min_size=8, max_size=16))
def test_digits_of_any_kind_are_taken_or_refused_alike(
    text: str, four_lines: Client, listed: Callable[[str], ListRow]
) -> None:
    text = text.strip()
    if not is_meant_as_number(text):
        return
    answers = everywhere(text, four_lines, listed)

    # A number that is no line of the client is one to the others.
    here = {name: answers.pop(name) for name in ("line", "list")}
    assert len(set(answers.values())) == 1
    assert set(here.values()) <= {gettext(NOT_HERE), *answers.values()}


@pytest.mark.parametrize(
    "text", ["+33 (0)6 12 34 56 78", "+330612345678", "612345678", "06\u201112345678"]
)
def test_a_number_of_the_platform_written_as_a_public_one_and_a_login_are_read_alike(
    text: str,
) -> None:
    form = PortalLoginForm()
    form.cleaned_data = {"username": text}

    assert form.clean_username() == MOBILE
    assert clean_code(text) == ("612345678" if text == "612345678" else "0612345678")


def test_an_extension_is_one_still_and_an_unknown_name_is_no_wrong_number(
    blue_client: Client, alice: Subscriber
) -> None:
    field = LineField(client=blue_client)

    assert field.clean("901") == field.clean(" \u200e901") == alice
    for text in ("9999", "15", "0612345678"):
        assert said(lambda text=text: field.clean(text)) == gettext(NOT_HERE)
    assert "Zzz" in said(lambda: field.clean("Zzz"))


# --- MAC addresses --------------------------------------------------------------------------------

PLAIN = "000413AABB0C"
FIGURES = "000413740748"
SPOILED_MACS = (
    "4.1374E+08",
    "4,13740E+08",
    "413770000.00",
    "413740748,0",
    "00413740748",
    "000413AABBC",
    "000413AABBCCD",
    "00:04-13:AA:BB:CC",
    "00O413AABBCC",
    "FF:FF:FF:FF:FF:FF",
    "2026-02-01",
    "00:04:13",
)


@st.composite
def mac_spellings(draw: st.DrawFn) -> str:
    mac = draw(st.sampled_from((PLAIN, FIGURES)))
    pairs = [mac[at : at + 2] for at in range(0, 12, 2)]
    shapes = [mac, format_mac(mac), ".".join(mac[at : at + 4] for at in (0, 4, 8))]
    shapes += [hyphen.join(pairs) for hyphen in HYPHENS]
    shapes += [" ".join(pairs), "\u202f".join(pairs), f"{mac[:4]} {mac[4:8]} {mac[8:]}"]
    label = draw(st.sampled_from(("", "", "MAC: ", "MAC", "@MAC ", "mac=", "Adresse MAC\xa0: ")))
    shapes += [f"'{mac}", *([mac.lstrip("0")] if mac == FIGURES else [])]
    text = draw(st.sampled_from(shapes))
    text = draw(st.sampled_from((text, text.lower())))
    mark = st.sampled_from(MARKS)
    inside = "".join(char + draw(mark) for char in text)
    return (
        draw(mark)
        + draw(st.sampled_from(("", *SPACES)))
        + label
        + inside
        + draw(st.sampled_from(("", *SPACES)))
    )


def macs_everywhere(text: str, listed: Callable[[str], ListRow]) -> dict[str, str]:
    row = listed(text)
    return {
        "form": said(lambda: MacField().clean(text)),
        "list": row.registration.mac if row.registration else row.error,
        "file": in_a_file("MAC", text),
    }


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=mac_spellings())
def test_any_spelling_of_a_mac_is_that_mac_in_form_list_and_file(
    text: str, listed: Callable[[str], ListRow]
) -> None:
    mac = parse_mac(text)

    assert mac in (PLAIN, FIGURES)
    assert macs_everywhere(text, listed) == dict.fromkeys(("form", "list", "file"), mac)
    # Nine digits may also be a number: a search restores no zeros.
    assert searched_mac(text) in (mac, "" if mac == FIGURES else mac)


@pytest.mark.parametrize("text", SPOILED_MACS)
def test_what_is_no_mac_gets_one_refusal_in_form_list_and_file(
    text: str, listed: Callable[[str], ListRow]
) -> None:
    with pytest.raises(MacError) as refused:
        parse_mac(text)

    answers = macs_everywhere(text, listed)

    assert answers == dict.fromkeys(answers, str(refused.value))


def test_a_text_file_and_a_pasted_list_read_the_same_cells(
    blue_browser: Browser, alice: Subscriber
) -> None:
    table = "Adresse MAC\tSDA\tDescription\n413000001\t970719001\tl’été\n"

    [payload] = read_rows(find_header(read_sheet(table.encode(), most_rows=10)), Options())
    [row] = blue_browser.post(LIST, {"lines": table}).context["rows"]

    assert row.registration is not None
    assert (payload["mac"], payload["description"], payload["note"]) == (
        row.mac,
        row.description,
        row.note,
    )
    assert payload["number"] == alice.number == row.registration.subscriber.number
