"""Acts on many phones: each alone, in order, with its reason where it was not done; a job where
they are very many.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse, QueryDict
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import AuditEvent, Client, Job, Subscriber, User
from clients.services.audit import Actor
from clients.services.jobs import MOST_AT_WORK
from metacentrex.errors import DomainError
from phones.forms.bulk import LONGEST_SHOWN, PhoneBulkForm
from phones.models import Phone
from phones.services import bulk
from phones.services.bulk import Act, act_on
from phones.services.window import acknowledge_knock, close_window, open_window
from tests.access.conftest import everything
from tests.clients.jobs import work_through
from tests.factories.clients import ClientFactory, JobFactory, SubscriberFactory, UserFactory
from tests.factories.phones import AssignedPhoneFactory, PhoneFactory

HOUR = timedelta(hours=1)
BULK = "/extranet/telephones/actes/"
ACCOUNT = "/extranet/clients/10100/compte/"


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def overdue(alice: Subscriber, now: datetime) -> list[Phone]:
    return [AssignedPhoneFactory(subscriber=alice, authorized_until=now - HOUR) for _ in range(3)]


def do(browser: Browser, act: str, phones: list[Phone], **data: Any) -> HttpResponse:
    return browser.post(
        BULK,
        {"act": act, "phones": [phone.pk for phone in phones], "next": ACCOUNT, "confirm": "on"}
        | data,
    )


def said(browser: Browser, response: HttpResponse) -> list[tuple[str, str]]:
    page = browser.get(response["Location"])
    return [(message.level_tag, str(message)) for message in page.context["messages"]]


def windows() -> list[datetime | None]:
    return list(Phone.unscoped.order_by("pk").values_list("authorized_until", flat=True))


@pytest.fixture
def english(db: None, blue_staff: User) -> None:
    User.objects.update(language="en")


def test_ticked_phones_are_re_authorised(
    blue_browser: Browser, overdue: list[Phone], english: None, now: datetime
) -> None:
    response = do(blue_browser, "reopen", overdue[:2])

    assert response["Location"] == ACCOUNT
    assert [until > now for until in windows() if until] == [True, True, False]
    assert said(blue_browser, response) == [("success", "2 phones re-authorized.")]


def test_for_an_hour(blue_browser: Browser, overdue: list[Phone], now: datetime) -> None:
    do(blue_browser, "hour", overdue[:1])

    until = Phone.unscoped.get(pk=overdue[0].pk).authorized_until
    assert until is not None
    assert HOUR <= until - now < HOUR + timedelta(minutes=1)


def test_windows_are_closed(blue_browser: Browser, blue_phone: Phone, english: None) -> None:
    response = do(blue_browser, "close", [blue_phone])

    assert windows() == [None]
    assert said(blue_browser, response) == [("success", "1 window closed.")]


def test_secrets_are_renewed(
    blue_browser: Browser, blue_phone: Phone, english: None, now: datetime
) -> None:
    Phone.unscoped.update(authenticated_at=now)

    response = do(blue_browser, "renew", [blue_phone])

    assert Phone.unscoped.get().previous_generation == blue_phone.credential_generation
    assert said(blue_browser, response) == [("success", "Secrets of 1 phone renewed.")]


def test_requests_from_elsewhere_are_seen_and_a_second_click_finds_them_so(
    blue_browser: Browser, blue_phone: Phone, overdue: list[Phone], english: None, now: datetime
) -> None:
    knock = {
        "knocked_at": now,
        "knocked_since": now,
        "knocked_count": 1,
        "knocked_reason": "overdue",
    }
    Phone.unscoped.filter(pk__in=[blue_phone.pk, overdue[0].pk]).update(**knock)
    chosen = {"everything": "on", "listed": "todo", "f": "knocked", "seen": now.isoformat()}

    response = do(blue_browser, "knock-seen", [], **chosen)
    again = do(
        blue_browser, "knock-seen", [blue_phone, overdue[0], overdue[1]], seen=now.isoformat()
    )

    assert not Phone.unscoped.filter(knocked_at__isnull=False).exists()
    assert said(blue_browser, response)[0] == (
        "success",
        "Requests from elsewhere for 2 phones marked as seen.",
    )
    assert AuditEvent.objects.filter(kind="phone.knock_seen").count() == 2
    assert again["Location"] == response["Location"]


def test_seen_of_a_phone_nobody_asked_for_says_so(
    blue_browser: Browser, overdue: list[Phone], english: None
) -> None:
    response = do(blue_browser, "knock-seen", overdue[:1])

    assert said(blue_browser, response) == [
        (
            "warning",
            f"1 phone left as it was: {overdue[0]}. There has been no request "
            "for this phone from elsewhere.",
        )
    ]


def test_seen_for_many_is_offered_where_all_were_asked_for(
    blue_browser: Browser, blue_phone: Phone
) -> None:
    knock = {"knocked_at": timezone.now(), "knocked_count": 1, "knocked_reason": "overdue"}
    Phone.unscoped.filter(pk=blue_phone.pk).update(
        refused_at=timezone.now(), refused_reason="overdue", **knock
    )

    offered = [
        'value="knock-seen"' in blue_browser.get(address).content.decode()
        for address in ("/extranet/a-traiter/?f=knocked", "/extranet/a-traiter/", ACCOUNT)
    ]

    assert offered == [True, False, False]


def test_what_cannot_be_done_is_listed_with_its_reason(
    blue_browser: Browser, overdue: list[Phone], blue_client: Client, english: None
) -> None:
    waiting = [PhoneFactory(client=blue_client, mac=f"00041300AA0{at}") for at in range(2)]

    response = do(blue_browser, "reopen", [*waiting, *overdue])

    assert said(blue_browser, response) == [
        ("success", "3 phones re-authorized."),
        (
            "warning",
            "2 phones left as they were: 00:04:13:00:AA:00, 00:04:13:00:AA:01. "
            "Assign a line first: a phone without a line cannot be authorized.",
        ),
    ]


@pytest.mark.parametrize(
    "data",
    [
        {"act": "reopen"},
        {"act": "reopen", "phones": ["x", "-1", "²", "9" * 30]},
        {"act": "delete", "phones": ["1"]},
        {"phones": ["1"]},
    ],
)
def test_bad_input_changes_nothing_and_says_what_to_do(
    data: dict[str, Any], blue_browser: Browser, overdue: list[Phone]
) -> None:
    before = everything()

    response = blue_browser.post(BULK, data | {"next": ACCOUNT})

    [(level, _words)] = said(blue_browser, response)
    assert (level, everything()) == ("error", before)


def test_phones_of_a_stranger_do_not_exist(
    blue_browser: Browser, overdue: list[Phone], red_phone: Phone
) -> None:
    before = Phone.unscoped.filter(pk=red_phone.pk).values().get()

    for act in Act:
        response = do(blue_browser, act.value, [red_phone])
        assert [level for level, _words in said(blue_browser, response)] == ["error"]
    do(blue_browser, "reopen", [red_phone, overdue[0]])

    assert Phone.unscoped.filter(pk=red_phone.pk).values().get() == before
    assert AuditEvent.objects.filter(object_id=str(red_phone.pk), object_type="phone").count() == 0
    assert AuditEvent.objects.filter(kind="window.opened").count() == 1


def test_everything_of_a_strangers_client_does_not_exist(
    blue_browser: Browser, red_phone: Phone
) -> None:
    asked = {"everything": "1", "client": "20200"}
    before = everything()

    assert do(blue_browser, "reopen", [], listed="account", **asked).status_code == 404
    assert do(blue_browser, "reopen", [], listed="todo", **asked).status_code == 302
    assert everything() == before


def test_a_second_click_does_nothing_more(
    blue_browser: Browser, overdue: list[Phone], english: None, now: datetime
) -> None:
    seen = {"seen": now.isoformat()}
    do(blue_browser, "reopen", overdue, **seen)
    after = everything()

    response = do(blue_browser, "reopen", overdue, **seen)

    assert everything() == after
    assert AuditEvent.objects.filter(kind="window.opened").count() == 3
    assert {level for level, _words in said(blue_browser, response)} == {"success"}


@pytest.mark.parametrize(("first", "then"), [("reopen", "hour"), ("hour", "reopen")])
def test_another_length_of_window_is_no_second_click(
    first: str, then: str, blue_browser: Browser, overdue: list[Phone], english: None, now: datetime
) -> None:
    seen = {"seen": now.isoformat()}
    do(blue_browser, first, overdue[:1], **seen)
    before = windows()

    response = do(blue_browser, then, overdue[:1], **seen)

    [(level, words)] = said(blue_browser, response)[1:]
    assert (level, windows()) == ("warning", before)
    assert "made a change after this list was shown" in words


def test_what_a_colleague_has_merely_seen_stands_in_nobody_s_way(
    blue_browser: Browser, blue_phone: Phone, operator: User, now: datetime
) -> None:
    Phone.unscoped.filter(pk=blue_phone.pk).update(
        knocked_at=now, knocked_since=now, knocked_count=1
    )
    acknowledge_knock(blue_phone, actor=Actor(operator), now=now + timedelta(seconds=1))

    do(blue_browser, "reopen", [blue_phone], seen=now.isoformat())

    assert AuditEvent.objects.filter(kind="window.opened", object_id=str(blue_phone.pk)).exists()


def test_a_phone_that_a_colleague_changed_meanwhile_is_left_to_them(
    blue_browser: Browser, overdue: list[Phone], operator: User, english: None, now: datetime
) -> None:
    open_window(
        overdue[0], actor=Actor(operator), until=now + 5 * HOUR, now=now + timedelta(seconds=1)
    )

    response = do(blue_browser, "close", overdue, seen=now.isoformat())

    assert windows() == [now + 5 * HOUR, None, None]
    [(_success, closed), (_warning, left)] = said(blue_browser, response)
    assert closed == "2 windows closed."
    assert (
        f"{overdue[0]}. The Operator (MetaCentrex) made a change after this list was shown." in left
    )


@pytest.mark.parametrize(
    "seen",
    [
        "",
        "x",
        "2026-13-45T10:00:00+01:00",
        "2026-11-24T10:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_a_list_that_does_not_say_when_it_was_shown_still_acts(
    seen: str, blue_browser: Browser, overdue: list[Phone], now: datetime
) -> None:
    do(blue_browser, "reopen", overdue[:1], seen=seen)

    until = Phone.unscoped.get(pk=overdue[0].pk).authorized_until
    assert until is not None
    assert until > now


def test_a_list_is_never_shown_later_than_now_nor_more_than_a_day_ago(now: datetime) -> None:
    def seen(told: datetime) -> datetime:
        return PhoneBulkForm(QueryDict(urlencode({"seen": told.isoformat()}))).seen(now)

    assert seen(now - HOUR) == now - HOUR
    assert seen(now + HOUR) == now
    assert seen(now - 48 * HOUR) == now - LONGEST_SHOWN


def test_a_phone_deleted_meanwhile_keeps_no_other_from_its_window(
    overdue: list[Phone], blue_actor: Actor, now: datetime
) -> None:
    gone = overdue[1]
    listed = list(Phone.unscoped.order_by("pk"))
    gone.delete()

    outcome = act_on(listed, Act.REOPEN, actor=blue_actor, seen_at=now, now=now)

    assert outcome.done == 2
    assert [mac for mac, _reason in outcome.refused] == [str(listed[1])]


def test_phones_are_taken_in_the_order_of_their_ids(
    overdue: list[Phone], blue_actor: Actor, now: datetime
) -> None:
    act_on(overdue[::-1], Act.REOPEN, actor=blue_actor, seen_at=now, now=now)

    taken = (
        AuditEvent.objects.filter(kind="window.opened")
        .order_by("pk")
        .values_list("object_id", flat=True)
    )
    assert list(taken) == [str(phone.pk) for phone in overdue]


def test_one_that_fails_takes_nothing_back_of_the_others(
    overdue: list[Phone], blue_actor: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Half(DomainError):
        pass

    def close_and_fail(phone: Phone, actor: Actor, now: datetime) -> None:
        close_window(phone, actor=actor, now=now)
        if phone.pk == overdue[1].pk:
            raise Half("no")

    monkeypatch.setitem(bulk.ACTS, Act.CLOSE, close_and_fail)
    outcome = act_on(overdue, Act.CLOSE, actor=blue_actor, seen_at=None, now=now)

    assert outcome.done == 2
    assert [until is None for until in windows()] == [True, False, True]


# --- Many -----------------------------------------------------------------------------------------


@pytest.fixture
def many(alice: Subscriber, now: datetime, monkeypatch: pytest.MonkeyPatch) -> list[Phone]:
    """More than are done at once."""
    monkeypatch.setattr("phones.views.bulk.AT_ONCE", 3)
    return [AssignedPhoneFactory(subscriber=alice, authorized_until=now - HOUR) for _ in range(4)]


def test_more_than_a_request_has_time_for_are_a_job(
    blue_browser: Browser, many: list[Phone], blue_client: Client, now: datetime
) -> None:
    response = do(blue_browser, "reopen", many, seen=now.isoformat())

    job = Job.unscoped.get()
    assert response["Location"] == reverse("extranet:job-detail", args=[job.pk])
    assert (job.client, job.reseller, job.total) == (blue_client, blue_client.reseller, 4)
    assert all(until < now for until in windows() if until)
    work_through(job)
    assert all(until > now for until in windows() if until)


def test_the_same_form_twice_is_one_job(blue_browser: Browser, many: list[Phone]) -> None:
    token = {"form_token": str(uuid.uuid4())}

    places = {do(blue_browser, "reopen", many, **token)["Location"] for _ in range(2)}

    assert len(places) == 1
    assert Job.unscoped.count() == 1


def test_the_same_form_for_other_phones_or_another_act_is_another_job(
    blue_browser: Browser, many: list[Phone], blue_phone: Phone
) -> None:
    """As a browser sends it that went back to the page it had."""
    token = {"form_token": str(uuid.uuid4())}

    do(blue_browser, "reopen", many, **token)
    do(blue_browser, "reopen", [*many, blue_phone], **token)
    do(blue_browser, "close", many, **token)

    assert [job.options["act"] for job in Job.unscoped.order_by("pk")] == [
        "reopen",
        "reopen",
        "close",
    ]


def test_a_job_too_many_is_said_in_the_list(
    blue_browser: Browser, many: list[Phone], blue_client: Client, blue_staff: User
) -> None:
    for _ in range(MOST_AT_WORK):
        JobFactory(client=blue_client, actor=blue_staff)

    page = blue_browser.get(do(blue_browser, "reopen", many)["Location"]).content.decode()

    assert "attendez que l’une d’elles se termine" in page
    assert Job.unscoped.count() == MOST_AT_WORK


def test_everything_found_is_more_than_the_page(
    blue_browser: Browser, many: list[Phone], bob: Subscriber, now: datetime
) -> None:
    other = AssignedPhoneFactory(subscriber=bob, authorized_until=now + HOUR)

    do(blue_browser, "close", [], everything="1", listed="account", client="10100", f="overdue")

    job = Job.unscoped.get()
    work_through(job)
    assert job.total == 4
    assert windows() == [None, None, None, None, other.authorized_until]


def test_everything_to_deal_with_is_each_phone_once(
    blue_browser: Browser, many: list[Phone], blue_phone: Phone, now: datetime
) -> None:
    Phone.unscoped.filter(pk=many[0].pk).update(doubled_at=now)

    do(blue_browser, "reopen", [], everything="1", listed="todo", q="bleu")

    assert Job.unscoped.get().total == 4


def test_everything_of_a_small_list_is_done_at_once(
    blue_browser: Browser, overdue: list[Phone], now: datetime
) -> None:
    do(blue_browser, "reopen", [], everything="1", listed="todo", f="overdue")

    assert [until > now for until in windows() if until] == [True, True, True]
    assert not Job.unscoped.exists()


def test_a_job_of_several_clients_is_the_resellers(
    blue_browser: Browser, many: list[Phone], now: datetime
) -> None:
    client = ClientFactory(reseller=many[0].client.reseller)
    AssignedPhoneFactory(subscriber=SubscriberFactory(client=client), authorized_until=now - HOUR)

    do(blue_browser, "reopen", [], everything="1", listed="todo")

    job = Job.unscoped.get()
    assert (job.client, job.reseller, job.total) == (None, client.reseller, 5)


def test_a_job_says_of_each_phone_why_not(
    blue_browser: Browser, many: list[Phone], operator: User, now: datetime, english: None
) -> None:
    do(blue_browser, "reopen", many, seen=now.isoformat())
    Phone.unscoped.filter(pk=many[0].pk).delete()
    close_window(many[1], actor=Actor(operator), now=now + timedelta(seconds=1))
    Phone.unscoped.filter(pk=many[2].pk).update(subscriber=None, authorized_until=None)

    work_through(job := Job.unscoped.get())

    assert [(row.state, row.message) for row in job.rows.order_by("position")] == [
        ("bad", "This phone was deleted in the meantime."),
        ("bad", "The Operator (MetaCentrex) made a change after this list was shown."),
        ("bad", "Assign a line first: a phone without a line cannot be authorized."),
        ("ok", "1 phone re-authorized."),
    ]


def test_a_job_of_a_login_whose_rights_ended_changes_nothing(
    blue_browser: Browser, many: list[Phone], blue_staff: User
) -> None:
    do(blue_browser, "reopen", many)
    blue_staff.is_active = False
    blue_staff.save()
    before = windows()

    work_through(Job.unscoped.get())

    assert windows() == before


def test_the_bar_knows_its_list(blue_browser: Browser, overdue: list[Phone]) -> None:
    account = blue_browser.get(ACCOUNT, {"qt": "alice", "f": "overdue"}).context["bulk"]
    todo = blue_browser.get("/extranet/a-traiter/", {"q": "alice", "f": "overdue"}).context["bulk"]

    assert (account.listed, account.client, account.q, account.f, account.total) == (
        "account",
        "10100",
        "alice",
        "overdue",
        3,
    )
    assert (todo.listed, todo.client, todo.q, todo.f, todo.total) == (
        "todo",
        "",
        "alice",
        "overdue",
        3,
    )


def test_a_colleague_may_and_nobody_else(
    overdue: list[Phone], red_staff: User, as_user: Callable[[User], Browser], now: datetime
) -> None:
    colleague = UserFactory(reseller=overdue[0].client.reseller)

    do(as_user(red_staff), "reopen", overdue)
    assert all(until < now for until in windows() if until)
    do(as_user(colleague), "reopen", overdue)
    assert all(until > now for until in windows() if until)
