import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phones.mac import (
    MacError,
    ReadMac,
    format_mac,
    is_snom,
    mac_in_name,
    oui,
    parse_mac,
    read_mac,
    shown_mac,
)

MACS = st.text("0123456789ABCDEF", min_size=10, max_size=10).map(lambda rest: f"04{rest}")


@pytest.mark.parametrize(
    "typed",
    [
        "000413AABBCC",
        "000413aabbcc",
        "00:04:13:aa:bb:cc",
        "00-04-13-AA-BB-CC",
        "0004.13aa.bbcc",
        "  00:04:13:AA:BB:CC\t\n",
        "\u00a000:04:13:AA:BB:CC\u202f",
        "\ufeff000413AABBCC\u200b",
        "00\u201304\u201313\u2013AA\u2013BB\u2013CC",
        "00\u221204\u221213\u2212aa\u2212bb\u2212cc",
        "\u200e00:04:13:\u200bAA:BB:CC\u2069",
        "'000413AABBCC",
    ],
)
def test_parse_mac_reads_every_spelling(typed: str) -> None:
    assert parse_mac(typed) == "000413AABBCC"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        (" \t", "empty"),
        ("000413AABBC", "too-short"),
        ("00413740748", "too-short"),
        ("41374074C", "too-short"),
        ("1122334455", "too-short"),
        ("4.1374E+08", "spreadsheet"),
        ("4,13740E+08", "spreadsheet"),
        ("413740748.00", "spreadsheet"),
        ("413740748,0", "spreadsheet"),
        ("00:04:13", "too-short"),
        ("00:04:13:AA:BB", "too-short"),
        ("1", "too-short"),
        (":::", "too-short"),
        ("000413AABBCCD", "too-long"),
        ("00:04:13:AA:BB:CC:DD", "too-long"),
        ("0" * 100_000, "too-long"),
        ("000413AABBCG", "characters"),
        ("00O413AABBCC", "characters"),
        ("00/04/13/AA/BB/CC", "characters"),
        ("000413AABB\x00CC", "characters"),
        ("\uff10\uff10\uff10413AABBCC", "characters"),
        ("٠٠٠413AABBCC", "characters"),
        ("00:04-13:AA:BB:CC", "separators"),
        ("0004:13AA:BBCC", "separators"),
        ("00.04.13.AA.BB.CC", "separators"),
        ("00 0413 AABB CC", "separators"),
        ("000413-AABBCC", "separators"),
        (":000413AABBCC", "separators"),
        ("00:04:13:AA:BB:CC:", "separators"),
        ("000000000000", "zero"),
        ("FF:FF:FF:FF:FF:FF", "broadcast"),
        ("01:00:5E:00:00:01", "multicast"),
        ("33:33:00:00:00:01", "multicast"),
        ("02:04:13:AA:BB:CC", "local"),
        ("DE:AD:BE:EF:00:01", "local"),
    ],
)
def test_parse_mac_refuses_with_a_reason(typed: str, reason: str) -> None:
    with pytest.raises(MacError) as refused:
        parse_mac(typed)

    assert refused.value.reason == reason
    assert str(refused.value)


def test_the_zeros_of_a_snom_are_restored_and_said() -> None:
    read = read_mac("413740748")

    assert (read.mac, bool(read.note)) == ("000413740748", True)
    assert read_mac("000413740E12") == ReadMac("000413740E12")


def test_parse_mac_counts_what_is_missing_and_names_what_is_wrong() -> None:
    with pytest.raises(MacError, match="2"):
        parse_mac("000413AABB")
    with pytest.raises(MacError, match="G"):
        parse_mac("000413AABBCG")


def test_format_mac_oui_and_is_snom() -> None:
    assert format_mac("00041374074C") == "00:04:13:74:07:4C"
    assert oui("00041374074C") == "000413"
    assert is_snom("00041374074C")
    assert not is_snom("00151374074C")


@given(MACS)
def test_parse_mac_reads_back_what_format_mac_shows(mac: str) -> None:
    assert parse_mac(format_mac(mac)) == mac
    assert parse_mac(mac.lower()) == mac


@given(st.text(string.hexdigits + ":-. gG\x00é", max_size=24))
def test_parse_mac_gives_twelve_digits_or_a_reason(text: str) -> None:
    try:
        mac = parse_mac(text)
    except MacError as error:
        assert error.reason != "invalid"
    else:
        assert len(mac) == 12
        assert set(mac) <= set("0123456789ABCDEF")


@pytest.mark.parametrize(
    "name",
    [
        "000413741767.xml",
        "00:04:13:74:17:67.xml",
        "00-04-13-74-17-67.XML",
        "0004.1374.1767.xml",
        "000413741767.htm",
        "snom720-000413741767.htm",
        "snomD765-000413741767.htm",
        "snom-000413741767.xml",
        "snom.php-000413741767.xml",
        "settings-00-04-13-74-17-67.xml",
    ],
)
def test_mac_in_name_finds_what_phones_ask_for(name: str) -> None:
    assert mac_in_name(name) == "000413741767"
    assert mac_in_name(name.lower()) == "000413741767"


def test_mac_in_name_is_purely_syntactic() -> None:
    assert mac_in_name("01005e000001.xml") == "01005E000001"
    assert mac_in_name("ffffffffffff.xml") == "FFFFFFFFFFFF"


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".xml",
        "snom720.htm",
        "000413741767",
        "000413741767.txt",
        "000413741767.xml.bak",
        "000413741767.xml\n",
        "0004137417670.xml",
        "00041374176.xml",
        "AB000413741767.xml",
        "00:04-13:74:17:67.xml",
        "../000413741767.xml",
        "a/b-000413741767.xml",
        "é-000413741767.xml",
        "0004137417６7.xml",
        "{mac}.xml",
        "-" * 60 + "000413741767.xml" + "-" * 60,
        "a" * 100_000 + "-000413741767.xml",
    ],
)
def test_mac_in_name_finds_nothing_elsewhere(name: str) -> None:
    assert mac_in_name(name) is None


def test_only_a_stored_mac_is_shown_with_colons():
    assert shown_mac("00041374074C") == "00:04:13:74:07:4C"
    assert shown_mac("000413zz-bad") == "000413zz-bad"
    assert shown_mac("0004137") == "0004137"
