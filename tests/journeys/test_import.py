"""A file of five thousand users with their phones, twelve rows of it wrong: preview, progress,
report, nothing half-done.
"""

import csv
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.journeys.stack import Stack
from tests.journeys.story import REFERENCE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.once]
ROWS, WRONG = 5000, 12
PATIENCE = 180_000  # milliseconds: a machine shared with others is slow, and nothing here is timed


def users() -> FilePayload:
    """The file, as Excel would have it: numbers without their zero, one row in
    four hundred wrong.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["@MAC", "Nom", "SDA", "N° court", "Site"])
    for at in range(ROWS):
        wrong = at % 400 == 7 and at // 400 < WRONG
        mac = "1.23E+11" if wrong else f"00:04:13:D0:{at >> 8:02X}:{at & 255:02X}"
        sheet.append([mac, f"Personne {at}", 980_000_000 + at, 20_000 + at, "Clichy"])
    out = BytesIO()
    book.save(out)
    return {
        "name": "utilisateurs.xlsx",
        "mimeType": "application/octet-stream",
        "buffer": out.getvalue(),
    }


def counted(stack: Stack, what: str) -> int:
    return int(str(stack.sql(f"SELECT count(*) FROM {what}")[0][0]))


@pytest.fixture(scope="module")
def stack(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One of its own: five thousand lines more are another world for the other journeys."""
    started = Stack(tmp_path_factory.mktemp("import") / "home")
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def login(stack: Stack) -> tuple[str, str]:
    return stack.login()


def test_five_thousand_users_with_twelve_wrong_rows(inside: Page, stack: Stack) -> None:
    lines, phones = counted(stack, "clients_subscriber"), counted(stack, "phones_phone")
    inside.set_default_timeout(PATIENCE)

    inside.goto(f"/extranet/clients/{REFERENCE}/compte/")
    inside.get_by_role("link", name="Importer un fichier").click()
    inside.get_by_label("Fichier").set_input_files(users())
    inside.get_by_role("button", name="Vérifier le fichier").click()

    expect(inside.get_by_text("12 lignes sur 5000 sont fausses")).to_be_visible(timeout=PATIENCE)
    first = inside.get_by_role("table", name="Ligne par ligne").locator("tbody tr").first
    expect(first).to_contain_text("Le tableur a changé cette cellule en nombre")
    expect(inside.get_by_role("button", name="Importer tout ou rien")).to_have_count(0)
    assert counted(stack, "clients_subscriber") == lines

    inside.get_by_role("button", name=re.compile("4988 bonnes lignes")).click()
    expect(inside.locator("#job-state")).to_have_text(re.compile("Terminée"), timeout=PATIENCE)
    expect(inside.locator("strong", has_text="5000 sur 5000")).to_be_visible()

    with inside.expect_download() as download:
        inside.get_by_role("link", name="Télécharger le compte rendu").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    results = [row[-2] for row in csv.reader(text.splitlines(), delimiter=";")][1:]
    assert (results.count("Faite"), results.count("Refusée")) == (ROWS - WRONG, WRONG)
    assert counted(stack, "clients_subscriber") == lines + ROWS - WRONG
    assert counted(stack, "phones_phone") == phones + ROWS - WRONG
    alone = "clients_subscriber s WHERE s.number LIKE '+33980%' AND NOT EXISTS"
    assert (
        counted(stack, f"{alone} (SELECT 1 FROM phones_phone p WHERE p.subscriber_id = s.id)") == 0
    )
