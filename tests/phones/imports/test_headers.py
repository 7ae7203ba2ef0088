"""Columns are known by their heads, as people and spreadsheets write them."""

import pytest

from metacentrex.sheets import SheetRefused, SheetRow
from phones.imports.headers import LABELS, find_header


def rows(*texts: str) -> list[SheetRow]:
    return [SheetRow(at, text.split(";")) for at, text in enumerate(texts, start=1)]


@pytest.mark.parametrize(
    ("head", "field"),
    [
        ("SDA", "number"),
        ("N° SDA", "number"),
        ("Numéro", "number"),
        ("NUMÉRO DE TÉLÉPHONE", "number"),
        ("Number (SDA)", "number"),
        ("N° court", "extension"),
        ("Numéro court", "extension"),
        ("no. court", "extension"),
        ("Poste", "extension"),
        ("Extension", "extension"),
        ("Nom", "name"),
        ("Full name", "name"),
        ("Prénom", "first_name"),
        ("Licence", "licence"),
        ("Département", "site"),
        ("N° à présenter", "presented"),
        ("Numéro à présenter", "presented"),
        ("Restriction internationale", "barring"),
        ("@MAC", "mac"),
        ("Adresse MAC", "mac"),
        ("Modèle", "model"),
        ("Description", "description"),
        # other systems' exports
        ("displayname", "name"),
        ("display_name", "name"),
        ("DisplayName", "name"),
        ("fullname", "name"),
        ("firstname", "first_name"),
        ("first_name", "first_name"),
        ("lastname", "name"),
        ("last_name", "name"),
        ("effective_caller_id_name", "name"),
        ("callerid_name", "name"),
        ("phone_number", "number"),
        ("PhoneNumber", "number"),
        ("did_number", "number"),
        ("DID", "number"),
        ("incall_exten", "number"),
        ("exten", "extension"),
        ("user_extension", "extension"),
        ("extension_number", "extension"),
        ("mac_address", "mac"),
        ("macaddress", "mac"),
        ("MacAddress", "mac"),
        ("phone_mac", "mac"),
        ("device_address", "mac"),
        ("device_mac_address", "mac"),
        ("device_model", "model"),
        ("device_template", "model"),
        ("phone_model", "model"),
        ("device_label", "description"),
        ("device_description", "description"),
        ("callerid", "presented"),
        ("outbound_caller_id_number", "presented"),
        ("OutboundCallerID", "presented"),
        ("outboundcid", "presented"),
        ("outgoing_caller_id", "presented"),
    ],
)
def test_a_head_is_known_whatever_its_case_and_accents(head: str, field: str) -> None:
    for spelling in (head, head.upper(), head.lower(), f" {head} "):
        other = "MAC" if field != "mac" else "SDA"
        header = find_header(rows(f"{spelling};{other}", "x;y"))
        assert header.columns[field] == 0


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_heads_we_write_ourselves_are_known(language: str) -> None:
    from django.utils import translation

    with translation.override(language):
        heads = [str(label) for label in LABELS.values()]

    assert list(find_header(rows(";".join(heads), "x")).columns) == list(LABELS)


def test_the_order_is_free_and_what_is_unknown_is_said() -> None:
    header = find_header(rows("Couleur;Nom;;SDA", "bleu;Petit;;1"))

    assert (header.columns, header.unknown) == ({"name": 1, "number": 3}, ["Couleur"])
    assert [row.number for row in header.rows] == [2]


def test_of_several_heads_of_another_system_the_best_is_read() -> None:
    heads = (
        "device_label;device_template;device_address;device_model;device_description;"
        "did_number;effective_caller_id_name"
    )

    header = find_header(rows(heads, "x"))

    read = {"mac": 2, "model": 3, "description": 4, "number": 5, "name": 6}
    assert (header.columns, header.unknown) == (read, ["device_label", "device_template"])


def test_a_head_of_ours_is_read_before_one_of_another_system() -> None:
    header = find_header(rows("effective_caller_id_name;Nom;SDA", "x;y;1"))

    assert (header.columns, header.unknown) == (
        {"name": 1, "number": 2},
        ["effective_caller_id_name"],
    )


@pytest.mark.parametrize(
    "head", ["mobile_phone_number", "email", "sip_username", "device_vendor", "voicemail_number"]
)
def test_what_another_system_means_otherwise_is_not_read(head: str) -> None:
    assert find_header(rows(f"{head};SDA", "x;1")).unknown == [head]


def test_a_title_above_the_heads_is_passed_over() -> None:
    assert [
        row.number for row in find_header(rows("Annuaire 2026;;", ";", "SDA;Nom", "1;Petit")).rows
    ] == [4]


@pytest.mark.parametrize(
    "texts",
    [("Nom;Site", "Petit;Clichy"), ("SDA;Nom",), ("SDA;Numéro", "1;2"), ("0970711111;Petit",)],
)
def test_heads_that_do_not_do_are_refused(texts: tuple[str, ...]) -> None:
    with pytest.raises(SheetRefused):
        find_header(rows(*texts))
