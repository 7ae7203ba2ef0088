import re
import shutil
from pathlib import Path

import pytest

from phones import catalogue, checks
from phones.catalogue import loader
from phones.catalogue.loader import load
from phones.catalogue.schema import Firmwares
from phones.catalogue.tables import CatalogueError

CODES = ["snom-710", "snom-715", "snom-720", "snom-760", "snom-d715", "snom-d725", "snom-d765"]


def test_all_holds_the_models_of_the_guide() -> None:
    assert [model.code for model in catalogue.all()] == CODES


@pytest.mark.parametrize(
    ("code", "keys", "identities", "sidecars", "token"),
    [
        ("snom-710", 5, 4, 0, "snom710"),
        ("snom-715", 5, 4, 3, "snom715"),
        ("snom-d715", 5, 4, 3, "snom715"),
        ("snom-720", 18, 12, 3, "snom720"),
        ("snom-d725", 18, 12, 3, "snom725"),
        ("snom-760", 16, 12, 3, "snom760"),
        ("snom-d765", 16, 12, 3, "snomD765"),
    ],
)
def test_model_figures(code: str, keys: int, identities: int, sidecars: int, token: str) -> None:
    model = catalogue.get(code)

    assert model.vendor == "snom"
    assert model.key_count == keys
    assert model.identities == identities
    assert (model.sidecar.maximum if model.sidecar else 0) == sidecars
    assert model.user_agents == (token,)
    assert model.minimum_firmware == (8, 7, 5)
    assert model.default_line_keys == 4
    assert not model.retired


def test_sidecars_fit_the_models_of_the_guide_and_no_other() -> None:
    fitted = {
        model.code
        for model in catalogue.all()
        if model.sidecar and model.sidecar.family == "snom-d7"
    }

    assert fitted == {"snom-715", "snom-d715", "snom-720", "snom-d725", "snom-760", "snom-d765"}
    assert catalogue.sidecar("snom-d7").keys == 18


def test_banks_of_the_two_models_that_have_top_keys() -> None:
    for code in ("snom-760", "snom-d765"):
        assert [(bank.name, bank.keys) for bank in catalogue.get(code).banks] == [
            ("top", 4),
            ("side", 12),
        ]


def test_directory_sizes_and_how_sure_we_are() -> None:
    sizes = {
        model.code: (model.directory_entries, model.fact("directory_entries").confidence)
        for model in catalogue.all()
    }

    large = {"snom-760", "snom-d765"}
    assert sizes == {
        code: (1000, "confirmed") if code in large else (250, "unconfirmed") for code in CODES
    }
    assert {model.fact("default_line_keys").confidence for model in catalogue.all()} == {
        "unconfirmed"
    }


def test_every_figure_has_a_source() -> None:
    for model in catalogue.all():
        assert {fact.name for fact in model.facts} == loader.MODEL_FACTS
        assert all(len(fact.source) > 10 for fact in model.facts)


def test_choices_are_codes_and_labels() -> None:
    assert catalogue.choices()[0] == ("snom-710", "snom 710")
    assert len(catalogue.choices()) == len(CODES)


def test_by_user_agent_knows_that_715_is_two_models() -> None:
    assert [model.code for model in catalogue.by_user_agent("snom715")] == ["snom-715", "snom-d715"]
    assert [model.code for model in catalogue.by_user_agent("snomD765")] == ["snom-d765"]
    assert catalogue.by_user_agent("snom320") == ()
    assert catalogue.by_user_agent("") == ()


def test_unknown_codes_are_refused() -> None:
    with pytest.raises(catalogue.UnknownModel):
        catalogue.get("snom-999")
    with pytest.raises(catalogue.UnknownModel):
        catalogue.sidecar("snom-d9")


def test_parse_version_compares_as_numbers() -> None:
    assert catalogue.parse_version("8.7.5.35") == (8, 7, 5, 35)
    assert catalogue.parse_version("8.7.5") <= catalogue.parse_version("8.7.5.35")
    assert catalogue.parse_version("8.7.3.19") < catalogue.parse_version("8.7.5")
    assert catalogue.parse_version("10.1.54.13") > catalogue.parse_version("8.9.3.80")


@pytest.mark.parametrize(
    "text", ["", "8.", ".8", "8..7", "8.7.5-beta", "v8", "٨.7", "1." * 9 + "1", "9" * 5000, "8\n"]
)
def test_parse_version_refuses_what_is_no_version(text: str) -> None:
    with pytest.raises(ValueError, match="numbers separated by dots"):
        catalogue.parse_version(text)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree(loader.DATA, tmp_path / "data")
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("pattern", "replacement", "problem"),
    [
        ('code = "snom-710"', 'code = "snom-720"', "not the file's name"),
        ('label = "snom 710"', "", "label is missing"),
        ('label = "snom 710"', 'label = ""', "label is empty"),
        ("identities = 4", "identities = true", "identities is not of type int"),
        ("identities = 4", "identities = 0", "identities is at least 1"),
        ('minimum_firmware = "8.7.5"', 'minimum_firmware = "8.x"', "a version is numbers"),
        ("retired = false", "retired = false\ncolour = 3", "unknown: colour"),
        ("default_line_keys = 4", "default_line_keys = 6", "default_line_keys is more"),
        (r"\[facts.keys\]", "[facts.buttons]", "facts differ from the figures: buttons, keys"),
        ('confidence = "unconfirmed"', 'confidence = "sure"', "unknown confidence sure"),
        ("keys = 5", "keys = 5\ncolumns = 1", "unknown: columns"),
        (r"\[\[banks\]\]", "[[banks", "snom/snom-710.toml"),
    ],
)
def test_load_names_what_is_wrong(data: Path, pattern: str, replacement: str, problem: str) -> None:
    path = data / "snom" / "snom-710.toml"
    text, changed = re.subn(pattern, replacement, path.read_text(), count=1)
    path.write_text(text)

    assert changed == 1
    with pytest.raises(CatalogueError, match=re.escape(problem)):
        load(data)


@pytest.mark.parametrize(
    ("pattern", "replacement", "problem"),
    [
        ("cols = 1", "cols = 0", "cols is at least 1"),
        ("cols = 1", "cols = 1\ninset = 4.5", "inset and stagger are whole numbers"),
        ("cols = 1", "cols = 1\nmirror = 1", "mirror is true or false"),
        ('order = "column"', 'order = "spiral"', "unknown order spiral"),
    ],
)
def test_load_names_what_is_wrong_in_a_drawing(
    data: Path, pattern: str, replacement: str, problem: str
) -> None:
    path = data / "drawings" / "snom-71x.toml"
    text, changed = re.subn(pattern, replacement, path.read_text(), count=1)
    path.write_text(text)

    assert changed == 1
    with pytest.raises(CatalogueError, match=re.escape(problem)):
        load(data)


def test_load_refuses_a_sidecar_family_that_does_not_exist(data: Path) -> None:
    (data / "sidecars" / "snom-d7.toml").unlink()

    with pytest.raises(CatalogueError, match="unknown sidecar family snom-d7"):
        load(data)


def test_load_refuses_one_code_for_two_vendors(data: Path) -> None:
    (data / "other").mkdir()
    shutil.copy(data / "snom" / "snom-710.toml", data / "other" / "snom-710.toml")

    with pytest.raises(CatalogueError, match="snom-710: two files"):
        load(data)


def test_system_check_passes_and_names_a_faulty_file(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checks.check_catalogue(None) == []

    (data / "snom" / "snom-720.toml").write_text("code = 3")
    monkeypatch.setattr(checks, "load", lambda: load(data))
    (error,) = checks.check_catalogue(None)

    assert error.id == "phones.E001"
    assert "snom/snom-720.toml: code is not of type str" in error.msg


# --- What phones of a vendor are told -------------------------------------------------------------


def test_a_range_of_firmwares_holds_what_is_in_it_and_the_unknown_one_as_the_oldest() -> None:
    old, new, between = Firmwares(before=(10,)), Firmwares(since=(10,)), Firmwares((8, 9), (10, 1))

    assert [old.hold(each) for each in (None, (8, 7, 5, 35), (9, 9), (10,))] == [
        True,
        True,
        True,
        False,
    ]
    assert [new.hold(each) for each in (None, (9, 9), (10,), (10, 1, 215))] == [
        False,
        False,
        True,
        True,
    ]
    assert [between.hold(each) for each in (None, (8, 9), (10,), (10, 1))] == [
        False,
        True,
        True,
        False,
    ]


def test_a_firmware_is_told_each_setting_once() -> None:
    snom = catalogue.vendor("snom")

    for firmware in (None, (8, 7, 5, 35), (8, 9, 3, 80), (10, 1, 54, 13), (10, 1, 215, 13)):
        names = [setting.name for setting in snom.settings_for(firmware)]
        assert len(names) == len(set(names))
        assert snom.language_name("fr", firmware)
    assert not snom.tells("prov_polling_time", None)
    assert snom.tells("prov_polling_time", (10, 1))


def test_every_setting_language_and_zone_has_a_source_and_says_how_sure_we_are() -> None:
    snom = catalogue.vendor("snom")
    facts = [each.fact for each in (*snom.settings, *snom.languages, *snom.time_zones.values())]

    assert all(len(fact.source) > 8 for fact in facts)
    unsure = {fact.name for fact in facts if fact.confidence == "unconfirmed"}
    assert unsure == {"user_server_type"}


@pytest.mark.parametrize(
    ("pattern", "replacement", "problem"),
    [
        ('perm = "R"', 'perm = "X"', "unknown perm X"),
        (
            'needs = "directory_key"',
            'needs = "identities"',
            "identities is no figure that is true or false",
        ),
        ('needs = "directory_key"', 'needs = "colour"', "colour is no figure"),
        ('name = "pnp_config"', 'name = "pnp_config"\nunused = ""', "only a setting of a line"),
        (
            'name = "pnp_config"',
            'name = "pnp_config"\nsince = "10"\nbefore = "9"',
            "since is not before",
        ),
        ('name = "pnp_config"', 'name = "pnp_config"\nsince = "ten"', "a version is numbers"),
        ('name = "pnp_config"', 'name = "pnp_config"\ncolour = 1', "unknown: colour"),
        ('name = "pnp_config"', "", "name is missing"),
        ('value = "TTB-4"', 'value = "TTB-4"\ndst = "3600"', "a rule is for a zone without a name"),
        ('zone = "Europe/Monaco"', 'zone = "Europe/Paris"', "a time zone stands twice"),
        ('language = "fr"', 'language = ""', "language is empty"),
        ('code = "snom"', 'code = "acme"', "not the file's name"),
    ],
)
def test_load_names_what_is_wrong_in_a_vendor(
    data: Path, pattern: str, replacement: str, problem: str
) -> None:
    path = data / "vendors" / "snom.toml"
    text = path.read_text()
    assert pattern in text
    path.write_text(text.replace(pattern, replacement, 1))

    with pytest.raises(CatalogueError, match=re.escape(problem)):
        load(data)


def test_a_model_of_a_vendor_that_nobody_knows_is_refused(data: Path) -> None:
    path = data / "snom" / "snom-710.toml"
    path.write_text(path.read_text().replace('vendor = "snom"', 'vendor = "acme"'))

    with pytest.raises(CatalogueError, match="unknown vendor acme"):
        load(data)
