"""« À traiter »: the page, its lamp and the clients' counts are one rule; each entry has what mends
it.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from lxml import html

from clients.enums import ClientStatus, SubscriberStatus
from clients.models import AuditEvent, Client, Subscriber, User
from clients.scoping import Scope, scope_for
from clients.services.audit import PLATFORM, record
from phones import catalogue
from phones.enums import Refusal
from phones.models import Phone
from phones.remedies import Remedy, remedy_of
from phones.services.duplicates import BUDGET_SPENT
from phones.states import Code, code_of
from phones.todo import Cause, Counts, cause_filter, causes_seen_by
from provisioning.models import Fetch, FetchOutcome, UnknownCaller
from provisioning.queries import UNKNOWN_MACS
from tests.factories.clients import ClientFactory, ResellerFactory, SubscriberFactory, UserFactory
from tests.factories.phones import AssignedPhoneFactory, PhoneFactory

TODO = "/extranet/a-traiter/"
CLIENTS = "/extranet/clients/"
HOUR = timedelta(hours=1)
HTMX = {"HTTP_HX_REQUEST": "true"}


def overdue(line: Subscriber, **row: Any) -> Phone:
    return AssignedPhoneFactory(subscriber=line, authorized_until=timezone.now() - HOUR, **row)


def refused(line: Subscriber | None, reason: str, **row: Any) -> Phone:
    now = timezone.now()
    facts = {
        "refused_at": now,
        "refused_since": now - HOUR,
        "refused_count": 3,
        "refused_reason": reason,
    }
    if line is None:
        return PhoneFactory(**facts | row)
    return AssignedPhoneFactory(subscriber=line, **facts | row)


def contradicting(line: Subscriber, **row: Any) -> Phone:
    seen: dict[str, Any] = {
        "model": "snom-720",
        "detected_model": "snom-710",
        "detected_token": "snom710",
    }
    return AssignedPhoneFactory(
        subscriber=line, **{"authenticated_at": timezone.now()} | seen | row
    )


def doubled(line: Subscriber, **row: Any) -> Phone:
    now = timezone.now()
    facts = {"window_address": "198.51.100.7", "doubled_with": "203.0.113.80", "doubled_at": now}
    return AssignedPhoneFactory(subscriber=line, authenticated_at=now, **facts | row)


def knocked(line: Subscriber, **row: Any) -> Phone:
    now = timezone.now()
    home = {"authenticated_at": now, "served_at": now, "served_address": "198.51.100.7"}
    facts = {"knocked_at": now, "knocked_since": now - HOUR, "knocked_count": 3}
    away = {"knocked_reason": "bad-credentials", "knocked_address": "203.0.113.80"}
    return AssignedPhoneFactory(subscriber=line, **home | facts | away | row)


def squatted(client: Client) -> Phone:
    phone = PhoneFactory(client=client)
    Phone.unscoped.filter(pk=phone.pk).update(created_at=timezone.now() - timedelta(days=31))
    return phone


def entries(browser: Browser, **query: str) -> list[tuple[str, str]]:
    """MAC and cause of each entry of the page."""
    page = browser.get(TODO, query).context["page"]
    return [(entry.phone.mac, entry.cause.value) for entry in page]


# --- The rule -------------------------------------------------------------------------------------


def test_the_database_finds_the_contradictions_that_the_row_tells(blue_client: Client) -> None:
    codes = ["", *(model.code for model in catalogue.all())]
    tokens = [
        "",
        "SNOM715",
        "snom999",
        *{token for model in catalogue.all() for token in model.user_agents},
    ]
    for at, (declared, detected, token) in enumerate(product(codes, codes[:3], tokens)):
        PhoneFactory(
            client=blue_client,
            mac=f"000413{at:06X}",
            model=declared,
            detected_model=detected,
            detected_token=token,
        )
    rows = Phone.unscoped.all()

    found = set(rows.filter(cause_filter(Cause.MISMATCH, timezone.now())))

    assert found == {phone for phone in rows if phone.contradicts_declaration}
    assert found


@pytest.mark.parametrize("reason", Refusal)
def test_a_refused_phone_is_in_one_of_two_cases(reason: Refusal, alice: Subscriber) -> None:
    phone, now = refused(alice, reason), timezone.now()

    cases = [
        cause
        for cause in Cause
        if Phone.unscoped.filter(cause_filter(cause, now), pk=phone.pk).exists()
    ]

    assert cases == [Cause.FIRMWARE if reason is Refusal.FIRMWARE_TOO_OLD else Cause.REFUSED]


def test_overdue_is_what_the_state_says(alice: Subscriber, blue_phone: Phone) -> None:
    now = timezone.now()
    overdue(alice)

    found = list(Phone.unscoped.filter(cause_filter(Cause.OVERDUE, now)))

    assert found == [phone for phone in Phone.unscoped.all() if code_of(phone, now) is Code.OVERDUE]


def test_macs_that_nobody_uses_are_the_operators(blue_scope: Scope, operator: User) -> None:
    assert Cause.RELEASABLE not in causes_seen_by(blue_scope)
    assert set(causes_seen_by(scope_for(operator))) == set(Cause) - {Cause.ENDING}


@pytest.mark.parametrize(
    ("hours", "row", "is_ending"),
    [
        (5, {}, True),
        (5, {"authorized_from": -1}, True),
        (7, {}, False),
        (-1, {}, False),  # overdue
        (5, {"authorized_from": 1}, False),  # not open yet
        (5, {"authenticated_at": 0}, False),  # it came
        # that is said in its own words
        (
            5,
            {"refused_at": 0, "refused_reason": "bad-credentials"},
            False,
        ),
    ],
)
def test_a_window_is_about_to_end_while_it_is_open_and_nobody_came(
    hours: int, row: dict[str, Any], is_ending: bool, alice: Subscriber
) -> None:
    now = timezone.now()
    moments = {
        name: now + value * HOUR if isinstance(value, int) else value for name, value in row.items()
    }
    AssignedPhoneFactory(subscriber=alice, authorized_until=now + hours * HOUR, **moments)

    assert Phone.unscoped.filter(cause_filter(Cause.ENDING, now)).exists() == is_ending


def test_windows_about_to_end_are_told_above_the_clients_and_light_no_lamp(
    blue_browser: Browser, alice: Subscriber, bob: Subscriber, mallory: Subscriber
) -> None:
    now = timezone.now()
    for line in (alice, bob, mallory):
        AssignedPhoneFactory(subscriber=line, authorized_until=now + HOUR)

    response = blue_browser.get("/extranet/clients/")
    page = response.content.decode()

    assert "2 fenêtres finissent dans 6\xa0h" in page
    assert "Aucune demande reçue pour l’instant" in page
    assert f'href="{TODO}?f=ending"' in page
    assert response.context["todo"].total == 0
    [client] = response.context["page"]
    assert client.todo.total == 0


def test_their_list_begins_with_the_first_to_end_and_is_no_part_of_the_whole(
    blue_browser: Browser, alice: Subscriber, bob: Subscriber, mallory: Subscriber
) -> None:
    now = timezone.now()
    later = AssignedPhoneFactory(subscriber=alice, authorized_until=now + 3 * HOUR)
    first = AssignedPhoneFactory(subscriber=bob, authorized_until=now + HOUR)
    AssignedPhoneFactory(subscriber=mallory, authorized_until=now + HOUR)
    late = overdue(alice)

    assert entries(blue_browser, f="ending") == [(first.mac, "ending"), (later.mac, "ending")]
    assert entries(blue_browser) == [(late.mac, "overdue")]
    chips = blue_browser.get(TODO, {"f": "ending"}).context["filters"]
    assert [(chip.count, chip.active) for chip in chips] == [(1, False), (1, False), (2, True)]


def test_where_only_windows_are_about_to_end_the_page_still_leads_to_them(
    blue_browser: Browser, alice: Subscriber
) -> None:
    AssignedPhoneFactory(subscriber=alice, authorized_until=timezone.now() + HOUR)

    page = blue_browser.get(TODO).content.decode()

    assert "Rien à faire" in page and 'href="?f=ending"' in page


def test_everything_of_that_list_is_its_windows_alone(
    blue_browser: Browser, alice: Subscriber, bob: Subscriber
) -> None:
    ending = AssignedPhoneFactory(subscriber=alice, authorized_until=timezone.now() + HOUR)
    other = overdue(bob)

    blue_browser.post(
        "/extranet/telephones/actes/",
        {"act": "reopen", "everything": "on", "listed": "todo", "f": "ending"},
    )

    before = ending.authorized_until, other.authorized_until
    ending.refresh_from_db()
    other.refresh_from_db()
    assert (ending.authorized_until > before[0], other.authorized_until == before[1]) == (
        True,
        True,
    )


@pytest.mark.parametrize("cause", Cause)
def test_each_card_says_what_its_cause_means(cause: Cause) -> None:
    [one], [several] = Counts({cause: 1}).shown, Counts({cause: 3}).shown

    assert one.words.startswith("1 ") and several.words.startswith("3 ")
    assert one.meaning and several.meaning


@pytest.mark.parametrize("reason", Refusal)
def test_a_window_is_offered_only_where_it_mends(reason: Refusal, alice: Subscriber) -> None:
    cause = Cause.FIRMWARE if reason is Refusal.FIRMWARE_TOO_OLD else Cause.REFUSED

    lost = {"overdue", "no-window", "credentials-expected", "already-fetched"}
    wrong = {"bad-credentials", "bad-authorization", "replayed"}
    never_came = refused(alice, reason)
    in_service = refused(alice, reason, authenticated_at=timezone.now())

    assert (remedy_of(never_came, cause) is Remedy.REOPEN) == (reason in lost | wrong)
    assert (remedy_of(in_service, cause) is Remedy.REOPEN) == (reason in lost)


@pytest.mark.parametrize("reason", ["bad-credentials", "bad-authorization"])
@pytest.mark.parametrize("page", [TODO, "/extranet/clients/10100/compte/"])
def test_a_stranger_with_a_wrong_password_gets_no_button_that_lets_him_in(
    reason: str, page: str, blue_browser: Browser, alice: Subscriber
) -> None:
    phone = refused(alice, reason, authenticated_at=timezone.now())
    User.objects.update(language="en")

    text = blue_browser.get(page).content.decode()

    assert "See why" in text
    assert f"/extranet/telephones/{phone.mac}/autoriser/" not in text


@pytest.mark.parametrize(
    "page", [TODO, "/extranet/clients/10100/compte/", "/extranet/telephones/{}/"]
)
def test_an_overheard_proof_is_answered_by_new_secrets_and_no_window(
    page: str, blue_browser: Browser, alice: Subscriber
) -> None:
    phone = refused(alice, "replayed", authenticated_at=timezone.now())
    Fetch.objects.create(
        phone=phone, mac=phone.mac, at=timezone.now(), outcome="refused", reason="replayed"
    )
    address = page.format(phone.mac)

    before = questions(blue_browser, address, "phone-renew", phone)
    blue_browser.post(reverse("extranet:phone-renew", args=[phone.mac]), {"next": address})

    assert before
    assert all(before)
    renewed = Phone.unscoped.get(pk=phone.pk)
    assert renewed.previous_generation == phone.credential_generation
    assert renewed.authorized_until == phone.authorized_until
    assert AuditEvent.objects.get(kind="secrets.renewed").object_id == str(phone.pk)
    # the phone takes them by itself
    assert questions(blue_browser, address, "phone-renew", phone) == []


def questions(browser: Browser, page: str, act: str, phone: Phone) -> list[str]:
    """What each form of this act on this phone asks before it is sent; "" where it does not."""
    action = reverse(f"extranet:{act}", args=[phone.mac])
    forms = html.fromstring(browser.get(page).content).xpath(f"//form[@action='{action}']")
    return [form.get("data-confirm", "") for form in forms]


# A phone in service that lost what it was given, whatever state is shown for it.
IN_SERVICE = [
    {"refused_reason": "credentials-expected"},
    {"refused_reason": "overdue"},
    {"refused_reason": "already-fetched"},
    {"refused_reason": "bad-credentials"},
    {"refused_reason": "", "refused_at": None},
]


@pytest.mark.parametrize("row", IN_SERVICE, ids=lambda row: row["refused_reason"] or "provisioned")
@pytest.mark.parametrize("place", ["todo", "account", "detail", "change"])
def test_whoever_reopens_a_phone_in_service_is_asked_first(
    row: dict[str, Any], place: str, blue_browser: Browser, alice: Subscriber
) -> None:
    phone = refused(alice, **{"reason": ""} | {"authenticated_at": timezone.now()} | row)
    Fetch.objects.create(
        phone=phone,
        mac=phone.mac,
        at=timezone.now(),
        outcome="refused",
        reason=phone.refused_reason or "overdue",
    )
    pages = {
        "todo": TODO,
        "account": "/extranet/clients/10100/compte/",
        "detail": f"/extranet/telephones/{phone.mac}/",
        "change": f"/extranet/telephones/{phone.mac}/changer/",
    }

    asked = questions(blue_browser, pages[place], "phone-open", phone)

    assert all(asked)
    assert bool(asked) == (
        place in ("detail", "change") or phone.refused_reason not in ("", "bad-credentials")
    )


@pytest.mark.parametrize("place", [TODO, "/extranet/clients/10100/compte/"])
def test_a_phone_that_never_came_is_reopened_by_one_click(
    place: str, blue_browser: Browser, alice: Subscriber
) -> None:
    phone = overdue(alice)

    assert questions(blue_browser, place, "phone-open", phone) == [""]


@pytest.mark.parametrize(
    ("client_status", "line_status", "words"),
    [
        (ClientStatus.SUSPENDED, SubscriberStatus.ACTIVE, "The client is suspended"),
        (ClientStatus.ACTIVE, SubscriberStatus.SUSPENDED, "The line is suspended"),
    ],
)
def test_no_button_is_offered_that_would_not_help(
    client_status: str, line_status: str, words: str, blue_browser: Browser, alice: Subscriber
) -> None:
    refused(alice, "overdue")
    Client.unscoped.filter(pk=alice.client_id).update(status=client_status)
    Subscriber.unscoped.filter(pk=alice.pk).update(status=line_status)
    User.objects.update(language="en")

    page = blue_browser.get(TODO)

    [entry] = page.context["page"]
    assert entry.remedy is Remedy.WAIT
    assert words in page.content.decode()
    assert "data-row-act" not in page.content.decode()


@pytest.mark.parametrize(
    ("client_status", "line_status", "lifted_at"),
    [
        (ClientStatus.SUSPENDED, SubscriberStatus.ACTIVE, "client"),
        (ClientStatus.SUSPENDED, SubscriberStatus.SUSPENDED, "client"),
        (ClientStatus.ACTIVE, SubscriberStatus.SUSPENDED, "line"),
        (ClientStatus.TERMINATED, SubscriberStatus.ACTIVE, ""),
    ],
)
def test_the_operator_is_led_to_where_a_suspension_is_lifted_and_nobody_else(
    client_status: str,
    line_status: str,
    lifted_at: str,
    blue_browser: Browser,
    operator: User,
    as_user: Callable[[User], Browser],
    alice: Subscriber,
) -> None:
    refused(alice, "line-suspended")
    Client.unscoped.filter(pk=alice.client_id).update(status=client_status)
    Subscriber.unscoped.filter(pk=alice.pk).update(status=line_status)
    pages = {
        "client": reverse("extranet:client-detail", args=[alice.client.reference]) + "#status",
        "line": reverse("admin:clients_subscriber_change", args=[alice.pk]),
    }
    browser = as_user(operator)

    shown, sold = browser.get(TODO).content.decode(), blue_browser.get(TODO).content.decode()

    assert [name for name, page in pages.items() if page in shown] == [lifted_at] * bool(lifted_at)
    assert not any(page in sold for page in pages.values())
    for name, page in pages.items():
        assert name != lifted_at or browser.get(page).status_code == 200


# --- The page -------------------------------------------------------------------------------------


def everything(line: Subscriber) -> list[tuple[str, str]]:
    """One entry of each cause that a reseller has, the oldest first."""
    now = timezone.now()
    made = [
        (contradicting(line, authenticated_at=now - 5 * HOUR), "mismatch"),
        (doubled(line, doubled_at=now - 4 * HOUR), "doubled"),
        (knocked(line, knocked_since=now - 3.5 * HOUR), "knocked"),
        (refused(line, "firmware-too-old", refused_since=now - 3 * HOUR), "firmware"),
        (refused(line, "bad-credentials", refused_since=now - 2 * HOUR), "refused"),
        (overdue(line), "overdue"),
    ]
    return [(phone.mac, cause) for phone, cause in made]


def test_the_newest_is_first(blue_browser: Browser, alice: Subscriber, blue_phone: Phone) -> None:
    made = everything(alice)

    assert entries(blue_browser) == made[::-1]


def test_a_phone_with_two_causes_has_two_entries(blue_browser: Browser, alice: Subscriber) -> None:
    both = contradicting(alice, doubled_at=timezone.now())

    assert sorted(entries(blue_browser)) == [(both.mac, "doubled"), (both.mac, "mismatch")]


def test_the_page_the_lamp_and_the_counts_agree(
    blue_browser: Browser, operator: User, as_user: Callable[[User], Browser], alice: Subscriber
) -> None:
    everything(alice)
    contradicting(alice, doubled_at=timezone.now())
    squatted(alice.client)
    overdue(SubscriberFactory(client=ClientFactory(reseller=alice.client.reseller)))
    overdue(SubscriberFactory())

    for browser, expected in ((blue_browser, 9), (as_user(operator), 11)):
        page = browser.get(TODO).context
        clients = browser.get(CLIENTS, {"sort": "todo"}).context
        assert page["page"].paginator.count == expected
        assert page["todo"].total == expected
        assert page["filters"][0].count == expected
        assert sum(chip.count for chip in page["filters"][1:]) == expected
        assert sum(client.todo_count for client in clients["page"]) == expected
        assert sum(client.todo.total for client in clients["page"] if client.todo) == expected
        for client in clients["page"]:
            alone = browser.get(TODO, {"client": client.reference}).context["page"]
            assert alone.paginator.count == client.todo_count


def test_one_kind_is_left(blue_browser: Browser, alice: Subscriber) -> None:
    for mac, cause in everything(alice):
        assert entries(blue_browser, f=cause) == [(mac, cause)]
    assert len(entries(blue_browser, f="nothing")) == 6
    assert len(entries(blue_browser, f="releasable")) == 6  # not a reseller's


@pytest.mark.parametrize(
    "typed", ["client bleu", "10100", "alice", "0970719001", "00:04:13:00:b1:0e", "bureau"]
)
def test_entries_are_found_by_client_line_and_phone(
    typed: str, blue_browser: Browser, alice: Subscriber, blue_reseller: object
) -> None:
    wanted = overdue(alice, mac="00041300B10E", description="Bureau d'Alice")
    overdue(
        SubscriberFactory(
            client=ClientFactory(reseller=blue_reseller, legal_name="Autre"), name="Zoé"
        ),
        mac="000413FFFFF1",
    )

    assert entries(blue_browser, q=typed) == [(wanted.mac, "overdue")]


@pytest.mark.parametrize("page", [TODO, "/extranet/exports/a-traiter/"])
def test_a_nul_in_the_address_is_passed_over(
    page: str, blue_browser: Browser, alice: Subscriber
) -> None:
    wanted = overdue(alice)

    assert blue_browser.get(page, {"client": "\0", "q": "\0"}).status_code == 200
    assert entries(blue_browser, client="10100\0") == [(wanted.mac, "overdue")]


def test_pages_of_25(blue_browser: Browser, alice: Subscriber) -> None:
    for _ in range(26):
        overdue(alice)

    assert len(entries(blue_browser)) == 25
    assert len(entries(blue_browser, page="2")) == 1
    assert len(entries(blue_browser, page="99")) == 1


def test_the_page_asks_as_much_for_one_entry_as_for_25(
    operator: User, as_user: Callable[[User], Browser], alice: Subscriber
) -> None:
    browser = as_user(operator)
    everything(alice)
    squatted(alice.client)
    with CaptureQueriesContext(connection) as few:
        assert browser.get(TODO).status_code == 200

    for _ in range(4):
        line = SubscriberFactory(client=ClientFactory())
        everything(line)
        squatted(line.client)

    with CaptureQueriesContext(connection) as many:
        assert len(browser.get(TODO).context["page"]) == 25
    assert len(many) == len(few)


def test_a_firmware_too_old_says_which_is_needed(blue_browser: Browser, alice: Subscriber) -> None:
    phone = refused(alice, "firmware-too-old")
    Fetch.objects.create(
        phone=phone,
        mac=phone.mac,
        at=phone.refused_at,
        address="198.51.100.7",
        model="snom-710",
        firmware="8.4.35",
        outcome=FetchOutcome.REFUSED,
        reason=Refusal.FIRMWARE_TOO_OLD,
    )
    User.objects.update(language="en")

    page = blue_browser.get(TODO)

    [entry] = page.context["page"]
    assert entry.state.detail == "firmware 8.4.35, at least 8.7.5 is needed"
    assert f"/extranet/telephones/{phone.mac}/#sheet" in page.content.decode()


def test_two_addresses_are_both_told(blue_browser: Browser, alice: Subscriber) -> None:
    doubled(alice)

    [entry] = blue_browser.get(TODO).context["page"]

    assert "198.51.100.7" in entry.state.detail
    assert "203.0.113.80" in entry.state.detail


def test_what_a_stranger_said_of_his_firmware_is_not_the_phones(
    blue_browser: Browser, alice: Subscriber
) -> None:
    phone = refused(alice, "firmware-too-old")
    for at, said in ((phone.refused_at, "8.4.35"), (phone.refused_at + HOUR, "6.5.1")):
        Fetch.objects.create(
            phone=phone,
            mac=phone.mac,
            at=at,
            model="snom-710",
            firmware=said,
            outcome=FetchOutcome.REFUSED,
            reason=Refusal.FIRMWARE_TOO_OLD,
        )

    [entry] = blue_browser.get(TODO).context["page"]
    sheet = blue_browser.get(f"/extranet/telephones/{phone.mac}/").context["firmware"]

    assert "8.4.35" in entry.state.detail
    assert sheet == "8.4.35"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({}, "wrong phone credentials, 3 times since"),
        ({}, ", last from 203.0.113.80"),
        ({"knocked_count": 1}, "wrong phone credentials, from 203.0.113.80 on"),
        ({"knocked_address": ""}, "last from ?"),
    ],
)
def test_who_asked_from_elsewhere_is_told_with_why_how_often_and_when(
    row: dict[str, Any], words: str, blue_browser: Browser, alice: Subscriber
) -> None:
    phone = knocked(alice, **row)
    User.objects.update(language="en")

    page = blue_browser.get(TODO, {"f": "knocked"})

    [entry] = page.context["page"]
    assert (entry.phone, entry.remedy) == (phone, Remedy.KNOCK_SEEN)
    assert words in entry.state.detail
    assert f"/extranet/telephones/{phone.mac}/autoriser/" not in page.content.decode()


@pytest.mark.parametrize(
    ("row", "remedy"),
    [
        ({}, Remedy.RENEW),
        ({"previous_generation": 1}, Remedy.KNOCK_SEEN),  # renewed already
        ({"authenticated_at": None}, Remedy.KNOCK_SEEN),  # it holds nothing that could be overheard
    ],
)
def test_proof_overheard_elsewhere_is_answered_by_new_secrets(
    row: dict[str, Any], remedy: Remedy, alice: Subscriber
) -> None:
    phone = knocked(alice, knocked_reason="replayed", **row)

    assert remedy_of(phone, Cause.KNOCKED) is remedy


def test_nothing_to_do_lights_no_lamp(blue_browser: Browser, blue_phone: Phone) -> None:
    page = blue_browser.get(TODO)

    assert page.context["todo"].total == 0
    assert "data-todo-count\n" in page.content.decode()
    assert page.content.decode().count("hidden>0<span") == 2  # bar and drawer


def test_a_stranger_finds_nothing(
    red_staff: User, as_user: Callable[[User], Browser], alice: Subscriber
) -> None:
    everything(alice)
    browser = as_user(red_staff)

    for query in ({}, {"q": "alice"}, {"client": "10100"}, {"f": "overdue"}):
        page = browser.get(TODO, query)
        assert list(page.context["page"]) == []
        assert b"Alice" not in page.content
        assert b"Client Bleu" not in page.content
    assert browser.get(TODO).context["todo"].total == 0


def test_a_phone_deleted_while_the_page_is_made_is_left_out(
    blue_browser: Browser, alice: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    from provisioning.views import todo

    gone, kept = overdue(alice), overdue(alice)
    found = todo.with_all_shown

    def meanwhile(rows: Any) -> Any:
        Phone.unscoped.filter(pk=gone.pk).delete()
        return found(rows)

    monkeypatch.setattr(todo, "with_all_shown", meanwhile)

    assert entries(blue_browser) == [(kept.mac, "overdue")]


def test_the_operator_is_told_of_guesses_and_floods_of_the_last_day(
    operator: User, blue_browser: Browser, blue_client: Client, as_user: Callable[[User], Browser]
) -> None:
    now = timezone.now()
    caller = UnknownCaller.objects.create(address="203.0.113.9", hour=now, count=412)
    record(UNKNOWN_MACS, caller, actor=PLATFORM, after={"address": caller.address})
    record(BUDGET_SPENT, blue_client.reseller, actor=PLATFORM)
    old = ResellerFactory(name="Ancien")
    record(BUDGET_SPENT, old, actor=PLATFORM, at=now - timedelta(hours=25))

    notices = as_user(operator).get(TODO).context["notices"]

    said = " ".join(notice.text for notice in notices)
    assert len(notices) == 2
    assert "412" in said
    assert "203.0.113.9" in said
    assert "Bleu Télécom" in said
    assert blue_browser.get(TODO).context["notices"] == []


# --- What mends it --------------------------------------------------------------------------------


def post(browser: Browser, name: str, phone: Phone, **extra: Any) -> HttpResponse:
    return browser.post(
        reverse(f"extranet:{name}", args=[phone.mac]), {"next": TODO, "confirm": "on"}, **extra
    )


def test_the_model_seen_is_taken(blue_browser: Browser, alice: Subscriber) -> None:
    phone = contradicting(alice)

    response = post(blue_browser, "phone-take-model", phone)

    phone.refresh_from_db()
    assert (response["Location"], phone.model) == (TODO, "snom-710")
    [event] = AuditEvent.objects.filter(kind="phone.updated")
    assert (event.before, event.after) == ({"model": "snom-720"}, {"model": "snom-710"})
    assert entries(blue_browser) == []


def test_a_name_that_fits_two_models_becomes_automatic(
    blue_browser: Browser, alice: Subscriber
) -> None:
    phone = contradicting(alice, detected_model="snom-715", detected_token="snom715")

    post(blue_browser, "phone-take-model", phone)

    phone.refresh_from_db()
    assert (phone.model, phone.model_label) == ("", "snom 715 / snom D715")


def test_taking_the_model_twice_changes_nothing_more(
    blue_browser: Browser, alice: Subscriber
) -> None:
    phone = contradicting(alice)

    for _ in range(2):
        post(blue_browser, "phone-take-model", phone)

    assert AuditEvent.objects.filter(kind="phone.updated").count() == 1


def test_two_addresses_are_seen(blue_browser: Browser, alice: Subscriber) -> None:
    phone = doubled(alice)

    post(blue_browser, "phone-double-seen", phone)

    phone.refresh_from_db()
    assert phone.doubled_at is None
    assert entries(blue_browser) == []


def test_who_asked_from_elsewhere_is_seen(blue_browser: Browser, alice: Subscriber) -> None:
    phone, other = knocked(alice), knocked(alice)

    said = post(blue_browser, "phone-knock-seen", phone, **HTMX).content.decode()

    phone.refresh_from_db()
    assert phone.knocked_at is None
    assert "C’est noté" in said or "Noted" in said
    assert entries(blue_browser) == [(other.mac, "knocked")]


def test_the_operator_releases_a_mac_that_nobody_uses(
    operator: User, as_user: Callable[[User], Browser], blue_client: Client
) -> None:
    phone, browser = squatted(blue_client), as_user(operator)
    assert entries(browser) == [(phone.mac, "releasable")]

    response = post(browser, "phone-release", phone)

    assert response["Location"] == TODO
    assert not Phone.unscoped.filter(pk=phone.pk).exists()
    assert AuditEvent.objects.filter(kind="phone.released").count() == 1


def test_a_reseller_does_not_release(blue_browser: Browser, blue_client: Client) -> None:
    phone = squatted(blue_client)

    assert post(blue_browser, "phone-release", phone).status_code == 403
    assert Phone.unscoped.filter(pk=phone.pk).exists()


def test_a_mac_that_came_meanwhile_is_not_released(
    operator: User, as_user: Callable[[User], Browser], blue_client: Client
) -> None:
    phone = squatted(blue_client)
    Phone.unscoped.filter(pk=phone.pk).update(served_at=timezone.now())

    response = post(as_user(operator), "phone-release", phone, **HTMX)

    assert "is-wrong" in response.content.decode()
    assert Phone.unscoped.filter(pk=phone.pk).exists()


def test_with_htmx_the_row_says_what_was_done_and_the_lamp_follows(
    blue_browser: Browser, alice: Subscriber
) -> None:
    phone, other = overdue(alice), overdue(alice)
    User.objects.update(language="en")

    with translation.override("en"):
        said = post(blue_browser, "phone-open", phone, **HTMX).content.decode()

    assert said.lstrip().startswith("<tr")
    assert "Window opened until" in said
    assert 'hx-swap-oob="outerHTML:[data-todo-count]"' in said
    assert ">1<span" in said.replace("\n", "")
    assert entries(blue_browser) == [(other.mac, "overdue")]


def test_with_htmx_a_rule_that_says_no_is_told_in_the_row(
    blue_browser: Browser, blue_client: Client
) -> None:
    phone = refused(None, "unassigned", client=blue_client)

    said = post(blue_browser, "phone-open", phone, **HTMX).content.decode()

    assert 'class="is-wrong"' in said
    assert f"/extranet/telephones/{phone.mac}/" in said


def test_a_phone_of_a_stranger_is_not_mended(
    red_staff: User, as_user: Callable[[User], Browser], alice: Subscriber, operator: User
) -> None:
    browser = as_user(red_staff)
    phones = [contradicting(alice), doubled(alice), knocked(alice), squatted(alice.client)]
    before = list(Phone.unscoped.order_by("pk").values())

    for name, phone in zip(
        ["take-model", "double-seen", "knock-seen", "release"], phones, strict=True
    ):
        for extra in ({}, HTMX):
            assert post(browser, f"phone-{name}", phone, **extra).status_code == 404
    assert list(Phone.unscoped.order_by("pk").values()) == before


def test_the_lamp_of_somebody_new_is_dark(
    as_user: Callable[[User], Browser], alice: Subscriber
) -> None:
    overdue(alice)

    assert as_user(UserFactory()).get(CLIENTS).context["todo"].total == 0
