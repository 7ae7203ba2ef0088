"""Uploaded tables: whatever Excel writes is read, whatever harms is refused with a sentence."""

import zipfile
from datetime import date
from io import BytesIO
from random import randbytes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from clients.pasted import spreadsheet_damage
from metacentrex import sheets
from metacentrex.number_formats import shown_number
from metacentrex.sheets import SheetRefused, read_sheet, split_line

TEXT = "SDA;Nom\r\n0970711111;Hélène « Œuvre »\r\n"


def cells(content: bytes, most_rows: int = 100) -> list[list[str]]:
    return [
        [cell for cell in row.cells if cell] for row in read_sheet(content, most_rows=most_rows)
    ]


def book(*rows: list[object], title: str = "Feuille") -> bytes:
    made = Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def formatted(value: float, number_format: str) -> bytes:
    """A workbook with a number in a format, below a head."""
    made = Workbook()
    made.active.append(["MAC"])
    made.active.append([value])
    made.active["A2"].number_format = number_format
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """The workbook with these parts replaced or added; `__` stands for a slash."""
    replaced = {
        name.replace("__", "/").replace("_xml", ".xml"): data for name, data in parts.items()
    }
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in {*old.namelist(), *replaced}:
            new.writestr(name, replaced.get(name) or old.read(name))
    return out.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_a_csv_is_read_in_every_encoding_that_excel_writes(encoding: str) -> None:
    assert cells(TEXT.encode(encoding)) == [["SDA", "Nom"], ["0970711111", "Hélène « Œuvre »"]]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_is_read_with_every_delimiter(delimiter: str) -> None:
    text = "SDA;Nom;Site\n0970711111;Petit;Clichy\n".replace(";", delimiter)

    assert cells(text.encode()) == [["SDA", "Nom", "Site"], ["0970711111", "Petit", "Clichy"]]


def test_excels_own_line_about_the_delimiter_is_believed() -> None:
    assert cells(b'sep=,\r\nSDA,Nom\r\n1,"a;b;c;d"\r\n') == [["SDA", "Nom"], ["1", "a;b;c;d"]]


def test_rows_keep_the_numbers_that_a_spreadsheet_shows() -> None:
    text = b'SDA;Nom\n\n;\n0970711111;"deux\nlignes"\n0970711112;x\n'

    assert [row.number for row in read_sheet(text, most_rows=100)] == [1, 4, 5]


def test_a_nul_stays_visible() -> None:
    assert cells(b"SDA;Nom\n1;a\0b\n2;caf\xe9\n") == [
        ["SDA", "Nom"],
        ["1", "a\ufffdb"],
        ["2", "caf\xe9"],
    ]


HEADS = 'SDA;Nom\r\n1;"Hélène\r\nZoé"\r\n'


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (HEADS.encode() + "2;André\r\n".encode("cp1252"), 3),
        (HEADS.encode("cp1252") + "2;André\r\n".encode(), 2),
        (b"\xef\xbb\xbf" + b"SDA;Nom\r\n1;Andr\xe9\r\n", 2),
        (b"SDA;Nom\n1;l\xe2\x80\x99\xe9t\xe9\n", 2),
        (b"SDA;Nom\n1;5\xc2\xa0000\n2;\xe9\n", 3),
        (b"SDA;Nom\n1;\xe2\x82\xac\n2;\xe9\n", 3),
        (b"SDA;Nom\n1;c\xc5\x93ur\n2;\xe9\n", 3),
        (b"SDA;Nom\n1;x\n2;caf\x81\n", 3),
        (b"SDA;Nom\n1;caf\x9d\n", 2),
        ("SDA;Nom\n1;Zoé\n".encode("utf-16")[:-1], 2),
        ("SDA;Nom\n1;Zoé\n".encode("utf-16") + b"\x00\xd8", 3),
        ("SDA;Nom\n1;Zoé".encode("utf-16-be")[:-1], 2),
    ],
    ids=[
        "cp1252 behind UTF-8",
        "UTF-8 behind cp1252",
        "a mark that lies",
        "quotation mark",
        "no-break space",
        "euro",
        "ligature",
        "no letter of cp1252",
        "another",
        "UTF-16 cut off",
        "UTF-16 with half a letter",
        "UTF-16 without a mark cut off",
    ],
)
def test_bytes_of_two_encodings_are_refused_with_the_row_and_what_to_do(
    content: bytes, row: int
) -> None:
    with pytest.raises(SheetRefused) as refusal:
        read_sheet(content, most_rows=100)

    assert f" {row} " in str(refusal.value)
    assert "UTF-8" in str(refusal.value)


@pytest.mark.parametrize(
    "content",
    [
        "😀 x".encode() + b"\nRen\xe9",
        "béton 3 m²".encode()[1:] + b"\nRen\xe9",
        "12 §".encode() + b"\n\xe9t\xe9",
    ],
    ids=["pictogram", "square", "section"],
)
def test_a_sign_of_utf8_beside_a_letter_of_windows_is_a_mixture(content: bytes) -> None:
    with pytest.raises(SheetRefused):
        read_sheet(b"SDA;Nom\n" + content, most_rows=100)


@pytest.mark.parametrize(
    "name",
    ["CAFÉ\xa0»", "Élysé\xa0»", "É…»", "l’été à 5\xa0€", "«\xa0Ñandú\xa0»", "cœur", "n°\xa05"],
)
def test_a_text_of_one_encoding_is_read_whatever_its_bytes_look_like(name: str) -> None:
    for encoding in ("cp1252", "utf-8", "utf-8-sig", "utf-16"):
        assert cells(f"SDA;Nom\n1;{name}\n".encode(encoding))[1] == ["1", name]


def test_two_heads_and_a_column_of_names_are_never_half_decoded() -> None:
    """One name in other letters was a name that its owner did not know."""
    content = "SDA;Nom\n1;Hélène\n".encode() * 50 + "2;Zoé\n".encode("cp1252")

    with pytest.raises(SheetRefused):
        read_sheet(content, most_rows=1000)


@pytest.mark.parametrize(
    ("line", "delimiter", "most", "texts"),
    [
        ("a;b;;c", ";", 0, ["a", "b", "", "c"]),
        ("a;b;", ";", 0, ["a", "b", ""]),
        ("", ";", 4, [""]),
        (" a \t\xa0b\u202f", "\t", 0, ["a", "b"]),
        ('"a;b";c', ";", 0, ["a;b", "c"]),
        ('"a ""b""",c', ",", 0, ['a "b"', "c"]),
        ('a;"b;c', ";", 0, ["a", '"b', "c"]),
        ('a;b"c";d', ";", 0, ["a", 'b"c"', "d"]),
        ("a;b;c;d", ";", 2, ["a", "b;c;d"]),
        ('a;"b;c;d"', ";", 2, ["a", "b;c;d"]),
        ('a;é;"x"', ";", 2, ["a", 'é;"x"']),
    ],
)
def test_a_pasted_line_is_split_and_nothing_of_it_is_lost(
    line: str, delimiter: str, most: int, texts: list[str]
) -> None:
    assert split_line(line, delimiter, most=most) == texts


@given(st.text('ab;,\t" ', max_size=30), st.sampled_from(sheets.DELIMITERS), st.integers(0, 5))
def test_no_pasted_line_breaks_the_reader(line: str, delimiter: str, most: int) -> None:
    texts = split_line(line, delimiter, most=most)

    assert texts
    assert most == 0 or len(texts) <= most
    for letter in "ab":
        assert "".join(texts).count(letter) == line.count(letter)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        # whole numbers
        (413740748, "General", "413740748"),
        (33612345678, "General", "33612345678"),
        (413740748, "0", "413740748"),
        (413740748.0, "#,##0", "413740748"),
        (970711111, "0000000000", "0970711111"),
        (413740748, "000000000000", "000413740748"),
        (262692123456, "0", "262692123456"),
        (970711111, '0#" "##" "##" "##" "##', "0970711111"),
        (970711111, "0#\\ ##\\ ##\\ ##\\ ##", "0970711111"),
        (970711111, "[<=9999999]###-####;(###) ###-####", "970711111"),
        (970711111, '_-* #,##0\\ _€_-;-* #,##0\\ _€_-;_-* "-"??\\ _€_-;_-@_-', "970711111"),
        (970711111, "@", "970711111"),
        (12, '0" kg"', "12"),
        # what the format writes before the number is read with it
        (470123456, '"+32 "0', "+32470123456"),
        (612345678, "\\+\\4\\9\\ 0", "+49612345678"),
        (970711111, '"Tél. "0', "970711111"),
        (-970711111, "0", "-970711111"),
        # powers of ten
        (413770000, "0.00E+00", "4.14E+08"),
        (413770000, "0E+00", "4E+08"),
        (413770000, "##0.0E+0", "4.1E+08"),
        (413770000, '0.00E+00;[Red]-0.00E+00;"-"', "4.14E+08"),
        (413740000000, "General", "4.1374E+11"),
        (590590123456, "General", "5.9059E+11"),
        (4137400000000000000, "0", "4.13740E+18"),
        # decimals, fractions, percentages, thousands left out
        (413770000, "0.00", "413770000.00"),
        (413770000, "#,##0.00\\ [$€-40C]", "413770000.00"),
        (413770000.5, "General", "413770000.5"),
        (97071111.1, "0", "97071111.1"),
        (413770000, "# ?/?", "413770000.0"),
        (413770000, "0%", "41377000000%"),
        (413770000, "#,##0,", "413770.0"),
    ],
)
def test_a_number_of_a_workbook_is_what_the_spreadsheet_shows(
    value: float, number_format: str, text: str
) -> None:
    assert cells(formatted(value, number_format))[1] == [text]


@pytest.mark.parametrize("number_format", ["General", "0", "0.00", "0%", "0.00E+00"])
def test_a_number_beyond_any_spreadsheet_spoils_its_cell_and_nothing_else(
    number_format: str,
) -> None:
    assert spreadsheet_damage(shown_number(10**400, number_format)) is not None


def test_a_number_in_a_style_that_the_workbook_does_not_have_is_a_number() -> None:
    sheet = SHEET % b'<sheetData><row><c s="99"><v>12</v></c></row></sheetData>'

    assert cells(repacked(book(["SDA"]), xl__worksheets__sheet1_xml=sheet)) == [["12"]]


def test_a_very_long_cell_is_cut_and_still_too_long() -> None:
    assert len(cells(b"SDA;Nom\n1;" + b"x" * 5000)[1][1]) == sheets.LONGEST_CELL + 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (970711111.0, "970711111"),
        (970711111, "970711111"),
        (1.23e238, "1.23e+238"),
        (1.5, "1.5"),
        (True, "1"),
        (date(2026, 2, 1), "2026-02-01T00:00:00"),
        ("  0970711111\xa0", "0970711111"),
        ("=1+1", "0"),
    ],
)
def test_a_cell_of_a_workbook_is_what_one_would_have_typed(value: object, text: str) -> None:
    rows = cells(book(["SDA"], [value], ["fin"]))

    # A formula that no spreadsheet has computed has no value.
    assert rows[1:] == ([["fin"]] if value == "=1+1" else [[text], ["fin"]])


def test_a_workbooks_first_sheet_with_something_is_read() -> None:
    made = Workbook()
    made.create_sheet("Vraie").append(["SDA"])
    out = BytesIO()
    made.save(out)

    assert cells(out.getvalue()) == [["SDA"]]


def test_a_sheet_that_lies_about_its_size_is_read_whole() -> None:
    content = book(["SDA"], [1], [2])
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").replace(b'ref="A1:A3"', b'ref="A1:A1"')

    assert cells(repacked(content, xl__worksheets__sheet1_xml=sheet)) == [["SDA"], ["1"], ["2"]]


def test_a_sheet_coloured_down_to_its_end_is_not_read_to_its_end() -> None:
    rows = [["SDA"], *([None] for _ in range(sheets.MOST_BLANK_ROWS + 10)), ["far below"]]

    assert cells(book(*rows)) == [["SDA"]]


def test_too_many_rows_are_refused_at_once() -> None:
    with pytest.raises(SheetRefused) as refusal:
        read_sheet(b"SDA\n" + b"0970711111\n" * 50_000, most_rows=10_000)

    assert "10000" in str(refusal.value)
    assert len(read_sheet(b"SDA\n" + b"1\n" * 10_000, most_rows=10_000)) == 10_001


REFUSED = {
    "empty": b"",
    "blank": b"\r\n;;;\r\n",
    "old excel": sheets.OLD_OFFICE + b"\0" * 600,
    "encrypted": sheets.OLD_OFFICE + b"\0" * 100 + sheets.ENCRYPTED + b"\0" * 100,
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "pdf": b"%PDF-1.7\n" + bytes(range(128, 160)) * 90,
    "broken workbook": b"PK\x03\x04" + b"x" * 500,
    "too large": b"a" * (sheets.MOST_BYTES + 1),
    "open quotation mark": b'SDA;Nom\n1;"' + b"x" * 200_000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused_with_a_sentence_of_its_own(name: str) -> None:
    with pytest.raises(SheetRefused) as refusal:
        read_sheet(REFUSED[name], most_rows=100)

    assert refusal.value.field == "file"


def test_each_refusal_says_something_else() -> None:
    said = set()
    for name in (
        "empty",
        "blank",
        "old excel",
        "encrypted",
        "picture",
        "broken workbook",
        "too large",
    ):
        with pytest.raises(SheetRefused) as refusal:
            read_sheet(REFUSED[name], most_rows=100)
        said.add(str(refusal.value))

    assert len(said) == 7


def zeros(size: int) -> bytes:
    """A part of so many bytes, well formed."""
    return b"<a>" + b" " * size + b"</a>"


@pytest.mark.parametrize(
    "part",
    [
        {"xl__sharedStrings_xml": zeros(45_000_000)},
        {"docProps__anything_bin": b"\0" * 30_000_000},
        {
            "xl__worksheets__sheet1_xml": b"<!DOCTYPE x [<!ENTITY a "
            b'"aaaa">]><worksheet>&a;</worksheet>'
        },
        {
            "xl__worksheets__sheet1_xml": '<?xml version="1.0" '
            'encoding="utf-16"?><worksheet/>'.encode("utf-16")
        },
    ],
    ids=["large", "dense", "entities", "another encoding"],
)
def test_a_workbook_that_unpacks_to_harm_is_never_unpacked(part: dict[str, bytes]) -> None:
    with pytest.raises(SheetRefused):
        read_sheet(repacked(book(["SDA"], [1]), **part), most_rows=100)


SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</worksheet>'
)


@pytest.mark.parametrize(
    "part",
    [
        {
            "xl__styles_xml": b"<styleSheet><cellXfs>%s</cellXfs></styleSheet>"
            % (b"<xf/>" * 400_000)
        },
        {"xl__styles_xml": b"<styleSheet>%s</styleSheet>" % (b"<xf/>" * 41_000)},
        {
            "xl__worksheets__sheet1_xml": SHEET
            % (b"<sheetData><row>%s</row></sheetData>" % (b"<c/>" * 400_000))
        },
        {"xl__worksheets__sheet1_xml": SHEET % (b"<x:row>%s</x:row>" % (b"<x:c/>" * 66_000))},
        {"xl__worksheets__sheet1_xml": SHEET % (b"<row><c/></row>" * 500_000)},
        {"xl__worksheets__sheet1_xml": SHEET % (b"<dataValidation/>" * 41_000)},
        {"xl__anything_bin": b"\n<sst>%s</sst>" % (b"<si/>" * 101_000)},
        {"xl__worksheets__sheet1_xml": b'<?xml version="1.0" encoding="utf-7"?>' + SHEET % b""},
        {"xl__worksheets__sheet1_xml": b'<?xml version="1.0"%sencoding="utf-7"?>' % (b" " * 999)},
        {"xl__anything_bin": '<?xml version="1.0"?>'.encode("cp037")},
        {"xl__styles_xml": b'<styleSheet><a x="%s"/></styleSheet>' % (b"y" * 24_000_000)},
        {"xl__styles_xml": b'<styleSheet><a x="%s"/></styleSheet>' % (b">" * 24_000_000)},
        {"xl__worksheets__sheet1_xml": SHEET % (b"<!--%s-->" % (b" " * 24_000_000))},
        {"xl__worksheets__sheet1_xml": SHEET % (b"<!--%s-->" % (b"<>" * 30_000 + b"x" * 9_000))},
        {"xl__worksheets__sheet1_xml": SHEET % (b"<?x %s?>" % (b" " * 24_000_000))},
        {"xl__worksheets__sheet1_xml": SHEET % (b"<![CDATA[%s]]>" % (b" " * 24_000_000))},
        {"xl__worksheets__sheet1_xml": SHEET % (b"<!--" * 39_000)},
        {"xl__worksheets__sheet1_xml": SHEET % (b'<a x="' * 39_000)},
    ],
    ids=[
        "styles",
        "a few styles",
        "row",
        "named row",
        "rows",
        "rules",
        "texts of any name",
        "utf-7",
        "far utf-7",
        "ebcdic",
        "attribute",
        "attribute of ends",
        "comment",
        "comment of marks",
        "instruction",
        "character data",
        "comments without end",
        "attributes without end",
    ],
)
def test_a_small_workbook_that_costs_much_to_build_is_never_built(
    part: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_RATIO", 10_000)
    monkeypatch.setattr(sheets, "rows_of", None)  # no process is started for it
    with pytest.raises(SheetRefused) as refusal:
        read_sheet(repacked(book(["SDA"], [1]), **part), most_rows=100)

    assert any(word in str(refusal.value) for word in ("décompressé", "déclarations"))


def skipping(skipped: int, rows: int) -> bytes:
    """A workbook whose rows stand far apart: ten bytes each, whatever lies between them."""
    cell = b'<row r="%d"><c t="inlineStr"><is><t>x</t></is></c></row>'
    found = b"".join(cell % (1 + at * (skipped + 1)) for at in range(rows))
    return repacked(
        book(["SDA"]), xl__worksheets__sheet1_xml=SHEET % (b"<sheetData>%s</sheetData>" % found)
    )


@pytest.mark.parametrize(
    "content",
    [
        skipping(900, 24),
        b"SDA\n" + (b"\n" * 900 + b"1\n") * 23,
        b"SDA;\n" + (b";\n" * 900 + b"1;\n") * 23,
    ],
    ids=["workbook", "csv", "csv of delimiters"],
)
def test_blank_rows_without_end_are_not_gone_through(content: bytes) -> None:
    with pytest.raises(SheetRefused) as refusal:
        read_sheet(content, most_rows=10_000)

    assert "vides" in str(refusal.value)


def test_blank_rows_here_and_there_are_passed_over() -> None:
    rows = read_sheet(skipping(900, 20), most_rows=10_000)

    assert [row.number for row in rows[:3]] == [1, 902, 1803]


def test_ten_thousand_full_rows_are_read() -> None:
    row = b"<row>%s</row>" % (b'<c s="1"><v>970711111</v></c>' * 15)
    sheet = SHEET % (b"<sheetData>%s</sheetData>" % (row * 10_001))
    content = repacked(
        book(["SDA"]), xl__worksheets__sheet1_xml=sheet, noise_bin=randbytes(200_000)
    )

    assert len(read_sheet(content, most_rows=10_000)) == 10_001


def test_another_office_file_is_no_table() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")

    with pytest.raises(SheetRefused):
        read_sheet(out.getvalue(), most_rows=100)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    try:
        rows = read_sheet(content, most_rows=1000)
    except SheetRefused:
        return
    assert all(any(row.cells) and "\0" not in "".join(row.cells) for row in rows)
