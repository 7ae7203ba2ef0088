"""« Importer un fichier » in the browser: the upload, what is wrong with it, the preview, the word
that sets it going.
"""

import uuid
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse
from openpyxl import load_workbook

from clients.enums import JobState
from clients.models import Client, Job, Subscriber, User
from clients.models.job import most_whole
from tests.clients.jobs import work_through

GOOD = "SDA;Nom;MAC\r\n0970719101;Zoé;00:04:13:00:00:01\r\n"


@pytest.fixture
def send(blue_browser: Browser, blue_client: Client) -> Callable[..., HttpResponse]:
    def upload(content: bytes | str, **form: object) -> HttpResponse:
        data = content.encode() if isinstance(content, str) else content
        url = reverse("extranet:import", args=[blue_client.reference])
        return blue_browser.post(url, {"file": SimpleUploadedFile("liste.csv", data), **form})

    return upload


def the_job() -> Job:
    return work_through(Job.unscoped.get())


def test_a_file_becomes_a_preview_that_says_everything(
    send: Callable[..., HttpResponse], blue_browser: Browser
) -> None:
    response = send(GOOD + "12;Faux;\r\n", form_token=uuid.uuid4())
    job = the_job()
    page = blue_browser.get(response["Location"]).content.decode()

    assert response["Location"] == reverse("extranet:job-detail", args=[job.pk])
    assert (job.state, job.bad_count) == (JobState.READY, 1)
    assert "rien n’est encore enregistré" in page
    assert "Importer seulement la bonne ligne" in page
    assert "Importer tout ou rien" not in page
    assert page.index("Fausse") < page.index("Zoé")


def test_the_preview_of_a_file_without_fault_offers_all_or_nothing(
    send: Callable[..., HttpResponse], blue_browser: Browser, blue_client: Client
) -> None:
    send(GOOD)
    job = the_job()
    page = blue_browser.get(reverse("extranet:job-detail", args=[job.pk])).content.decode()
    assert "Importer tout ou rien" in page

    blue_browser.post(reverse("extranet:import-apply", args=[job.pk]), {"what": "whole"})
    work_through(job)

    assert (job.state, job.whole, blue_client.phones.count()) == (JobState.DONE, True, 1)


def test_a_file_too_long_for_all_or_nothing_offers_the_right_rows(
    send: Callable[..., HttpResponse], blue_browser: Browser, blue_client: Client
) -> None:
    send(GOOD)
    job = the_job()
    Job.unscoped.filter(pk=job.pk).update(ok_count=most_whole() + 1)
    page = blue_browser.get(reverse("extranet:job-detail", args=[job.pk])).content.decode()
    assert "Importer tout ou rien" not in page
    assert "ou partagez le fichier" in page

    url = reverse("extranet:import-apply", args=[job.pk])
    answer = blue_browser.post(url, {"what": "whole"}, follow=True).content.decode()

    assert "lignes au plus" in answer
    assert not blue_client.phones.exists()


def test_a_double_click_makes_one_job_and_goes_once(
    send: Callable[..., HttpResponse], blue_browser: Browser, blue_client: Client
) -> None:
    token = uuid.uuid4()
    assert send(GOOD, form_token=token)["Location"] == send(GOOD, form_token=token)["Location"]
    job = the_job()

    for _ in range(2):
        response = blue_browser.post(
            reverse("extranet:import-apply", args=[job.pk]), {"what": "right"}
        )
        assert response.status_code == 302
    work_through(job)

    assert (job.state, blue_client.phones.count()) == (JobState.DONE, 1)


def test_the_same_form_with_another_file_or_other_ticks_is_another_job(
    send: Callable[..., HttpResponse], blue_client: Client
) -> None:
    """As a browser sends it that went back to the page it had."""
    token = uuid.uuid4()

    places = {
        send(GOOD, form_token=token)["Location"],
        send(GOOD.replace("Zoé", "Zoë"), form_token=token)["Location"],
        send(GOOD, form_token=token, update="on")["Location"],
    }

    assert len(places) == 3


@pytest.mark.parametrize("what", ["", "everything", "whole"])
def test_a_forged_word_sets_nothing_going(
    what: str, send: Callable[..., HttpResponse], blue_browser: Browser
) -> None:
    send(GOOD + "12;Faux;\r\n")
    job = the_job()

    page = blue_browser.post(
        reverse("extranet:import-apply", args=[job.pk]), {"what": what}, follow=True
    ).content.decode()

    job.refresh_from_db()
    assert job.state == JobState.READY
    assert "alert-danger" in page


def test_an_import_is_no_word_for_another_kind_of_job(blue_browser: Browser, blue_job: Job) -> None:
    Job.unscoped.filter(pk=blue_job.pk).update(kind="phones.act", state=JobState.READY)

    assert (
        blue_browser.post(reverse("extranet:import-apply", args=[blue_job.pk])).status_code == 404
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Le fichier est vide."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100, "ancien format"),
        ("Nom;Site\r\nZoé;Clichy\r\n", "Aucune colonne ne s’appelle"),
        ("SDA;Nom\r\n", "aucune ligne au-dessous"),
        ("SDA\r\n" + "0970719101\r\n" * 10_001, "plus de 10000 lignes"),
        (b"x" * (10 * 1024 * 1024 + 1), "dépasse 10"),
    ],
    ids=["empty", "xls", "no column", "no row", "too many", "too large"],
)
def test_a_file_that_will_not_do_is_refused_at_its_field(
    content: bytes | str, words: str, send: Callable[..., HttpResponse]
) -> None:
    response = send(content)

    assert response.status_code == 200
    assert words in " ".join(response.context["form"].errors["file"])
    assert not Job.unscoped.exists()


def test_no_file_at_all_is_said(blue_browser: Browser, blue_client: Client) -> None:
    response = blue_browser.post(reverse("extranet:import", args=[blue_client.reference]))

    assert "file" in response.context["form"].errors


def test_what_was_ticked_is_kept_beside_an_error(send: Callable[..., HttpResponse]) -> None:
    form = send(b"", update="on").context["form"]

    assert form["update"].value()


def test_columns_left_out_are_said(send: Callable[..., HttpResponse]) -> None:
    send("SDA;Nom;Couleur\r\n0970719101;Zoé;bleu\r\n")

    assert Job.unscoped.get().notice == "Colonne non reprise\xa0: «\xa0Couleur\xa0»."


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_model_file_is_one_that_can_be_sent_back(
    file_format: str, blue_browser: Browser, blue_client: Client, send: Callable[..., HttpResponse]
) -> None:
    url = reverse("extranet:import-model", args=[blue_client.reference])
    response = blue_browser.get(url, {"format": file_format})
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    if file_format == "xlsx":
        assert load_workbook(BytesIO(content)).active["A1"].value == "SDA"

    send(content)

    assert (the_job().bad_count, the_job().total) == (0, 2)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_export_of_users_can_be_sent_back(
    file_format: str,
    blue_browser: Browser,
    blue_client: Client,
    alice: Subscriber,
    bob: Subscriber,
    send: Callable[..., HttpResponse],
) -> None:
    Subscriber.unscoped.filter(pk=bob.pk).update(name="-Bob; =1+1")
    response = blue_browser.get(
        reverse("extranet:user-export", args=[blue_client.reference]), {"format": file_format}
    )
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]

    send(content)

    job = the_job()
    assert (job.total, job.skipped_count) == (2, 2)


def test_a_stranger_neither_sees_nor_starts_nor_stops_a_job(
    send: Callable[..., HttpResponse], as_user: Callable[[User], Browser], red_staff: User
) -> None:
    send(GOOD)
    job = the_job()
    red = as_user(red_staff)

    answers = [
        red.get(reverse("extranet:job-detail", args=[job.pk])).status_code,
        red.get(reverse("extranet:job-report", args=[job.pk])).status_code,
        red.post(reverse("extranet:import-apply", args=[job.pk]), {"what": "right"}).status_code,
        red.post(reverse("extranet:job-stop", args=[job.pk])).status_code,
    ]

    job.refresh_from_db()
    assert (answers, job.state) == ([404] * 4, JobState.READY)
    assert (
        "Import"
        not in red.get(reverse("extranet:job-list")).content.decode().partition("<tbody")[2]
    )
