from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from keys.values import clean_code, clean_digits, clean_event, clean_label, clean_number, clean_url

HOSTS = {"intranet.example.fr", "crm.example.fr"}


def code_of(clean: Callable[[], str]) -> str | None:
    with pytest.raises(ValidationError) as caught:
        clean()
    return caught.value.code


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0612345678", "0612345678"),
        (" 06 12 34 56 78 ", "0612345678"),
        ("06.12-34(56)78", "0612345678"),
        ("06\u00a012\u202f34", "061234"),
        ("*21#", "*21#"),
        ("*21*0612345678#", "*21*0612345678#"),
        ("15", "15"),
        ("3900", "3900"),
        ("39 00", "3900"),
        ("1072", "1072"),
        ("1234567", "1234567"),
        # a public number, as a phone in France dials it
        ("+33 (0)6 12 34 56 78", "0612345678"),
        ("+330612345678", "0612345678"),
        ("0033 6 12 34 56 78", "0612345678"),
        ("612345678", "0612345678"),
        ("+590 590 81 23 45", "0590812345"),
        ("+262976991234", "+262976991234"),
        ("+49 30 901820", "+4930901820"),
    ],
)
def test_a_number_is_kept_as_it_is_dialled(typed: str, kept: str) -> None:
    assert clean_number(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("   ", "required"),
        ("Cédric", "number"),
        ("06+12", "number"),
        ("٠٦١٢", "number"),
        ("+33 6 12", "number"),
        ("12345678", "number"),
        ("4,13740E+08", "number"),
        ("1" * 33, "number"),
        ("*" * 33, "too-long"),
        ("12|34", "forbidden"),
        ("$mac", "forbidden"),
        ("12\n34", "forbidden"),
        ("12\r34", "forbidden"),
        ("sip:1@x", "number"),
    ],
)
def test_what_is_no_number_is_refused(typed: str, code: str) -> None:
    assert code_of(lambda: clean_number(typed)) == code


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("*61", "*61"),
        ("612345678", "612345678"),
        ("70 01 23 45 67 89 01", "70012345678901"),
        ("001", "001"),
        ("+33 (0)9 70 71 11 11", "0970711111"),
        ("0033970711111", "0970711111"),
        ("09 70 71 11 11", "0970711111"),
    ],
)
def test_a_number_of_the_platform_is_kept_unless_it_is_written_as_a_public_one(
    typed: str, kept: str
) -> None:
    assert clean_code(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("Salle", "number"),
        ("+331", "number"),
        ("0070711111", "number"),
        ("1" * 33, "too-long"),
    ],
)
def test_other_numbers_of_the_platform_are_refused(typed: str, code: str) -> None:
    assert code_of(lambda: clean_code(typed)) == code


@pytest.mark.parametrize(
    "typed", ["|", "a|b", "$x", "a\nb", "a\rb", "a\x00b", "a\u2028b", "x" * 41]
)
def test_a_label_with_an_order_to_the_phone_is_refused(typed: str) -> None:
    assert code_of(lambda: clean_label(typed)) in ("forbidden", "control-character", "too-long")


@pytest.mark.parametrize("typed", ["Zoé <&\"'> 👩‍💻", "", "  Accueil  "])
def test_any_other_label_is_kept(typed: str) -> None:
    assert clean_label(typed) == typed.strip()


@pytest.mark.parametrize(("typed", "kept"), [("1 2,3", "12,3"), ("a*#d", "A*#D")])
def test_digits_are_kept_in_capitals(typed: str, kept: str) -> None:
    assert clean_digits(typed) == kept


@pytest.mark.parametrize("typed", ["", "12e", "+33", "$1", "1|2"])
def test_other_digits_are_refused(typed: str) -> None:
    assert code_of(lambda: clean_digits(typed)) in ("required", "digits", "forbidden")


def test_only_a_function_of_the_list_is_one() -> None:
    assert clean_event("F_DND") == "F_DND"
    assert code_of(lambda: clean_event("F_LOGOFF_ALL")) == "event"


@pytest.mark.parametrize(
    "typed",
    [
        "https://intranet.example.fr",
        "http://crm.example.fr:8080/a/b?c=1&d=%20#x",
        "HTTPS://INTRANET.example.FR/",
    ],
)
def test_an_address_on_the_list_is_kept_as_typed(typed: str) -> None:
    assert clean_url(typed, HOSTS) == typed


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("intranet.example.fr", "scheme"),
        ("ftp://intranet.example.fr/", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("https://other.example.fr/", "host"),
        ("https://intranet.example.fr.evil.example/", "host"),
        ("https://evil.example/intranet.example.fr", "host"),
        ("https://intranet.example.fr./", "host"),
        ("https://127.0.0.1/", "host"),
        ("https://2130706433/", "host"),
        ("https://0x7f000001/", "host"),
        ("https://0177.0.0.1/", "host"),
        ("https://127.1/", "host"),
        ("https://[::1]/", "host"),
        ("https://[::ffff:127.0.0.1]/", "host"),
        ("https://１２７.0.0.1/", "url"),
        ("https://intranet.example.fr@evil.example/", "userinfo"),
        ("https://user:pw@intranet.example.fr/", "userinfo"),
        ("https://@intranet.example.fr/", "userinfo"),
        ("https://intranet.example.fr\\@evil.example/", "url"),
        ("https://intranet.example.fr:99999/", "url"),
        ("https://intranet.example.fr:x/", "url"),
        ("https://[intranet.example.fr/", "url"),
        ("https://intranet.example.fr/a b", "url"),
        ("https://intranet.example.fr/\ta", "url"),
        ("https://intranet.example.fr/$mac", "forbidden"),
        ("https://intranet.example.fr/a|b", "forbidden"),
        ("https:///path", "host"),
        ("https://intranet.example.fr/" + "a" * 255, "url"),
    ],
)
def test_any_other_address_is_refused(typed: str, code: str) -> None:
    assert code_of(lambda: clean_url(typed, HOSTS)) == code


@pytest.mark.parametrize("listed", ["127.0.0.1", "2130706433", "0x7f.1", "::1", "localhost"])
def test_an_address_in_figures_is_refused_even_if_it_came_onto_the_list(listed: str) -> None:
    assert code_of(lambda: clean_url(f"https://{listed}/", {listed})) in ("host", "url")


@given(st.text(max_size=60))
def test_a_value_that_passes_holds_no_order(text: str) -> None:
    for clean in (
        clean_number,
        clean_code,
        clean_digits,
        clean_label,
        lambda value: clean_url(value, HOSTS),
    ):
        try:
            kept = clean(text)
        except ValidationError:
            continue
        assert not set(kept) & set("|$\n\r")


@pytest.mark.parametrize("clean", [clean_number, clean_code])
@pytest.mark.parametrize(
    "text", ["1072.0", "3900.0", "1/1/2024", "15,0", "5%", "4,13740E+08", "-970711111"]
)
def test_a_cell_that_a_spreadsheet_spoiled_is_no_code_either(
    clean: Callable[[str], str], text: str
) -> None:
    with pytest.raises(ValidationError, match="tableur"):
        clean(text)


@pytest.mark.parametrize("text", ["+33 (0)6 12 34 56 78*", "+33*", "+#"])
def test_a_plus_belongs_to_a_public_number_and_to_nothing_else(text: str) -> None:
    with pytest.raises(ValidationError):
        clean_number(text)
