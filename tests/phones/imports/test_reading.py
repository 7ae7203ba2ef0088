"""Cells as a spreadsheet mangles them; rows that speak of other rows."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from metacentrex.sheets import SheetRow, read_sheet
from phones.imports.cells import Options
from phones.imports.headers import Header, find_header
from phones.imports.reading import read_rows


def read(head: str, *lines: str, **ticked: bool) -> list[dict[str, Any]]:
    table = [SheetRow(at, text.split(";")) for at, text in enumerate((head, *lines), start=1)]
    return read_rows(find_header(table), Options(**ticked))


def one(head: str, line: str, **ticked: bool) -> dict[str, Any]:
    return read(head, line, **ticked)[0]


@pytest.mark.parametrize(
    ("typed", "kept", "noted"),
    [
        ("0970711111", "+33970711111", False),
        ("970711111", "+33970711111", True),
        ("33970711111", "+33970711111", True),
        ("'+33970711111", "+33970711111", False),
        ("09 70 71 11 11", "+33970711111", False),
        ("590590123", "+590590590123", True),
        ("590590123456", "+590590123456", True),
        ("+33 (0)6 12 34 56 78", "+33612345678", False),
        ("06/12/34/56/78", "+33612345678", False),
    ],
)
def test_a_number_that_lost_its_zero_gets_it_back(typed: str, kept: str, noted: bool) -> None:
    payload = one("SDA;Nom", f"{typed};Petit")

    assert (payload["number"], bool(payload["note"])) == (kept, noted) or payload["problem"]
    if typed != "590590123":
        assert payload["problem"] == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("00:04:13:74:07:4c", "00041374074C"),
        ("413740750", "000413740750"),
        ("'413740750", "000413740750"),
        ("00\u201104\u201113\u201174\u201107\u20114c", "00041374074C"),
        ("00-04-13-AA-BB-CC", "000413AABBCC"),
        ("0004130000E1", "0004130000E1"),  # a spreadsheet writes its powers of ten with a sign
        ("000413740E75", "000413740E75"),
    ],
)
def test_a_mac_is_read_as_typed_or_as_a_number_without_its_zeros(typed: str, kept: str) -> None:
    payload = one("MAC", typed)

    assert (payload["mac"], payload["problem"]) == (kept, "")


@pytest.mark.parametrize(
    ("head", "typed"),
    [
        ("MAC", "1.23E+11"),
        ("MAC", "4,13E+10"),
        ("MAC", "4.1371e+238"),
        ("MAC", "00:04:13:74:07"),
        ("MAC", "FF:FF:FF:FF:FF:FF"),
        ("SDA", "9,70711111E+08"),
        ("SDA", "2026-02-01T00:00:00"),
        ("SDA", "413770000.00"),
        ("SDA", "970711111.0"),
        ("MAC", "4.14E+08"),
        ("MAC", "413770000.00"),
        ("MAC", "00413740750"),
        ("SDA", "112"),
        ("SDA;Poste", "0970711111;01/02/2026"),
        ("SDA;Poste", "0970711111;112"),
        ("SDA;Poste", "0970711111;3001"),
        ("MAC;Modèle", "00:04:13:74:07:4C;snom 999"),
        ("MAC;Description", "00:04:13:74:07:4C;" + "x" * 201),
        ("SDA;Nom", "0970711111;a\ufffdb"),
        ("SDA;Nom", "0970711111;a\x0bb"),
        ("SDA;Nom", ";Petit"),
    ],
)
def test_what_cannot_be_taken_is_a_problem_in_words(head: str, typed: str) -> None:
    assert one(head, typed)["problem"]


@pytest.mark.parametrize("cell", ["413740748", "970711111"])
def test_what_was_restored_is_said_at_its_row(cell: str) -> None:
    head = "MAC" if cell.startswith("4") else "SDA"

    assert one(head, cell)["note"]


@pytest.mark.parametrize("typed", ["snom D765", "SNOM-D765", "d765", "snom/D765", "snom\xa0D765"])
def test_a_model_is_known_as_people_and_other_systems_write_it(typed: str) -> None:
    assert one("MAC;Modèle", f"00:04:13:74:07:4C;{typed}")["model"] == "snom-d765"


def workbook(value: float, number_format: str) -> dict[str, Any]:
    made = Workbook()
    made.active.append(["MAC"])
    made.active.append([value])
    made.active["A2"].number_format = number_format
    out = BytesIO()
    made.save(out)
    return read_rows(find_header(read_sheet(out.getvalue(), most_rows=10)), Options())[0]


@pytest.mark.parametrize(
    ("value", "number_format"),
    [
        (413770000, "0.00E+00"),
        (413770000, "0.00"),
        (413770000, "# ?/?"),
        (413770000, "0%"),
        (413740000000, "General"),
    ],
)
def test_a_mac_that_a_workbook_took_for_a_number_opens_no_strangers_door(
    value: float, number_format: str
) -> None:
    """Somebody typed 00041377E004; the spreadsheet kept 413770000, which would be another phone."""
    payload = workbook(value, number_format)

    assert payload["mac"] != "000413770000"
    assert "Texte" in payload["problem"]


@pytest.mark.parametrize("number_format", ["General", "0", "#,##0", "000000000000", "@"])
def test_a_mac_of_figures_only_is_read_from_a_whole_number(number_format: str) -> None:
    assert workbook(413740748, number_format)["mac"] == "000413740748"


def test_a_special_extension_is_taken_when_it_was_confirmed() -> None:
    assert one("SDA;Poste", "0970711111;3001", special_confirmed=True)["problem"] == ""


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [("Zoé", "Petit", "Zoé Petit"), ("", "Petit", "Petit"), ("Zoé", "", "Zoé")],
)
def test_first_and_last_name_make_one(first: str, last: str, name: str) -> None:
    assert one("SDA;Prénom;Nom", f"0970711111;{first};{last}")["name"] == name


def test_a_repeated_mac_or_extension_names_the_other_row() -> None:
    rows = read(
        "SDA;Poste;MAC",
        "0970711111;21;00:04:13:00:00:01",
        "0970711112;22;00:04:13:00:00:01",
        "0970711113;21;",
    )

    assert [bool(row["problem"]) for row in rows] == [False, True, True]
    assert "2" in rows[1]["problem"] and "2" in rows[2]["problem"]


def test_a_second_row_of_a_number_is_a_second_phone_or_a_mistake() -> None:
    rows = read(
        "SDA;Nom;MAC",
        "0970711111;Petit;00:04:13:00:00:01",
        "0970711111;Petit;00:04:13:00:00:02",
        "0970711111;;00:04:13:00:00:03",
        "0970711111;Grand;00:04:13:00:00:04",
        "0970711111;Petit;",
    )

    assert [bool(row["problem"]) for row in rows] == [False, False, False, True, True]
    assert [row.get("first") for row in rows[:3]] == [None, 2, 2]
    assert [row.get("rank", 0) for row in rows[:3]] == [0, 2, 2]


def test_a_row_that_presents_another_rows_number_comes_after_it() -> None:
    rows = read("SDA;Nom;N° à présenter", "0970711111;A;0970711112", "0970711112;B;0970711112")

    assert (rows[0]["presents_row"], rows[0]["rank"], rows[1].get("rank", 0)) == (3, 1, 0)


FIELDS = ["number", "mac", "extension", "name", "model", "site"]


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(max_size=20), min_size=len(FIELDS), max_size=len(FIELDS)))
def test_no_cell_breaks_the_reader(cells: list[str]) -> None:
    header = Header({name: at for at, name in enumerate(FIELDS)}, [], [SheetRow(2, cells)], [])

    [payload] = read_rows(header, Options())

    assert payload["row"] == 2
    assert payload["problem"] or payload.get("number") or payload.get("mac")
