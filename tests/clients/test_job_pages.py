"""« Tâches » and a job's page: progress that asks again while there is some, a stop, a report."""

import re
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clients.enums import JobState
from clients.models import AuditEvent, Client, Job, Reseller
from clients.services import jobs
from clients.services.audit import Actor
from tests.clients.jobs import CheckedRunner, SiteRunner, kinds, work_through
from tests.downloads import rows_of
from tests.factories.clients import ClientFactory, JobFactory
from tests.queries import assert_same_queries

LIVE = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "job-live"}


@pytest.fixture(autouse=True)
def known_kinds() -> Iterator[None]:
    with kinds(SiteRunner(), CheckedRunner()):
        yield


@pytest.fixture
def job(blue_client: Client, blue_actor: Actor) -> Job:
    items = [
        {"name": "=one", "number": "+33970711111", "mac": "00041374074C"},
        {"name": "refused", "number": "", "mac": ""},
    ]
    return jobs.start(
        "test.sites", client=blue_client, actor=blue_actor, items=items, summary="Deux sites"
    )


def page(browser: Browser, job: Job, **headers: str) -> str:
    return browser.get(reverse("extranet:job-detail", args=[job.pk]), **headers).content.decode()


def test_a_job_at_work_asks_again_each_second_and_can_be_stopped(
    blue_browser: Browser, job: Job
) -> None:
    shown = page(blue_browser, job)

    assert 'hx-trigger="every 1s"' in shown
    assert reverse("extranet:job-stop", args=[job.pk]) in shown
    assert "0 sur 2" in shown


@pytest.mark.parametrize(
    ("state", "whole", "stops"),
    [
        (JobState.RUNNING, True, False),  # one transaction goes to its end
        (JobState.WAITING, True, True),
        (JobState.RUNNING, False, True),
    ],
)
def test_a_stop_is_offered_while_it_would_change_something(
    blue_browser: Browser, job: Job, state: JobState, whole: bool, stops: bool
) -> None:
    Job.unscoped.filter(pk=job.pk).update(state=state, whole=whole)

    shown = page(blue_browser, job)

    assert (reverse("extranet:job-stop", args=[job.pk]) in shown) is stops
    assert ("va jusqu’au bout" in shown) is not stops


def test_what_htmx_gets_goes_on_asking_until_the_end_and_then_tells(
    blue_browser: Browser, job: Job
) -> None:
    working = page(blue_browser, job, **LIVE)
    work_through(job)
    ended = page(blue_browser, job, **LIVE)

    assert ("every 1s" in working, "every 1s" in ended) == (True, False)
    assert ('id="job-rows"' in working, 'id="job-rows"' in ended) == (False, True)
    assert 'aria-live="polite"' in ended
    assert "Deux sites\xa0: Terminée. 1 faite, 1 refusée." in " ".join(re.split(r"[ \n]+", ended))
    assert "<html" not in ended


def test_the_rows_show_what_is_wrong_first_and_can_be_filtered(
    blue_browser: Browser, job: Job
) -> None:
    work_through(job)
    everything = page(blue_browser, job)
    refused = blue_browser.get(reverse("extranet:job-detail", args=[job.pk]), {"f": "bad"})

    assert everything.index("This one may not be.") < everything.index("=one made")
    assert [row.position for row in refused.context["page"].object_list] == [2]


@pytest.mark.parametrize("query", ["?f=nonsense&page=99", "?f=skipped", "?page=x"])
def test_a_nonsensical_address_is_still_a_page(query: str, blue_browser: Browser, job: Job) -> None:
    assert (
        blue_browser.get(reverse("extranet:job-detail", args=[job.pk]) + query).status_code == 200
    )


def test_stopping_is_said_and_stopping_again_too(blue_browser: Browser, job: Job) -> None:
    url = reverse("extranet:job-stop", args=[job.pk])

    first = blue_browser.post(url, follow=True).content.decode()
    again = blue_browser.post(url, follow=True).content.decode()

    job.refresh_from_db()
    assert job.state == JobState.STOPPED
    assert "Ce qui est fait reste fait" in first and "Elle était déjà finie" in again
    assert AuditEvent.objects.filter(kind="job.stopped").count() == 1


def test_the_report_is_a_file_of_every_row_without_formulas(
    blue_browser: Browser, job: Job
) -> None:
    work_through(job)

    response = blue_browser.get(reverse("extranet:job-report", args=[job.pk]))

    assert rows_of(response) == [
        ["Ligne", "Name", "Number", "MAC", "Résultat", "Pourquoi"],
        ["1", "'=one", "0970711111", "00:04:13:74:07:4C", "Faite", "'=one made"],
        ["2", "refused", "", "", "Refusée", "This one may not be."],
    ]
    assert response["Content-Disposition"] == f'attachment; filename="compte-rendu-{job.pk}.csv"'
    assert AuditEvent.objects.get(kind="export").after["rows"] == 2


def test_a_failed_job_says_why(
    blue_browser: Browser, blue_client: Client, blue_actor: Actor
) -> None:
    items = [{"name": "stop"}]
    failed = jobs.start(
        "test.sites", client=blue_client, actor=blue_actor, items=items, summary="Sites"
    )
    work_through(failed)

    shown = page(blue_browser, failed)

    assert "Échouée" in shown and "Enough." in shown


def test_a_job_of_a_kind_that_is_no_more_still_has_its_page(
    blue_browser: Browser, blue_job: Job
) -> None:
    Job.unscoped.filter(pk=blue_job.pk).update(kind="gone")
    work_through(blue_job)

    assert "Échouée" in page(blue_browser, blue_job)


def test_the_list_shows_the_jobs_of_the_scope_alone(
    blue_browser: Browser, job: Job, red_job: Job
) -> None:
    listed = blue_browser.get(reverse("extranet:job-list"))

    assert [row.pk for row, _look in listed.context["page"].object_list] == [job.pk]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_list_is_a_file_too(
    file_format: str, blue_browser: Browser, job: Job, red_job: Job
) -> None:
    Job.unscoped.filter(pk=job.pk).update(summary="=1+1")
    work_through(job)

    rows = rows_of(blue_browser.get(reverse("extranet:job-export"), {"format": file_format}))

    formula = "'=1+1" if file_format == "csv" else "=1+1"  # a cell of XLSX says that it is text
    assert rows[0][:2] == ["Objet", "Client"]
    assert [[row[0], row[1], *row[4:9]] for row in rows[1:]] == [
        [formula, "Client Bleu [10100]", "Terminée", "2", "1", "0", "1"]
    ]
    assert (
        reverse("extranet:job-export")
        in blue_browser.get(reverse("extranet:job-list")).content.decode()
    )
    assert AuditEvent.objects.get(kind="export").after["list"] == "jobs"


def test_the_file_costs_the_same_for_one_job_and_for_many(
    blue_browser: Browser, blue_client: Client, job: Job
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            rows_of(blue_browser.get(reverse("extranet:job-export")))
        return len(captured)

    queries()
    one = queries()
    JobFactory.create_batch(5, client=blue_client, reseller=blue_client.reseller)

    assert queries() == one


def test_an_empty_list_says_what_to_do_next(blue_browser: Browser) -> None:
    assert (
        "Aucune tâche pour l’instant"
        in blue_browser.get(reverse("extranet:job-list")).content.decode()
    )


def test_the_list_and_the_page_cost_the_same_for_one_row_and_for_many(
    blue_browser: Browser, blue_client: Client, blue_actor: Actor, django_assert_num_queries: object
) -> None:
    def queries(url: str) -> int:
        blue_browser.get(url)
        with CaptureQueriesContext(connection) as captured:
            blue_browser.get(url)
        return len(captured)

    few = jobs.start(
        "test.sites", client=blue_client, actor=blue_actor, items=[{"name": "a"}], summary="1"
    )
    one = (
        queries(reverse("extranet:job-list")),
        queries(reverse("extranet:job-detail", args=[few.pk])),
    )
    items = [{"name": f"{n}"} for n in range(40)]
    many = jobs.start("test.sites", client=blue_client, actor=blue_actor, items=items, summary="40")

    assert (
        queries(reverse("extranet:job-list")),
        queries(reverse("extranet:job-detail", args=[many.pk])),
    ) == one


LIST = "/extranet/taches/"


def listed(browser: Browser, **asked: str) -> list[str]:
    page = browser.get(LIST, asked).context["page"]
    return [row.summary for row, _look in page.object_list]


@pytest.fixture
def several(blue_client: Client, blue_reseller: Reseller) -> None:
    """Three jobs, each with its own words, client, asker, state and progress."""
    other = ClientFactory(reseller=blue_reseller, legal_name="Menuiserie Brisset", reference="M1")
    now = timezone.now()
    JobFactory(client=blue_client, summary="Étrennes", actor_label="Ada", total=10, created_at=now)
    JobFactory(
        client=other,
        summary="import de noël",
        actor_label="Béatrice",
        state=JobState.RUNNING,
        total=10,
        ok_count=5,
        created_at=now - timedelta(hours=1),
    )
    JobFactory(
        client=None,
        reseller=blue_reseller,
        summary="Zénith",
        actor_label="Zoé",
        state=JobState.FAILED,
        total=0,
        created_at=now - timedelta(hours=2),
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("etrennes", ["Étrennes"]),
        ("IMPORT noel", ["import de noël"]),
        ("beatrice", ["import de noël"]),
        ("menuiserie", ["import de noël"]),
        ("m1 noel", ["import de noël"]),
        ("zoe", ["Zénith"]),
        ("rouge", []),
        ("ada zoe", []),
    ],
)
def test_jobs_are_found_by_their_words_their_client_and_who_asked(
    typed: str, found: list[str], several: None, red_job: Job, blue_browser: Browser
) -> None:
    assert listed(blue_browser, q=typed) == found


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("summary", ["Étrennes", "import de noël", "Zénith"]),
        # of no client: first, on both databases
        (
            "client",
            ["Zénith", "Étrennes", "import de noël"],
        ),
        ("created", ["Zénith", "import de noël", "Étrennes"]),
        ("by", ["Étrennes", "import de noël", "Zénith"]),
        ("state", ["Étrennes", "import de noël", "Zénith"]),
        ("progress", ["Étrennes", "Zénith", "import de noël"]),
    ],
)
def test_jobs_are_sorted_by_every_column_both_ways(
    sort: str, order: list[str], several: None, blue_browser: Browser
) -> None:
    assert listed(blue_browser, sort=sort) == order
    assert listed(blue_browser, sort=f"-{sort}") == order[::-1]


def test_the_newest_job_comes_first(several: None, blue_browser: Browser) -> None:
    newest = ["Étrennes", "import de noël", "Zénith"]

    assert listed(blue_browser) == listed(blue_browser, sort="evil__password") == newest


def test_jobs_are_filtered_and_counted_by_state(
    several: None, red_job: Job, blue_browser: Browser
) -> None:
    chips = blue_browser.get(LIST, {"f": "failed"}).context["filters"]

    assert listed(blue_browser, f="failed") == ["Zénith"]
    assert listed(blue_browser, f="nonsense") == listed(blue_browser)
    assert [(chip.url, chip.count) for chip in chips] == [
        ("?", 3), ("?f=waiting", 1), ("?f=running", 1), ("?f=failed", 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "said"),
    [("?q=zzz", "Rien ne contient «\xa0zzz\xa0»"), ("?f=done", "Aucune tâche n’est dans ce cas")],
)
def test_a_list_of_jobs_without_any_says_what_was_asked(
    query: str, said: str, several: None, blue_browser: Browser
) -> None:
    assert said in blue_browser.get(LIST + query).content.decode()


def test_the_file_of_the_jobs_is_what_the_list_shows(several: None, blue_browser: Browser) -> None:
    file = blue_browser.get("/extranet/exports/taches/", {"q": "e", "f": "running"})

    assert [row[0] for row in rows_of(file)[1:]] == ["import de noël"]


@pytest.mark.parametrize("query", ["", "?q=import&sort=-progress", "?f=waiting&sort=client"])
def test_the_list_of_jobs_asks_as_much_for_one_row_as_for_25(
    query: str, blue_browser: Browser, blue_job: Job, blue_reseller: Reseller
) -> None:
    def add_jobs() -> None:
        for _ in range(24):
            JobFactory(client=ClientFactory(reseller=blue_reseller))

    assert_same_queries(blue_browser, LIST + query, add_jobs)


def test_the_jobs_that_were_there_before_the_search_are_found(blue_job: Job) -> None:
    migration = import_module("clients.migrations.0004_job_search")
    Job.unscoped.update(search_text="")

    migration.fold_what_is_there(apps, None)

    blue_job.refresh_from_db()
    assert blue_job.search_text == blue_job.folded_parts()
