"""Phones that a client has already: updated where that is asked, moved only where that is asked."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from clients.enums import JobState
from clients.models import AuditEvent, Client, Job, Subscriber
from clients.services.audit import Actor
from phones.models import Phone
from tests.clients.jobs import work_through
from tests.factories.clients import SubscriberFactory
from tests.factories.phones import PhoneFactory
from tests.phones.imports.test_import import applied, checked, said, states

pytestmark = pytest.mark.django_db

HEAD = "SDA;@MAC;Modèle;Description"
ALICES, BOBS = "0970719001", "0970719002"
MAC = "00:04:13:00:B1:0E"


def message(job: Job) -> str:
    [(_state, text)] = said(job).values()
    return text


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        (f"{ALICES};{MAC};snom D765;", ("snom-d765", "Bureau d'Alice")),
        (f"{ALICES};{MAC};;Accueil", ("", "Accueil")),
        (f";{MAC};snom D765;Accueil", ("snom-d765", "Accueil")),
    ],
)
def test_another_model_or_description_is_an_update(
    row: str,
    fields: tuple[str, str],
    blue_client: Client,
    blue_actor: Actor,
    alice: Subscriber,
    blue_phone: Phone,
) -> None:
    refused = checked(blue_client, blue_actor, row, head=HEAD)
    job = applied(checked(blue_client, blue_actor, row, head=HEAD, update=True), blue_actor)

    after = Phone.unscoped.get(pk=blue_phone.pk)
    assert states(refused) == ["bad"]
    assert "Mettre à jour les lignes" in message(refused)
    assert (states(job), (after.model, after.description)) == (["ok"], fields)
    assert (after.subscriber, after.authorized_until) == (alice, blue_phone.authorized_until)
    assert after.credential_generation == blue_phone.credential_generation
    assert AuditEvent.objects.filter(kind="phone.updated").count() == 1


def test_a_row_that_says_what_is_there_changes_nothing(
    blue_client: Client, blue_actor: Actor, blue_phone: Phone
) -> None:
    job = checked(blue_client, blue_actor, f"{ALICES};{MAC};;Bureau d'Alice", head=HEAD)

    assert (job.state, states(job)) == (JobState.READY, ["skipped"])


def test_a_phone_changes_line_only_where_that_is_asked(
    blue_client: Client, blue_actor: Actor, blue_phone: Phone, bob: Subscriber
) -> None:
    Phone.unscoped.filter(pk=blue_phone.pk).update(authenticated_at=timezone.now())
    row = f"{BOBS};{MAC};;"

    refused = checked(blue_client, blue_actor, row, head=HEAD, update=True)
    asked = checked(blue_client, blue_actor, row, head=HEAD, moves=True)
    assert states(refused) == ["bad"]
    assert "Changer de ligne les téléphones" in message(refused)
    assert "0970719001" in message(asked)
    assert "coupé" in message(asked)
    assert Phone.unscoped.get(pk=blue_phone.pk).subscriber_id == blue_phone.subscriber_id

    applied(asked, blue_actor)

    after = Phone.unscoped.get(pk=blue_phone.pk)
    assert (after.subscriber, after.authenticated_at) == (bob, None)
    assert after.credential_generation > blue_phone.credential_generation


def test_phones_in_service_that_a_file_moves_are_counted_before(
    blue_browser: Browser,
    blue_client: Client,
    blue_actor: Actor,
    blue_phone: Phone,
    bob: Subscriber,
) -> None:
    PhoneFactory(client=blue_client, mac="000413000077")  # not in service
    file = (f"{BOBS};{MAC};;", f"{BOBS};00:04:13:00:00:77;;")

    def page(*rows: str, **options: bool) -> str:
        job = checked(blue_client, blue_actor, *rows, head=HEAD, **options)
        return blue_browser.get(reverse("extranet:job-detail", args=[job.pk])).content.decode()

    assert "en service chang" not in page(*file, moves=True)
    Phone.unscoped.filter(pk=blue_phone.pk).update(authenticated_at=timezone.now())
    assert "1 téléphone en service change de ligne" in page(*file, moves=True)
    assert "en service chang" not in page(*file)
    assert "en service chang" not in page(f"{ALICES};{MAC};;", moves=True)


def test_a_phone_goes_to_a_line_that_the_same_row_creates(
    blue_client: Client, blue_actor: Actor, blue_phone: Phone
) -> None:
    row = f"0970719101;Zoé Neuve;{MAC}"

    job = checked(blue_client, blue_actor, row, head="SDA;Nom;MAC", moves=True)
    applied(job, blue_actor, whole=True)

    assert Phone.unscoped.get(pk=blue_phone.pk).number == "+33970719101"


def test_an_unassigned_phone_is_put_on_a_line_where_that_is_asked(
    blue_client: Client, blue_actor: Actor, bob: Subscriber
) -> None:
    phone = PhoneFactory(client=blue_client, mac="000413000077")
    row = f"{BOBS};00:04:13:00:00:77;;"

    assert states(checked(blue_client, blue_actor, row, head=HEAD)) == ["bad"]
    applied(checked(blue_client, blue_actor, row, head=HEAD, moves=True), blue_actor)

    after = Phone.unscoped.get(pk=phone.pk)
    assert after.subscriber == bob
    assert after.authorized_until is not None


def test_a_strangers_phone_is_neither_updated_nor_moved(
    blue_client: Client, blue_actor: Actor, alice: Subscriber, red_phone: Phone
) -> None:
    before = Phone.unscoped.filter(pk=red_phone.pk).values().get()
    row = f"{ALICES};{red_phone.mac};snom D765;x"

    job = checked(blue_client, blue_actor, row, head=HEAD, update=True, moves=True)

    assert states(job) == ["bad"]
    assert Phone.unscoped.filter(pk=red_phone.pk).values().get() == before


# --- A person's name for a number -----------------------------------------------------------------


@pytest.fixture
def eleonore(blue_client: Client) -> Subscriber:
    return SubscriberFactory(client=blue_client, name="Éléonore Duval", number="+33970719077")


def send(browser: Browser, text: str) -> Job:
    url = reverse("extranet:import", args=["10100"])
    browser.post(url, {"file": SimpleUploadedFile("liste.csv", text.encode())})
    return work_through(Job.unscoped.latest("pk"))


def test_a_file_takes_a_name_for_the_line_that_has_it(
    blue_browser: Browser, blue_client: Client, eleonore: Subscriber, mallory: Subscriber
) -> None:
    SubscriberFactory(client=blue_client, name="Jean Petit")
    SubscriberFactory(client=blue_client, name="JEAN PETIT")
    job = send(
        blue_browser,
        "SDA;MAC\neleonore  duval;00:04:13:00:00:01\nJean Petit;00:04:13:00:00:02\n"
        f"{mallory.name};00:04:13:00:00:03\n",
    )

    assert states(job) == ["ok", "bad", "bad"]
    texts = [text for _state, text in said(job).values()]
    assert "2 lignes" in texts[1]
    assert "ne s’appelle" in texts[2]


# --- What is to be corrected ----------------------------------------------------------------------


def to_correct(browser: Browser, job: Job, **asked: str) -> bytes:
    answer = browser.get(reverse("extranet:import-wrong-rows", args=[job.pk]), asked)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_the_wrong_rows_come_back_as_they_were_and_go_through_once_corrected(
    blue_browser: Browser, alice: Subscriber
) -> None:
    job = send(
        blue_browser,
        "Nom;Étage;SDA;MAC\nZoé;3;0970719101;00:04:13:00:00:01\n"
        "Yves;=2;09.70.71.91;0004.1300.0002\n;1;0970719001;\n",
    )
    text = to_correct(blue_browser, job).decode("utf-8-sig")
    rows = [row.split(";") for row in text.splitlines()]

    assert rows[0] == ["Nom", "Étage", "SDA", "MAC", "Motif du refus"]
    assert [row[:4] for row in rows[1:]] == [["Yves", "'=2", "09.70.71.91", "0004.1300.0002"]]
    assert len(rows[1][4]) > 10

    again = send(blue_browser, text.replace("09.70.71.91", "09.70.71.91.02"))
    assert states(again) == ["ok"]
    assert (
        "Motif"
        not in blue_browser.get(reverse("extranet:job-detail", args=[again.pk])).content.decode()
    )
    assert "Motif du refus;" not in to_correct(blue_browser, job).decode()


def test_heads_are_harmless_and_cells_beyond_them_are_kept(
    blue_browser: Browser, alice: Subscriber
) -> None:
    head = "SDA;=HYPERLINK(1);Bip\x07;MAC"
    job = send(blue_browser, f"{head}\n12;a;b;00:04:13:00:00:01;hors tableau\n")

    text = to_correct(blue_browser, job).decode("utf-8-sig")
    book = load_workbook(BytesIO(to_correct(blue_browser, job, format="xlsx")))
    first, second = ([cell.value for cell in row] for row in book.active.iter_rows(max_row=2))
    again = to_correct(blue_browser, send(blue_browser, text)).decode("utf-8-sig")

    assert text.splitlines()[0] == "SDA;'=HYPERLINK(1);Bip;MAC;;Motif du refus"
    assert text.splitlines()[1].startswith("12;a;b;00:04:13:00:00:01;hors tableau;")
    assert first == ["SDA", "=HYPERLINK(1)", "Bip", "MAC", None, "Motif du refus"]
    assert (book.active["B1"].data_type, second[4]) == ("s", "hors tableau")
    assert again.splitlines()[0] == text.splitlines()[0]


def test_a_stranger_gets_no_row_to_correct(
    blue_browser: Browser, red_staff, as_user, alice: Subscriber
) -> None:
    job = send(blue_browser, "SDA;MAC\n12;00:04:13:00:00:01\n")

    assert (
        as_user(red_staff).get(reverse("extranet:import-wrong-rows", args=[job.pk])).status_code
        == 404
    )


def test_a_row_about_a_phone_of_ones_own_leads_to_its_page(
    blue_browser: Browser, blue_phone: Phone, red_phone: Phone
) -> None:
    job = send(blue_browser, f"SDA;MAC\n{BOBS};{MAC}\n{BOBS};{red_phone.mac}\n")

    page = blue_browser.get(reverse("extranet:job-detail", args=[job.pk])).content.decode()

    assert reverse("extranet:phone-detail", args=[blue_phone.mac]) in page
    assert reverse("extranet:phone-detail", args=[red_phone.mac]) not in page
