"""« Plusieurs téléphones »: what is wrong is said line by line, and all of it
is kept or nothing.
"""

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils.translation import gettext

from clients.models import AuditEvent, Client, Subscriber
from phones.errors import ClientTerminated, DuplicateMac, ListRefused
from phones.models import Phone
from phones.services.duplicates import BUDGET_SPENT
from phones.services.duplicates import KIND as FOREIGN_DUPLICATE
from phones.services.duplicates import PER_DAY as FOREIGN_DUPLICATES_PER_DAY
from tests.downloads import rows_of
from tests.factories.phones import PhoneFactory

URL = "/extranet/clients/10100/telephones/plusieurs/"
ELSEWHERE = str(DuplicateMac(None).message)


def send(browser: Browser, lines: list[str], **data: str) -> HttpResponse:
    return browser.post(URL, {"lines": "\n".join(lines)} | data)


def macs(count: int, first: int = 1) -> list[str]:
    return [f"000413{at:06X}" for at in range(first, first + count)]


def wrong(page: HttpResponse) -> dict[int, str]:
    return {row.line: row.error for row in page.context["rows"] if row.error}


def test_a_preview_keeps_nothing(blue_browser: Browser, alice: Subscriber) -> None:
    page = send(blue_browser, [f"{mac};0970719001" for mac in macs(3)])

    assert (wrong(page), len(page.context["rows"])) == ({}, 3)
    assert (Phone.unscoped.count(), AuditEvent.objects.count()) == (0, 0)


def test_five_hundred_lines_with_three_bad_ones_keep_nothing(
    blue_browser: Browser, alice: Subscriber, red_phone: Phone
) -> None:
    lines = [f"{mac};0970719001;snom 710;Bureau" for mac in macs(500)]
    lines[9] = "00041300000;0970719001"
    lines[249] = f"{red_phone.mac};0970719001"
    lines[498] = f"{macs(1, 4000)[0]};0970729001"

    page = send(blue_browser, lines, confirm="1")

    assert page.status_code == 200
    assert list(wrong(page)) == [10, 250, 499]
    assert wrong(page)[250] == ELSEWHERE
    assert wrong(page)[499] == gettext("This number is not a line of this client.")
    assert page.context["bad_count"] == 3
    assert page.context["form"]["lines"].value() == "\n".join(lines)
    assert Phone.unscoped.count() == 1


def test_five_hundred_good_lines_are_all_kept(blue_browser: Browser, alice: Subscriber) -> None:
    response = send(blue_browser, [f"{mac};0970719001" for mac in macs(500)], confirm="1")

    assert response.status_code == 302
    assert alice.phones.exclude(authorized_until=None).count() == 500


def test_a_confirmed_list_is_read_again(blue_browser: Browser, alice: Subscriber) -> None:
    [mac] = macs(1)
    send(blue_browser, [mac])
    PhoneFactory(client=alice.client, mac=mac)

    page = send(blue_browser, [mac], confirm="1")

    assert list(wrong(page)) == [1]
    assert Phone.unscoped.count() == 1


def test_a_line_holds_address_number_model_and_description(
    blue_browser: Browser, alice: Subscriber
) -> None:
    lines = [
        "000413000001",
        "  00:04:13:00:00:02 ; +33 9 70 71 90 01 ;",
        "",
        "000413000003;;SNOM D765;a; b;c",
        "000413000004;0970719001;automatique;  Accueil ",
    ]

    send(blue_browser, lines, confirm="1")

    rows = Phone.unscoped.order_by("mac").values_list("mac", "subscriber", "model", "description")
    assert list(rows) == [
        ("000413000001", None, "", ""),
        ("000413000002", alice.pk, "", ""),
        ("000413000003", None, "snom-d765", "a; b;c"),
        ("000413000004", alice.pk, "", "Accueil"),
    ]


def test_a_phone_on_no_line_gets_no_window(blue_browser: Browser, alice: Subscriber) -> None:
    send(blue_browser, macs(1), confirm="1")

    phone = Phone.unscoped.get()
    assert (phone.subscriber, phone.authorized_until, phone.site) == (None, None, alice.site)


def test_twins_name_the_first_of_them(blue_browser: Browser, alice: Subscriber) -> None:
    page = send(
        blue_browser, ["000413000001", "", "00:04:13:00:00:01", "000413000001"], confirm="1"
    )

    message = gettext("Same MAC address as row %(line)s.") % {"line": 1}
    assert wrong(page) == {3: message, 4: message}
    assert Phone.unscoped.count() == 0


@pytest.mark.parametrize(
    "line",
    [
        "xyz",
        "000000000000",
        "000413000001;15",
        "000413000001;0970719001;snom 999",
        f"000413000001;;;{'x' * 201}",
        "000413000001;;;a\x07b",
        "0080F0123456",
        "0080F0123456;;snom-710",
        ";0970719001",
        "=1+1",
    ],
)
def test_a_line_that_cannot_be_is_wrong(
    line: str, blue_browser: Browser, alice: Subscriber
) -> None:
    page = send(blue_browser, ["000413999999", line], confirm="1")

    assert list(wrong(page)) == [2]
    assert Phone.unscoped.count() == 0


def test_other_makers_addresses_are_confirmed_for_the_whole_list(
    blue_browser: Browser, alice: Subscriber
) -> None:
    response = send(blue_browser, ["0080F0123456", *macs(1)], vendor_confirmed="on", confirm="1")

    assert response.status_code == 302
    assert Phone.unscoped.count() == 2


@pytest.mark.parametrize("text", ["", "  \n \n", "a\x00b", "\n".join(["000413000001"] * 1001)])
def test_a_text_that_is_no_list_is_refused_at_the_field(
    text: str, blue_browser: Browser, alice: Subscriber
) -> None:
    page = blue_browser.post(URL, {"lines": text})

    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["lines"]


def test_the_report_is_a_spreadsheet_without_formulas(
    blue_browser: Browser, alice: Subscriber
) -> None:
    response = send(
        blue_browser,
        ["000413000001;0970719001;snom 710;=HYPERLINK(1)", "+1;;;@x", '000413000002;;;é;"x"'],
        report="1",
    )

    rows = rows_of(response)
    assert "attachment" in response["Content-Disposition"]
    assert [len(row) for row in rows] == [6, 6, 6, 6]
    assert rows[1][:5] == ["1", "00:04:13:00:00:01", "0970719001", "snom 710", "'=HYPERLINK(1)"]
    assert (rows[2][1], rows[2][4]) == ("'+1", "'@x")
    assert rows[3][4] == 'é;"x"'
    assert all(row[5] for row in rows)


# --- Copied from a spreadsheet --------------------------------------------------------------------


def read(page: HttpResponse) -> list[tuple[str, str, str, str]]:
    return [(row.mac, row.number, row.model_label, row.description) for row in page.context["rows"]]


@pytest.mark.parametrize("mark", ["\t", ";", ","])
def test_what_is_copied_from_a_spreadsheet_is_read(
    mark: str, blue_browser: Browser, alice: Subscriber
) -> None:
    lines = [
        "000413000001;970719001;snom 710;Accueil",
        "413000002;;;",
        "00:04:13:00:00:03;+33 (0)9 70 71 90 01;;",
    ]

    page = send(blue_browser, [line.replace(";", mark) for line in lines])

    assert wrong(page) == {}
    assert read(page) == [
        ("000413000001", "0970719001", "snom 710", "Accueil"),
        ("000413000002", "", gettext("Automatic"), ""),
        ("000413000003", "0970719001", gettext("Automatic"), ""),
    ]
    assert [bool(row.note) for row in page.context["rows"]] == [True, True, False]


def test_a_restored_zero_is_said_in_the_preview_and_in_the_report(
    blue_browser: Browser, alice: Subscriber
) -> None:
    line = "000413000001;970719001"
    note = gettext("Leading zero of the number restored.")

    assert note in send(blue_browser, [line]).content.decode()
    assert rows_of(send(blue_browser, [line], report="1"))[1][5].endswith(f". {note}")


def test_heads_say_which_column_is_what_in_any_order(
    blue_browser: Browser, alice: Subscriber
) -> None:
    lines = [
        "",
        "Description\tN° SDA\tCouleur\tNom\tModèle\tAdresse MAC",
        "Bureau, 2e; gauche\t970719001\tbleu\tAlice\td765\t413000001",
        "",
        '"dit ""le grand"""\t\t\t\t\t000413000002\t\t',
        "Accueil\t0970719001\t\t\t\t000413zz",
    ]

    page = send(blue_browser, lines)

    assert read(page)[:2] == [
        ("000413000001", "0970719001", "snom D765", "Bureau, 2e; gauche"),
        ("000413000002", "", gettext("Automatic"), 'dit "le grand"'),
    ]
    assert [row.line for row in page.context["rows"]] == [3, 5, 6]
    assert list(wrong(page)) == [6]
    assert all(
        f"« {head} »" in page.content.decode().replace("\xa0", " ") for head in ("Couleur", "Nom")
    )


def test_the_heads_of_another_system_are_known(blue_browser: Browser, alice: Subscriber) -> None:
    lines = [
        "device_address,device_template,device_label,phone_number",
        "000413000001,snom/D765,Accueil,0970719001",
    ]

    page = send(blue_browser, lines, confirm="1")

    assert page.status_code == 302
    assert list(Phone.unscoped.values_list("mac", "model", "description", "subscriber")) == [
        ("000413000001", "snom-d765", "Accueil", alice.pk)
    ]


def test_a_description_that_comes_last_may_hold_the_delimiter(
    blue_browser: Browser, alice: Subscriber
) -> None:
    lines = ["SDA;MAC;Description", '0970719001;000413000001;a; b;"c"', ';000413000002;"a; b"']

    assert [row[3] for row in read(send(blue_browser, lines))] == ['a; b;"c"', "a; b"]


@pytest.mark.parametrize(
    "line",
    [
        "413770000.00;0970719001",
        "4.14E+08;0970719001",
        "4,14E+08;0970719001",
        "00413740748;0970719001",
        "000413000001;9,70719001E+08",
        "000413000001;970719001.0",
        "000413000001;0970719001x",
    ],
)
def test_what_a_spreadsheet_spoiled_is_wrong_at_its_line(
    line: str, blue_browser: Browser, alice: Subscriber
) -> None:
    assert list(wrong(send(blue_browser, [line]))) == [1]


def test_a_cell_under_no_head_is_not_lost_without_a_word(
    blue_browser: Browser, alice: Subscriber
) -> None:
    page = send(
        blue_browser, ["MAC;SDA", "000413000001;0970719001;Accueil", "000413000002;0970719001;"]
    )

    assert wrong(page) == {2: gettext("This row has more cells than there are headers.")}


@pytest.mark.parametrize(
    "lines", [["MAC;SDA"], ["", "MAC;SDA", " "], ["MAC;SDA;Numéro", "000413000001;;"]]
)
def test_heads_that_do_not_do_are_refused_at_the_field(
    lines: list[str], blue_browser: Browser, alice: Subscriber
) -> None:
    page = send(blue_browser, lines)

    assert page.context["rows"] is None
    assert list(page.context["form"].errors) == ["lines"]
    assert page.context["form"]["lines"].value() == "\n".join(lines)


def test_heads_are_no_line_of_the_thousand(blue_browser: Browser, alice: Subscriber) -> None:
    page = send(blue_browser, ["MAC", *macs(1000)])

    assert (len(page.context["rows"]), wrong(page)) == (1000, {})


# --- A list of guesses is no oracle ---------------------------------------------------------------


@pytest.fixture
def red_phones(red_client: Client) -> list[str]:
    return [PhoneFactory(client=red_client).mac for _ in range(FOREIGN_DUPLICATES_PER_DAY + 1)]


def test_up_to_the_budget_each_duplicate_is_named(
    blue_browser: Browser, blue_client: Client, red_phones: list[str]
) -> None:
    page = send(blue_browser, red_phones[:FOREIGN_DUPLICATES_PER_DAY])

    assert set(wrong(page).values()) == {ELSEWHERE}
    assert AuditEvent.objects.filter(kind=BUDGET_SPENT).count() == 0


def test_beyond_the_budget_nothing_is_named_and_the_operator_is_told_once(
    blue_browser: Browser, blue_client: Client, red_phones: list[str]
) -> None:
    for _ in range(3):
        page = send(blue_browser, ["000413AAAAAA", *red_phones])

        assert page.context["rows"] is None
        assert list(page.context["form"].errors) == ["lines"]
        assert (
            page.context["form"].errors["lines"][0].split(":")[0]
            == str(ListRefused()).split(":")[0]
        )
    assert AuditEvent.objects.filter(kind=BUDGET_SPENT).count() == 1
    assert AuditEvent.objects.filter(kind=BUDGET_SPENT).get().object_label == "Bleu Télécom"


def test_single_guesses_are_counted_too(
    blue_browser: Browser, alice: Subscriber, red_phones: list[str]
) -> None:
    for mac in red_phones:
        blue_browser.post(
            "/extranet/clients/10100/telephones/provisionner/",
            {"mac": mac, "model": "auto", "line": "0970719001"},
        )

    assert AuditEvent.objects.filter(kind=FOREIGN_DUPLICATE).count() == len(red_phones)
    assert send(blue_browser, [red_phones[0]]).context["rows"] is None


def test_the_same_mistake_previewed_again_costs_once(
    blue_browser: Browser, blue_client: Client, red_phones: list[str]
) -> None:
    for _ in range(8):
        page = send(blue_browser, red_phones[:3])

    assert set(wrong(page).values()) == {ELSEWHERE}


def test_a_terminated_client_gets_no_phone(blue_browser: Browser, blue_client: Client) -> None:
    Client.unscoped.filter(pk=blue_client.pk).update(status="terminated")

    answer = send(blue_browser, ["000413AAAAAA"])

    assert [str(each) for each in get_messages(answer.wsgi_request)] == [str(ClientTerminated())]
    assert Phone.unscoped.count() == 0


def test_ones_own_duplicates_cost_nothing(blue_browser: Browser, alice: Subscriber) -> None:
    mine = [PhoneFactory(client=alice.client).mac for _ in range(FOREIGN_DUPLICATES_PER_DAY + 5)]

    page = send(blue_browser, mine)

    assert len(wrong(page)) == len(mine)
    assert AuditEvent.objects.count() == 0


def test_anothers_guesses_cost_a_reseller_nothing(
    blue_browser: Browser,
    blue_client: Client,
    red_phones: list[str],
    red_staff: object,
    as_user: object,
) -> None:
    send(blue_browser, red_phones)

    page = as_user(red_staff).post(
        "/extranet/clients/20200/telephones/plusieurs/", {"lines": "000413AAAAAA"}
    )

    assert wrong(page) == {}


@pytest.mark.parametrize(
    "above", [["sep=;"], ["Téléphones de l’agence"], ["sep=;", "Agence;;", "Liste du 12"]], ids=len
)
def test_a_title_and_what_a_spreadsheet_declares_may_stand_above_the_headers(
    above: list[str], blue_browser: Browser, alice: Subscriber
) -> None:
    page = send(blue_browser, [*above, "Adresse MAC;SDA", "000413000001;0970719001"])

    [row] = page.context["rows"]
    assert (row.ok, row.mac, row.line) == (True, "000413000001", len(above) + 2)


def test_two_headers_of_a_field_that_is_not_read_are_left_out(
    blue_browser: Browser, alice: Subscriber
) -> None:
    page = send(blue_browser, ["MAC\tDisplayName\tLastName", "000413000001\tAlice Bleu\tBleu"])

    assert [row.ok for row in page.context["rows"]] == [True]
    assert "DisplayName" in page.context["left_out"]


def test_a_declaration_alone_is_no_list(blue_browser: Browser, alice: Subscriber) -> None:
    page = send(blue_browser, ["sep=;"])

    assert page.context.get("rows") is None
    assert page.context["form"].errors["lines"]
