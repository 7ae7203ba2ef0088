import uuid

import pytest

from metacentrex import renewals

PHONE = uuid.UUID("3f2c7d1e-0000-4000-8000-00000000b10e")
OTHER = uuid.UUID("3f2c7d1e-0000-4000-8000-00000000eed0")


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.METACENTREX_HOME = tmp_path
    return tmp_path


def test_what_was_noted_is_remembered_with_the_highest_generation():
    mark = uuid.uuid4()
    renewals.note_mark(mark)
    for phone, generation in [(PHONE, 3), (OTHER, 2), (PHONE, 2)]:
        renewals.note(phone, generation)

    known = renewals.read_own()

    assert (known.marks, known.generations) == ({mark}, {PHONE: 3, OTHER: 2})


def test_a_machine_without_the_file_remembers_nothing():
    assert renewals.read_own() == renewals.Renewals()


def test_the_file_is_its_owners_alone():
    renewals.note(PHONE, 2)

    assert oct(renewals.path().stat().st_mode & 0o777) == "0o600"


def test_what_a_power_cut_left_half_written_is_passed_over():
    renewals.note(PHONE, 2)
    with renewals.path().open("ab") as file:
        file.write(b"\0\0\0\0" + b"2026-11-23T21:4")
    renewals.note(OTHER, 7)
    with renewals.path().open("ab") as file:
        file.write(b"2026-11-23T21:50:00Z 3f2c7d1e-0000-4000")

    assert renewals.read_own().generations == {PHONE: 2, OTHER: 7}


@pytest.mark.parametrize("line", ["", "hello", f"2026-11-23T21:50:00Z {PHONE} many", f"{PHONE} 2"])
def test_a_line_of_another_file_is_an_error_that_says_where(line):
    renewals.note(PHONE, 2)
    with renewals.path().open("a") as file:
        file.write(f"{line}\n")

    with pytest.raises(renewals.UnreadableRenewals, match=r"renewals\.log, line 2"):
        renewals.read_own()


def test_a_renewal_that_cannot_be_noted_is_logged_and_stops_nobody(settings, tmp_path, caplog):
    settings.METACENTREX_HOME = tmp_path / "nowhere"

    renewals.note(PHONE, 2)

    assert [record.getMessage() for record in caplog.records] == [
        f"renewal_not_noted phone={PHONE} generation=2"
    ]
