import pytest

from clients.siret import SiretError, parse_siret


@pytest.mark.parametrize(
    "typed",
    [
        "48285833900021",
        "482 858 339 00021",
        " 482\u00a0858\u202f339\u00a000021 ",
        "482.858.339.00021",
    ],
)
def test_parse_siret_reads_the_guide_s_number(typed: str) -> None:
    assert parse_siret(typed) == "48285833900021"


def test_parse_siret_adds_a_nine_that_is_not_doubled_as_it_is() -> None:
    assert parse_siret("732 829 320 00074") == "73282932000074"


@pytest.mark.parametrize(
    "siret",
    [
        "35600000000048",  # head office: passes Luhn
        "35600000012355",  # 3+5+6 + 1+2+3+5+5 = 30: only La Poste's sum passes
    ],
)
def test_parse_siret_knows_la_poste(siret: str) -> None:
    assert parse_siret(siret) == siret


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "characters"),
        ("4828583390002A", "characters"),
        ("٤8285833900021", "characters"),
        ("-8285833900021", "characters"),
        ("4828583390002", "length"),
        ("482858339000210", "length"),
        ("9" * 100_000, "length"),
        ("48285833900022", "checksum"),
        ("84285833900021", "checksum"),
        ("00000000000000", "checksum"),
        ("35600000012356", "checksum"),
        ("35600000112357", "checksum"),
    ],
)
def test_parse_siret_refuses_with_a_reason(typed: str, reason: str) -> None:
    with pytest.raises(SiretError) as refused:
        parse_siret(typed)

    assert refused.value.reason == reason
    assert str(refused.value)
