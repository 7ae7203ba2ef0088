import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.numbers import (
    NeedsConfirmation,
    NumberError,
    check_dial_string,
    is_meant_as_number,
    national,
    parse_number,
    read_number,
)


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("0970711111", "+33970711111"),
        ("09 70 71 11 11", "+33970711111"),
        ("09.70.71.11.11", "+33970711111"),
        ("09-70-71-11-11", "+33970711111"),
        ("\u00a009\u202f70\u00a071 11 11 ", "+33970711111"),
        ("+33970711111", "+33970711111"),
        ("+33 9 70 71 11 11", "+33970711111"),
        ("+33 (0)9 70 71 11 11", "+33970711111"),
        ("0033970711111", "+33970711111"),
        ("0222969569", "+33222969569"),
        ("0612345678", "+33612345678"),
        ("+441212345678", "+441212345678"),
        # overseas first
        ("0590812345", "+590590812345"),
        ("0690123456", "+590690123456"),
        ("0691223456", "+590691223456"),
        ("0594281234", "+594594281234"),
        ("0694281234", "+594694281234"),
        ("0596301234", "+596596301234"),
        ("0696301234", "+596696301234"),
        ("0697301234", "+596697301234"),
        ("0262161234", "+262262161234"),
        ("0263012345", "+262263012345"),
        ("0269601234", "+262269601234"),
        ("0639012345", "+262639012345"),
        ("0692123456", "+262692123456"),
        ("0693123456", "+262693123456"),
        ("0508411234", "+508411234"),
        # blocks shared with the mainland or among départements
        ("0709012345", "+590709012345"),
        ("0709112345", "+596709112345"),
        ("0709212345", "+262709212345"),
        ("0709312345", "+594709312345"),
        ("0947512345", "+590947512345"),
        ("0947612345", "+594947612345"),
        ("0976412345", "+594976412345"),
        ("0598712345", "+590598712345"),
        # other ways to write an overseas number
        ("+590590812345", "+590590812345"),
        ("00590 690 12 34 56", "+590690123456"),
        ("+33590812345", "+590590812345"),
        ("+262 (0)262 16 12 34", "+262262161234"),
        ("+508 41 12 34", "+508411234"),
        # a trunk zero behind a French code
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("+330612345678", "+33612345678"),
        ("+33 06 12 34 56 78", "+33612345678"),
        ("0033 0612345678", "+33612345678"),
        ("0033 (0) 6 12 34 56 78", "+33612345678"),
        ("+262 0692 12 34 56", "+262692123456"),
        ("+5900590812345", "+590590812345"),
        ("+508 0508 41 12 34", "+508411234"),
        ("+262 0976 99 12 34", "+262976991234"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        # as it is copied from pages, documents and business cards
        ("06/12/34/56/78", "+33612345678"),
        ("(06) 12 34 56 78", "+33612345678"),
        ("(0)6 12 34 56 78", "+33612345678"),
        ("(+33) 6 12 34 56 78", "+33612345678"),
        *(
            (f"06{hyphen}12{hyphen}34{hyphen}5678", "+33612345678")
            for hyphen in "\u2010\u2011\u2012\u2013"
        ),
        *(
            (f"06{hyphen}12{hyphen}34{hyphen}5678", "+33612345678")
            for hyphen in "\u2014\u2015\u2212\u00ad"
        ),
        *(
            (f"06{mark}12345678{mark}", "+33612345678")
            for mark in "\u200b\u200e\u200f\u202a\u202c\u2069\ufeff"
        ),
        ("'0612345678", "+33612345678"),
        ("\u20190612345678", "+33612345678"),
    ],
)
def test_parse_number_as_typed_in_france(typed: str, e164: str) -> None:
    assert parse_number(typed) == e164


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        (" . ", "empty"),
        ("15", "emergency"),
        ("112", "emergency"),
        ("116000", "emergency"),
        ("3900", "short"),
        ("118218", "short"),
        ("1001", "short"),
        ("070711111", "length"),
        ("112345678901", "length"),
        ("09707111111", "length"),
        ("+33", "short"),
        ("097071111", "length"),
        ("O970711111", "characters"),
        ("**#*", "characters"),
        ("0970711111\x00", "characters"),
        ("٠970711111", "characters"),
        ("0970711111;ext=3", "characters"),
        ("+" + "9" * 50_000, "length"),
        ("0000000000", "unassigned"),
        ("0070711111", "unassigned"),
        ("0691123456", "unassigned"),
        ("0639451234", "unassigned"),
        ("0508111111", "unassigned"),
        ("+99912345678", "unassigned"),
        ("0976012345", "ambiguous"),
    ],
)
def test_parse_number_refuses_with_a_reason(typed: str, reason: str) -> None:
    with pytest.raises(NumberError) as refused:
        parse_number(typed)

    assert refused.value.reason == reason
    assert str(refused.value)


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("612345678", "+33612345678"),
        ("970711111", "+33970711111"),
        ("'970711111", "+33970711111"),
        ("9 70 71 11 11", "+33970711111"),
        ("826123456", "+33826123456"),
        ("690123456", "+590690123456"),
        ("33612345678", "+33612345678"),
        ("330612345678", "+33612345678"),
        ("590590123456", "+590590123456"),
        ("262692123456", "+262692123456"),
        ("508411234", "+508411234"),
    ],
)
def test_what_a_spreadsheet_ate_is_restored_and_said(typed: str, e164: str) -> None:
    read = read_number(typed)

    assert (read.e164, bool(read.note)) == (e164, True)
    assert read_number(national(e164)).note == ""


@pytest.mark.parametrize(
    "typed",
    [
        "4,13740E+08",
        "4.1374E+08",
        "4.1374e08",
        "1E+11",
        "413770000.00",
        "970711111.0",
        "97071111.1",
        "970711111,00",
        "970\u202f711\u202f111,00",
        "970,711,111.00",
        "33612345678.0",
        "50%",
        "2026-02-01",
        "2026-02-01T00:00:00",
        "01/02/2026",
        "12:30:00",
    ],
)
def test_what_a_spreadsheet_made_of_a_number_is_refused_with_what_to_do(typed: str) -> None:
    with pytest.raises(NumberError) as refused:
        parse_number(typed)

    assert refused.value.reason == "spreadsheet"
    assert "Texte" in str(refused.value)
    assert is_meant_as_number(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0970711111", True),
        ("+33 1", True),
        ("12345678", True),
        ("0970711111x", True),
        ("1234567", False),
        ("3900", False),
        ("**#*", False),
        ("Cédric", False),
        ("", False),
    ],
)
def test_a_text_is_meant_as_a_number_or_may_be_something_else(typed: str, meant: bool) -> None:
    assert is_meant_as_number(typed) is meant


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+33970711111", "0970711111"),
        ("+590590812345", "0590812345"),
        ("+262639012345", "0639012345"),
        ("+508411234", "0508411234"),
        ("+441212345678", "+441212345678"),
        ("+262976991234", "+262976991234"),
        ("1001", "1001"),
        ("", ""),
        ("not a number", "not a number"),
    ],
)
def test_national_shows_a_number_as_it_is_typed(e164: str, shown: str) -> None:
    assert national(e164) == shown


@given(st.text("0123456789", min_size=9, max_size=9))
def test_national_is_the_inverse_of_parse_number(digits: str) -> None:
    typed = f"0{digits}"
    try:
        e164 = parse_number(typed)
    except NumberError:
        return
    assert parse_number(national(e164)) == e164
    assert typed.startswith("00") or national(e164) == typed  # 00… is the international prefix


@given(st.text(max_size=30))
def test_parse_number_never_fails_otherwise(text: str) -> None:
    try:
        assert parse_number(text).startswith("+")
    except NumberError as error:
        assert error.reason


@pytest.mark.parametrize(
    "dialled",
    [
        "12",
        "14",
        "19",
        "100",
        "1234",
        "109",
        "120",
        "190",
        "3000000",
        "300",
        "16000",
        "117000",
        " 201 ",
    ],
)
def test_check_dial_string_takes_extensions(dialled: str) -> None:
    assert check_dial_string(dialled) == dialled.strip()


@pytest.mark.parametrize(
    "dialled",
    ["15", "17", "18", *(str(n) for n in range(110, 120)), "191", "196", "197", "116000", "116117"],
)
def test_check_dial_string_never_takes_an_emergency_number(dialled: str) -> None:
    for confirmed in (False, True):
        with pytest.raises(NumberError) as refused:
            check_dial_string(dialled, confirmed)
        assert refused.value.reason == "emergency"


@pytest.mark.parametrize("dialled", ["3000", "3999", "1000", "1099", "118000", "118712"])
def test_check_dial_string_asks_before_taking_a_service_number(dialled: str) -> None:
    with pytest.raises(NeedsConfirmation) as refused:
        check_dial_string(dialled)

    assert refused.value.reason == "special"
    assert check_dial_string(dialled, confirmed=True) == dialled


@pytest.mark.parametrize("dialled", ["2.01E+03", "201.00", "201,0", "01/02/2026"])
def test_check_dial_string_knows_what_a_spreadsheet_made(dialled: str) -> None:
    with pytest.raises(NumberError) as refused:
        check_dial_string(dialled)

    assert refused.value.reason == "spreadsheet"


@pytest.mark.parametrize(
    "dialled", ["", "1", "12345678", "*97", "10a", "+33970711111", "٠٠٠", "1 2"]
)
def test_check_dial_string_takes_digits_only(dialled: str) -> None:
    with pytest.raises(NumberError) as refused:
        check_dial_string(dialled, confirmed=True)

    assert refused.value.reason == "dial-string"
