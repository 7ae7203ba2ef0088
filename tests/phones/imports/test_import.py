"""An import from its file to its report: what is created, what is refused and why, who is told
nothing.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from clients.enums import ClientStatus, JobState
from clients.models import AuditEvent, Client, Job, Licence, Site, Subscriber, User
from clients.scoping import Scope
from clients.services import job_runs, job_upkeep, jobs
from clients.services.audit import Actor
from clients.services.subscribers import create_subscriber
from metacentrex.sheets import SheetRow
from phones.imports.headers import find_header
from phones.imports.reading import Options, read_rows
from phones.imports.runner import KIND
from phones.models import Phone, SipCredential
from phones.services import duplicates
from phones.services.registration import Registration, register_phone
from tests.clients.jobs import work_through
from tests.factories.phones import AssignedPhoneFactory

HEAD = "SDA;N° court;Nom;Site;@MAC;Modèle;Description"


def asked(client: Client, actor: Actor, *lines: str, head: str = HEAD, **ticked: bool) -> Job:
    table = [SheetRow(at, text.split(";")) for at, text in enumerate((head, *lines), start=1)]
    options = Options(**ticked)
    payloads = read_rows(find_header(table), options)
    return jobs.start(
        KIND,
        client=client,
        actor=actor,
        items=[jobs.Item(row, row["row"], row.get("rank", 0)) for row in payloads],
        summary="Import",
        options={"ticked": ticked},
    )


def checked(client: Client, actor: Actor, *lines: str, **extra: object) -> Job:
    return work_through(asked(client, actor, *lines, **extra))


def applied(job: Job, actor: Actor, *, whole: bool = False) -> Job:
    jobs.proceed(job, whole=whole, actor=actor)
    return work_through(job)


def said(job: Job) -> dict[int, tuple[str, str]]:
    return {row.position: (row.state, row.message) for row in job.rows.order_by("position")}


def states(job: Job) -> list[str]:
    return [state for state, _message in said(job).values()]


NEW = "0970719101;101;Zoé Neuve;;00:04:13:00:00:01;snom D765;Accueil"
MORE = "0970719102;102;Yves Neuf;;00:04:13:00:00:02;;"


def test_the_check_changes_nothing_and_says_what_would(
    blue_client: Client, blue_actor: Actor
) -> None:
    job = checked(
        blue_client, blue_actor, NEW, "0970719103;103;Sans Poste;;;;", ";;;;00:04:13:00:00:03;;"
    )

    assert (job.state, states(job)) == (JobState.READY, ["ok", "ok", "ok"])
    assert [message for _state, message in said(job).values()] == [
        "ligne à créer, téléphone à référencer, fenêtre de 48\xa0h",
        "ligne à créer",
        "téléphone à référencer sans ligne ni fenêtre",
    ]
    assert not Phone.unscoped.exists() and not blue_client.subscribers.exists()


@pytest.mark.parametrize("whole", [True, False])
def test_an_import_makes_lines_and_phones_as_by_hand(
    whole: bool, blue_client: Client, blue_actor: Actor
) -> None:
    site = Site.unscoped.create(client=blue_client, name="Étage")
    Licence.objects.create(name="Full Meta Test")
    head = "Licence;" + HEAD
    job = checked(
        blue_client, blue_actor, "full meta test;" + NEW.replace(";;00", ";ETAGE;00"), head=head
    )

    applied(job, blue_actor, whole=whole)

    line = blue_client.subscribers.select_related("licence").get()
    phone = blue_client.phones.get()
    assert (job.state, states(job)) == (JobState.DONE, ["ok"])
    assert (line.number, line.extension, line.name, line.site) == (
        "+33970719101",
        "101",
        "Zoé Neuve",
        site,
    )
    assert (line.presented_number, str(line.licence)) == ("+33970719101", "Full Meta Test")
    assert "zoe neuve" in line.search_text
    assert (phone.mac, phone.subscriber, phone.model, phone.description) == (
        "000413000001", line, "snom-d765", "Accueil",
    )  # fmt: skip
    assert phone.authorized_until is not None and phone.window_opened_at is not None
    assert phone.authorized_until - phone.window_opened_at == timedelta(hours=48)
    assert phone.credential_generation == 2
    assert SipCredential.unscoped.get(phone=phone).subscriber == line
    kinds = list(AuditEvent.objects.exclude(object_type="job").values_list("kind", "actor"))
    assert sorted(kinds) == [
        ("phone.registered", blue_actor.user.pk),
        ("subscriber.created", blue_actor.user.pk),
    ]


def test_the_same_file_again_changes_nothing(blue_client: Client, blue_actor: Actor) -> None:
    applied(checked(blue_client, blue_actor, NEW, MORE), blue_actor)

    again = checked(blue_client, blue_actor, NEW, MORE, update=True)

    assert (again.state, states(again)) == (JobState.READY, ["skipped", "skipped"])


def test_a_line_with_other_values_is_changed_only_where_that_was_ticked(
    blue_client: Client, blue_actor: Actor, alice: Subscriber
) -> None:
    row = "0970719001;905;Alice Renommée;;;;"

    refused = checked(blue_client, blue_actor, row)
    changed = applied(checked(blue_client, blue_actor, row, update=True), blue_actor)
    alice.refresh_from_db()

    assert states(refused) == ["bad"]
    assert said(refused)[2][1].startswith(
        "Cette ligne existe avec d’autres valeurs (n° court, nom)"
    ) or ("nom" in said(refused)[2][1])
    assert (states(changed), alice.name, alice.extension) == (["ok"], "Alice Renommée", "905")
    assert "alice renommee" in alice.search_text
    event = AuditEvent.objects.get(kind="subscriber.updated")
    assert (event.before["name"], event.after["name"]) == ("Alice Bleu", "Alice Renommée")
    assert "licence" not in event.after


def test_an_empty_cell_leaves_what_there_is(
    blue_client: Client, blue_actor: Actor, alice: Subscriber
) -> None:
    job = checked(blue_client, blue_actor, "0970719001;;;;00:04:13:00:00:01;;", update=True)
    applied(job, blue_actor)
    alice.refresh_from_db()

    assert (alice.name, alice.extension, alice.phones.count()) == ("Alice Bleu", "901", 1)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("0970719103;901;Nouveau;;;;", "n° court"),
        ("0970719103;103;Nouveau;Atlantide;;;", "Atlantide"),
        ("0970719103;103;;;;;", "nom"),
        ("0970719103;103;Nouveau;;00:11:22:33:44:55;;", "snom"),
        ("0970719103;103;Nouveau;;00:04:13:00:B1:0E;;", "Changer de ligne les téléphones"),
    ],
)
def test_what_the_database_is_against_is_said(
    row: str, word: str, blue_client: Client, blue_actor: Actor, alice: Subscriber
) -> None:
    AssignedPhoneFactory(subscriber=alice, mac="00041300B10E")

    job = checked(blue_client, blue_actor, row)

    assert states(job) == ["bad"]
    assert word in said(job)[2][1]


def test_a_strangers_number_and_mac_are_refused_and_tell_nothing(
    blue_client: Client, blue_actor: Actor, mallory: Subscriber, red_phone: Phone
) -> None:
    job = checked(
        blue_client,
        blue_actor,
        "0970729001;103;Pris;;;;",
        "0970719104;104;Pris;;00:04:13:00:EE:D0;;",
    )

    messages = " ".join(message for _state, message in said(job).values())
    assert states(job) == ["bad", "bad"]
    assert not any(word in messages for word in ("Rouge", "Mallory", "20200"))
    tried = AuditEvent.objects.filter(kind=duplicates.KIND)
    assert sorted(
        text for event in tried for key in ("macs", "numbers") for text in event.after.get(key, [])
    ) == [
        "+33970729001",
        "00041300EED0",
    ]


def test_a_file_of_guesses_gets_no_verdict_at_all(
    blue_client: Client, blue_actor: Actor, mallory: Subscriber
) -> None:
    for at in range(duplicates.PER_DAY + 1):
        AssignedPhoneFactory(subscriber=mallory, mac=f"00041300AA{at:02X}")
    guesses = [f";;;;00:04:13:00:AA:{at:02X};;" for at in range(duplicates.PER_DAY + 1)]

    job = checked(blue_client, blue_actor, *guesses, ";;;;00:04:13:00:00:01;;")

    assert job.state == JobState.FAILED
    assert set(said(job).values()) == {("waiting", "")}
    assert AuditEvent.objects.filter(kind=duplicates.BUDGET_SPENT).count() == 1
    # And what does not exist is told no more than what does.
    innocent = checked(blue_client, blue_actor, "0970719105;105;Libre;;;;")
    assert (innocent.state, set(said(innocent).values())) == (JobState.FAILED, {("waiting", "")})


def test_a_number_of_another_client_in_sight_is_named_as_such(
    blue_client: Client, blue_actor: Actor, alice: Subscriber
) -> None:
    from tests.factories.clients import ClientFactory

    other = ClientFactory(reseller=blue_client.reseller)

    job = checked(other, blue_actor, "0970719001;;Alice;;;;")

    assert said(job)[2] == ("bad", "Ce numéro est une ligne d’un autre de vos clients.")
    assert not AuditEvent.objects.filter(kind=duplicates.KIND).exists()


def test_an_operators_import_tells_the_reseller_nothing_of_others(
    blue_client: Client, operator: User, mallory: Subscriber, red_phone: Phone
) -> None:
    rows = ("0970729001;103;Pris;;;;", "0970719104;104;Pris;;00:04:13:00:EE:D0;;", NEW)
    job = checked(blue_client, Actor(operator), *rows)

    applied(job, Actor(operator))

    assert states(job) == ["bad", "bad", "ok"]
    assert not any("autre de vos clients" in message for _state, message in said(job).values())
    assert not AuditEvent.objects.filter(kind=duplicates.KIND).exists()  # an operator has no budget


def test_rows_that_build_on_others_are_done_after_them(
    blue_client: Client, blue_actor: Actor
) -> None:
    head = "SDA;Nom;N° à présenter;MAC"
    job = checked(
        blue_client,
        blue_actor,
        "0970719101;Un;0970719102;",
        "0970719101;;;00:04:13:00:00:01",
        "0970719102;Deux;;00:04:13:00:00:02",
        "0970719104;Trois;0970719105;",
        "0970719105;;;",
        head=head,
    )
    assert states(job) == ["ok", "ok", "ok", "bad", "bad"]

    applied(job, blue_actor)

    assert states(job) == ["ok", "ok", "ok", "bad", "bad"]
    one = blue_client.subscribers.get(number="+33970719101")
    assert (one.presented_number, one.phones.count()) == ("+33970719102", 1)


def test_a_number_taken_since_the_preview_is_said_and_the_rest_is_done(
    blue_client: Client, blue_actor: Actor, red_client: Client
) -> None:
    job = checked(blue_client, blue_actor, NEW, MORE)
    main = red_client.sites.get(is_main=True)
    create_subscriber(
        Subscriber(client=red_client, site=main, number="+33970719101", name="Plus vite"),
        actor=blue_actor,
    )

    applied(job, blue_actor)

    assert states(job) == ["bad", "ok"]
    assert not Phone.unscoped.filter(mac="000413000001").exists()


def test_all_or_nothing_meets_a_phone_registered_meanwhile_and_writes_nothing(
    blue_client: Client, blue_actor: Actor, blue_scope: Scope
) -> None:
    job = checked(blue_client, blue_actor, NEW, MORE)
    register_phone(
        Registration("000413000002"), client=blue_client, scope=blue_scope, actor=blue_actor
    )

    applied(job, blue_actor, whole=True)

    assert (job.state, states(job)) == (JobState.READY, ["ok", "bad"])
    assert job.notice.startswith("Rien n’a été enregistré")
    assert not blue_client.subscribers.exists()
    assert applied(job, blue_actor).state == JobState.DONE
    assert blue_client.subscribers.count() == 1


def test_two_imports_with_numbers_in_common_do_each_once(
    blue_client: Client, blue_actor: Actor
) -> None:
    first, second = (checked(blue_client, blue_actor, NEW, MORE) for _ in range(2))

    applied(first, blue_actor)
    applied(second, blue_actor)

    assert (states(first), states(second)) == (["ok", "ok"], ["skipped", "skipped"])
    assert (blue_client.subscribers.count(), blue_client.phones.count()) == (2, 2)


def test_a_stopped_import_has_whole_rows_and_says_which(
    blue_client: Client, blue_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from phones.imports.runner import ImportRunner

    monkeypatch.setattr(job_runs, "SLICE", 0)
    monkeypatch.setattr(ImportRunner, "batch", 1)
    job = checked(blue_client, blue_actor, NEW, MORE)
    jobs.proceed(job, whole=False, actor=blue_actor)
    job_runs.run_slice(job.pk, job.turn)
    job.refresh_from_db()

    jobs.stop(job, actor=blue_actor)
    work_through(job)

    assert (job.state, states(job)) == (JobState.STOPPED, ["ok", "waiting"])
    assert [(line.number, line.phones.count()) for line in blue_client.subscribers.all()] == [
        ("+33970719101", 1)
    ]


def test_a_worker_that_died_in_the_middle_leaves_no_half_and_the_next_one_ends_it(
    blue_client: Client, blue_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = checked(blue_client, blue_actor, NEW, MORE)
    jobs.proceed(job, whole=True, actor=blue_actor)

    def dies(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("phones.imports.runner.register_list", dies)
        with pytest.raises(KeyboardInterrupt):
            job_runs.run_slice(job.pk, job.turn)
    assert not blue_client.subscribers.exists()

    Job.unscoped.filter(pk=job.pk).update(due_at=timezone.now())
    assert job_upkeep.wake_what_is_due() == 1
    work_through(job)

    assert (job.state, blue_client.phones.count()) == (JobState.DONE, 2)


def test_a_client_that_ended_meanwhile_gets_nothing(blue_client: Client, blue_actor: Actor) -> None:
    job = checked(blue_client, blue_actor, NEW)
    Client.unscoped.filter(pk=blue_client.pk).update(status=ClientStatus.TERMINATED)

    applied(job, blue_actor)

    assert (job.state, blue_client.subscribers.count()) == (JobState.FAILED, 0)


def test_a_client_that_changed_hands_is_out_of_reach(
    blue_client: Client, blue_actor: Actor, red_staff: User
) -> None:
    job = checked(blue_client, blue_actor, NEW)
    Client.unscoped.filter(pk=blue_client.pk).update(reseller=red_staff.reseller)

    applied(job, blue_actor)

    assert (job.state, blue_client.subscribers.count()) == (JobState.FAILED, 0)


def test_the_check_asks_as_much_for_many_rows_as_for_one(
    blue_client: Client, blue_actor: Actor, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries(count: int, start: int) -> int:
        rows = [
            f"09807{n:05d};{n};Nom;;00:04:13:01:{n // 256:02X}:{n % 256:02X};;"
            for n in range(start, start + count)
        ]
        job = asked(blue_client, blue_actor, *rows)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            work_through(job)
        return len(captured)

    queries(1, 100)
    assert queries(100, 300) == queries(2, 600)
