"""A list as a file: text stays text, for a spreadsheet too."""

import csv
from io import BytesIO, StringIO

import pytest
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from metacentrex.ui.exports import Column, export, harmless, unharmed

pytestmark = pytest.mark.django_db  # the end of an answer looks at the database's connection

COLUMNS = [Column("Nom", lambda row: row[0]), Column("N°", lambda row: row[1])]
NASTY = [
    "=1+1",
    "+33970711111",
    "-2",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "é;à\"'",
    "0970711111",
    "-",
    "–",
    "",
    None,
]


def read(response) -> bytes:
    try:
        return b"".join(response.streaming_content)
    finally:
        response.close()


def cells_of_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_csv_has_its_mark_its_heads_and_no_formula() -> None:
    content = read(export([(text, 1) for text in NASTY], COLUMNS, name="liste"))

    assert content.startswith(b"\xef\xbb\xbfNom;N\xc2\xb0\r\n")
    shown = [row[0] for row in cells_of_csv(content)[1:]]
    assert shown == [
        "'=1+1", "'+33970711111", "'-2", "'@SUM(A1)", "'\tx", "'\rx", "é;à\"'",
        "0970711111", "-", "–", "", "",
    ]  # fmt: skip


def test_xlsx_keeps_every_cell_as_text() -> None:
    content = read(export([(text, 1) for text in NASTY], COLUMNS, name="liste", file_format="xlsx"))

    sheet = load_workbook(BytesIO(content)).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [
        "=1+1", "+33970711111", "-2", "@SUM(A1)", "\tx", "\rx", "é;à\"'",
        "0970711111", "-", "–", None, None,
    ]  # fmt: skip
    assert {cell.data_type for cell in cells if cell.value} == {"s"}


@pytest.mark.parametrize(
    ("file_format", "kind"), [("csv", "text/csv"), ("xlsx", "application/vnd.openxmlformats")]
)
def test_a_file_is_downloaded_and_kept_by_no_cache(file_format: str, kind: str) -> None:
    response = export([], COLUMNS, name="liste", file_format=file_format)

    assert response["Content-Type"].startswith(kind)
    assert response["Content-Disposition"] == f'attachment; filename="liste.{file_format}"'
    assert "no-store" in response["Cache-Control"]
    response.close()


def test_a_streamed_file_stays_in_the_readers_language() -> None:
    columns = [Column(gettext_lazy("Language"), lambda _row: gettext("French"))]
    with translation.override("en"):
        response = export([1], columns, name="list")

    with translation.override("fr"):
        assert cells_of_csv(read(response)) in ([["Language"], ["French"]],)


def test_more_rows_than_a_piece_lose_none() -> None:
    content = read(export([(str(n), n) for n in range(1001)], COLUMNS, name="liste"))

    assert [row[1] for row in cells_of_csv(content)[1:]] == [str(n) for n in range(1001)]


@given(st.text(max_size=30))
def test_no_text_becomes_a_formula(text: str) -> None:
    assert text == "-" or not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text(alphabet=st.sampled_from("=+-@＝,;\t\r\n a1"), max_size=12))
def test_a_file_that_comes_back_says_what_it_said(text: str) -> None:
    assert unharmed(harmless(text)) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (" =1+1", "' =1+1"),
        ("\n=1+1", "'\n=1+1"),
        ("\u00a0@SUM(A1)", "'\u00a0@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("Martin,=cmd|' /C calc'!A0,", "Martin,'=cmd|' /C calc'!A0,"),
        ("Hall; -1", "Hall;' -1"),
        ("=1,=2", "'=1,'=2"),
        ("Jean-Paul, poste 12 (+33)", "Jean-Paul, poste 12 (+33)"),
        ("12 = 12", "12 = 12"),
    ],
)
def test_a_formula_is_none_wherever_a_spreadsheet_may_see_a_cell_begin(
    text: str, written: str
) -> None:
    assert harmless(text) == written


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize(
    "text", ["=1+1", " =1+1", "x,=1+1,y", "x;@A1;y", "x\t+1\ty", '"",=1+1', "x\n=1+1"]
)
def test_a_csv_opened_in_another_country_has_no_formula(delimiter: str, text: str) -> None:
    content = read(export([(text, 1)], COLUMNS, name="liste")).decode("utf-8-sig")

    rows = csv.reader(StringIO(content, newline=""), delimiter=delimiter)
    assert not [
        cell for row in rows for cell in row if cell.strip().startswith(("=", "+", "-", "@"))
    ]


def test_xlsx_takes_any_character_that_people_can_paste() -> None:
    pasted = [(chr(code), 0) for code in (*range(0x20), 0x7F, 0x2028, 0xFFFD, 0xFFFE, 0x1F4DE)]

    assert read(export(pasted, COLUMNS, name="liste", file_format="xlsx")).startswith(b"PK")
