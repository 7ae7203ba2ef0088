"""One request from elsewhere changes no state: a refusal is the phone's own where it was last
served.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import permutations
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone

from clients.models import AuditEvent, Client, Subscriber, User
from clients.services.audit import PLATFORM, Actor
from phones.models import Phone
from phones.services.assignment import assign, unassign
from phones.services.window import acknowledge_knock, close_window, open_window, renew
from phones.states import code_of
from phones.todo import Cause, cause_filter
from provisioning import journal
from provisioning.models import Fetch
from tests.provisioning.asking import basic, change, digest_proof, given_to, row

Fetching = Callable[..., HttpResponse]
HOME, NEXT_DOOR, AWAY, FARTHER = "198.51.100.7", "198.51.100.8", "203.0.113.80", "192.0.2.1"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
EXPECTED = "credentials-expected"


@pytest.fixture
def at_home(blue_phone: Phone) -> Phone:
    """In service at HOME, where it was last served at noon."""
    change(
        blue_phone,
        window_opened_at=NOON - timedelta(days=2),
        authorized_until=NOON - timedelta(days=1),
        expiry_recorded_at=NOON - timedelta(days=1),
        authenticated_at=NOON - timedelta(days=1),
        credentials_seen_at=NOON - timedelta(days=1),
        served_at=NOON,
        served_address=HOME,
        last_address=HOME,
    )
    served(blue_phone, 0, HOME).save()
    return Phone.unscoped.get(pk=blue_phone.pk)


def asked(phone: Phone, second: float, address: str, **values: Any) -> Fetch:
    known = {"phone_id": phone.pk, "client_id": phone.client_id, "mac": phone.mac}
    return Fetch(at=NOON + second * SECOND, address=address, **known | values)


def refused(phone: Phone, second: float, address: str, reason: str = "bad-credentials") -> Fetch:
    return asked(phone, second, address, outcome="refused", reason=reason)


def served(phone: Phone, second: float, address: str, outcome: str = "served") -> Fetch:
    return asked(phone, second, address, outcome=outcome, with_credentials=True)


def answers(phone: Phone, fetch: Fetch) -> Fetch:
    """What the claim of an answer writes before its line is queued."""
    change(phone, served_at=fetch.at, served_address=fetch.address, last_address=fetch.address)
    return fetch


def a_process_writes(*entries: Fetch) -> None:
    for one in entries:
        journal.write_later(
            Fetch(
                **{f.attname: getattr(one, f.attname) for f in Fetch._meta.fields if f.name != "id"}
            )
        )
    assert journal.flush() == len(entries)


def refusals(phone: Phone) -> tuple[int, str]:
    now = row(phone)
    return now["refused_count"], now["refused_reason"]


def knocks(phone: Phone) -> tuple[object, ...] | None:
    """Seconds past noon of the first and of the last, count, reason, address; None where there is
    none.
    """
    now = row(phone)
    if now["knocked_at"] is None:
        assert (now["knocked_since"], now["knocked_count"], now["knocked_reason"]) == (None, 0, "")
        assert now["knocked_address"] == ""
        return None
    since, last = ((now[name] - NOON) / SECOND for name in ("knocked_since", "knocked_at"))
    return since, last, now["knocked_count"], now["knocked_reason"], now["knocked_address"]


# --- Whose a refusal is ---------------------------------------------------------------------------


def test_a_refusal_where_it_is_served_is_its_own(at_home: Phone) -> None:
    a_process_writes(refused(at_home, 5, HOME))

    assert refusals(at_home) == (1, "bad-credentials")
    assert knocks(at_home) is None


def test_a_refusal_from_elsewhere_is_kept_apart_and_leaves_the_phone_its_address(
    at_home: Phone,
) -> None:
    a_process_writes(refused(at_home, 5, AWAY), refused(at_home, 7, NEXT_DOOR, "replayed"))

    assert refusals(at_home) == (0, "")
    assert knocks(at_home) == (5, 7, 2, "replayed", NEXT_DOOR)
    assert (row(at_home)["last_address"], row(at_home)["served_address"]) == (HOME, HOME)


def test_a_phone_that_was_never_served_is_refused_wherever_it_asks(blue_phone: Phone) -> None:
    change(blue_phone, window_opened_at=NOON)

    a_process_writes(refused(blue_phone, 1, HOME), refused(blue_phone, 2, AWAY))

    assert refusals(blue_phone) == (2, "bad-credentials")
    assert row(blue_phone)["last_address"] == AWAY
    assert knocks(blue_phone) is None


def test_where_it_was_served_is_not_known(at_home: Phone) -> None:
    change(at_home, served_address="")

    a_process_writes(refused(at_home, 5, AWAY))

    assert (refusals(at_home), knocks(at_home)) == ((1, "bad-credentials"), None)


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", True),
        ("2001:db8:1:3::1", False),
        ("2001:db8:1:2:0::0", True),
        (HOME, False),
    ],
)
def test_of_ipv6_a_whole_customer_is_one_place(address: str, is_own: bool, at_home: Phone) -> None:
    change(at_home, served_address="2001:db8:1:2::1")

    a_process_writes(refused(at_home, 5, address))

    assert (refusals(at_home)[0], knocks(at_home) is None) == (int(is_own), is_own)


def test_a_phone_that_moved_is_refused_at_its_new_place(at_home: Phone) -> None:
    """The row was told by the claim; the lines of both requests come in one batch."""
    a_process_writes(answers(at_home, served(at_home, 5, AWAY)), refused(at_home, 6, AWAY))

    assert (refusals(at_home), knocks(at_home)) == ((1, "bad-credentials"), None)


def test_where_it_was_served_before_is_elsewhere_once_it_has_moved(at_home: Phone) -> None:
    a_process_writes(answers(at_home, served(at_home, 5, AWAY)), refused(at_home, 6, HOME))

    assert refusals(at_home) == (0, "")
    assert knocks(at_home) == (6, 6, 1, "bad-credentials", HOME)


def test_being_served_at_home_takes_back_its_own_refusals_and_no_knock(at_home: Phone) -> None:
    a_process_writes(refused(at_home, 1, HOME), refused(at_home, 2, AWAY))

    a_process_writes(answers(at_home, served(at_home, 5, HOME, "not-modified")))

    assert (refusals(at_home), knocks(at_home)) == ((0, ""), (2, 2, 1, "bad-credentials", AWAY))


def test_being_served_where_it_was_knocked_from_takes_the_knocks_of_there_back(
    at_home: Phone,
) -> None:
    a_process_writes(
        refused(at_home, 1, FARTHER), refused(at_home, 2, AWAY), refused(at_home, 3, AWAY)
    )

    a_process_writes(answers(at_home, served(at_home, 300, AWAY)))

    assert knocks(at_home) == (1, 1, 1, "bad-credentials", FARTHER)
    assert row(at_home)["served_address"] == AWAY


def test_a_refusal_before_its_first_configuration_is_its_own_and_over(blue_phone: Phone) -> None:
    change(blue_phone, window_opened_at=NOON - SECOND)

    a_process_writes(refused(blue_phone, 1, AWAY), answers(blue_phone, served(blue_phone, 2, HOME)))

    assert (refusals(blue_phone), knocks(blue_phone)) == ((0, ""), None)


def test_what_came_before_a_window_was_opened_says_nothing(at_home: Phone) -> None:
    change(at_home, window_opened_at=NOON + 10 * SECOND)

    a_process_writes(refused(at_home, 5, AWAY))

    assert knocks(at_home) is None


@pytest.mark.parametrize(
    ("row_before", "known"),
    [
        ({}, HOME),
        # who was refused last may have been anybody
        (
            {"refused_at": NOON, "last_address": AWAY},
            FARTHER,
        ),
        ({"refused_at": NOON, "last_address": AWAY, "window_address": ""}, ""),
        ({"served_at": None}, ""),
    ],
)
def test_an_upgrade_takes_the_place_that_the_row_knows(
    row_before: dict[str, Any], known: str, at_home: Phone
) -> None:
    change(at_home, **{"served_address": "", "window_address": FARTHER} | row_before)

    upgrade = import_module("phones.migrations.0007_served_address")
    upgrade.take_what_the_row_knows(apps, None)

    assert row(at_home)["served_address"] == known


# --- Order: two processes write what four requests left, in any order -----------------------------


def story(phone: Phone) -> list[list[Fetch]]:
    """At home refused, knocked, served; then it moves, is refused there, and somebody asks where it
    was.
    """
    return [
        [refused(phone, 1, HOME), refused(phone, 4, FARTHER)],
        [refused(phone, 2, AWAY), served(phone, 5, AWAY)],
        [served(phone, 3, HOME), refused(phone, 6, AWAY), refused(phone, 7, HOME)],
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_lines_of_several_processes_come_to_the_same_in_any_order(
    order: tuple[int, ...], at_home: Phone
) -> None:
    answers(at_home, served(at_home, 5, AWAY))  # claimed before any line is written

    for batch in order:
        a_process_writes(*story(at_home)[batch])

    assert refusals(at_home) == (1, "bad-credentials")
    assert knocks(at_home) == (4, 7, 2, "bad-credentials", HOME)
    now = row(at_home)
    assert (now["served_at"], now["served_address"]) == (NOON + 5 * SECOND, AWAY)


def test_a_late_line_of_a_place_left_does_not_move_the_phone_back(at_home: Phone) -> None:
    a_process_writes(answers(at_home, served(at_home, 5, AWAY)))

    a_process_writes(served(at_home, 3, HOME))

    assert row(at_home)["served_address"] == AWAY


def test_a_claim_that_lost_the_race_is_put_right_by_its_line(at_home: Phone) -> None:
    """It read the row before the phone was seen elsewhere, so it had nothing to write."""
    a_process_writes(answers(at_home, served(at_home, 3, AWAY)))

    a_process_writes(served(at_home, 5, HOME))

    assert row(at_home)["served_address"] == HOME


# --- Asked for its credentials --------------------------------------------------------------------


@pytest.mark.parametrize("batches", [1, 2])
@pytest.mark.parametrize("reason", [EXPECTED, "stale-nonce", "overdue"])
def test_a_phone_with_a_new_address_that_is_asked_for_its_credentials_leaves_no_knock(
    batches: int, reason: str, at_home: Phone
) -> None:
    lines = [refused(at_home, 5, AWAY, reason), served(at_home, 6, AWAY)]
    if batches == 2:
        a_process_writes(lines.pop(0))
        assert knocks(at_home) is not None
    answers(at_home, lines[-1])

    a_process_writes(*lines)

    assert (refusals(at_home), knocks(at_home)) == ((0, ""), None)
    assert set(Fetch.objects.filter(phone=at_home).values_list("outcome", flat=True)) == {
        "served",
        "challenged",
    }


def test_it_takes_nothing_from_what_others_knocked_meanwhile(at_home: Phone) -> None:
    a_process_writes(refused(at_home, 1, FARTHER), refused(at_home, 5, AWAY, EXPECTED))
    assert knocks(at_home) == (1, 5, 2, EXPECTED, AWAY)

    a_process_writes(answers(at_home, served(at_home, 6, AWAY)))

    assert knocks(at_home) == (1, 1, 1, "bad-credentials", FARTHER)


def test_its_daily_challenge_at_home_leaves_the_count_of_knocks(at_home: Phone) -> None:
    a_process_writes(refused(at_home, 1, AWAY))
    change(at_home, knocked_count=900)

    a_process_writes(
        refused(at_home, 5, HOME, EXPECTED), answers(at_home, served(at_home, 6, HOME))
    )

    assert knocks(at_home) == (1, 1, 900, "bad-credentials", AWAY)


def test_whoever_looked_only_with_its_credentials_was_asked_for_them_and_did_not_knock(
    at_home: Phone,
) -> None:
    a_process_writes(refused(at_home, 5, AWAY, EXPECTED))

    a_process_writes(served(at_home, 6, AWAY, "looked"))

    assert knocks(at_home) is None
    assert row(at_home)["served_address"] == HOME


def test_through_the_door_a_phone_whose_line_has_a_new_address_leaves_no_knock(
    blue_phone: Phone, fetch: Fetching
) -> None:
    first = fetch(blue_phone.mac, REMOTE_ADDR=HOME)
    fetch(blue_phone.mac, REMOTE_ADDR="127.0.0.1", **given_to(first))
    change(blue_phone, served_address=HOME)

    assert fetch(blue_phone.mac, REMOTE_ADDR=AWAY).status_code == 401
    assert fetch(blue_phone.mac, REMOTE_ADDR=AWAY, **digest_proof(blue_phone)).status_code == 200

    assert (refusals(blue_phone), knocks(blue_phone)) == ((0, ""), None)
    assert row(blue_phone)["served_address"] == AWAY


# --- When it is over ------------------------------------------------------------------------------


@pytest.fixture
def knocked(at_home: Phone) -> Phone:
    a_process_writes(refused(at_home, 5, AWAY))
    return Phone.unscoped.get(pk=at_home.pk)


OVER: dict[str, Callable[[Phone], object]] = {
    "seen": lambda phone: acknowledge_knock(phone, actor=PLATFORM),
    "a window is opened": lambda phone: open_window(phone, actor=PLATFORM),
    "taken off its line": lambda phone: unassign(phone, actor=PLATFORM),
    "put on a line": lambda phone: assign(phone, phone.subscriber, actor=PLATFORM),
    "secrets renewed": lambda phone: renew(phone, actor=PLATFORM),
}


@pytest.mark.parametrize("act", OVER)
def test_a_knock_is_over_when_somebody_did_something_about_it(act: str, knocked: Phone) -> None:
    OVER[act](knocked)

    assert knocks(knocked) is None
    # A window that begins, or none any more: nobody knows where it is now.
    assert row(knocked)["served_address"] == (HOME if act in ("seen", "secrets renewed") else "")


def test_closing_a_window_says_nothing_of_who_knocked(knocked: Phone) -> None:
    close_window(knocked, actor=PLATFORM)

    assert knocks(knocked) is not None


def test_seen_is_written_down_once_and_the_next_one_is_told_again(
    knocked: Phone, blue_actor: Actor
) -> None:
    for _ in range(2):
        acknowledge_knock(knocked, actor=blue_actor)

    event = AuditEvent.objects.get(kind="phone.knock_seen")
    assert event.before == {"address": AWAY, "reason": "bad-credentials", "count": 1}
    a_process_writes(refused(knocked, 50, FARTHER))
    assert knocks(knocked) == (50, 50, 1, "bad-credentials", FARTHER)


def test_where_a_reopened_phone_was_served_before_says_nothing_of_where_it_is_now(
    knocked: Phone, bob: Subscriber
) -> None:
    open_window(knocked, actor=PLATFORM, now=NOON + 10 * SECOND)
    a_process_writes(refused(knocked, 20, HOME), refused(knocked, 21, AWAY, "firmware-too-old"))
    assert (refusals(knocked), knocks(knocked)) == ((2, "firmware-too-old"), None)

    unassign(knocked, actor=PLATFORM, now=NOON + 30 * SECOND)
    assign(knocked, bob, actor=PLATFORM, now=NOON + 31 * SECOND)
    a_process_writes(refused(knocked, 40, FARTHER, "firmware-too-old"))
    assert (refusals(knocked), knocks(knocked)) == ((1, "firmware-too-old"), None)

    # Served where it is now, and only from then on it is at home there; a late line changes
    # nothing.
    answers(knocked, served(knocked, 50, FARTHER))
    a_process_writes(
        served(knocked, 50, FARTHER), refused(knocked, 60, HOME), refused(knocked, 45, HOME)
    )
    assert (refusals(knocked)[0], knocks(knocked)) == (0, (60, 60, 1, "bad-credentials", HOME))


def test_of_two_who_came_first_nobody_knows_which_is_the_phone(at_home: Phone) -> None:
    change(at_home, credentials_seen_at=None)

    a_process_writes(refused(at_home, 5, AWAY, "already-fetched"))

    assert (refusals(at_home), knocks(at_home)) == ((1, "already-fetched"), None)


@pytest.mark.parametrize("reason", ["unassigned", "client-inactive", "line-suspended"])
def test_nobody_is_told_of_a_phone_that_is_not_expected_to_work(
    reason: str, at_home: Phone
) -> None:
    a_process_writes(refused(at_home, 5, AWAY, reason))

    assert (refusals(at_home)[0], knocks(at_home)) == (0, None)
    assert Fetch.objects.filter(phone=at_home, outcome="refused").count() == 1


def test_what_the_journal_no_longer_has_stays_counted_when_the_phone_moves(at_home: Phone) -> None:
    a_process_writes(*(refused(at_home, 5 + at / 100, FARTHER) for at in range(300)))
    a_process_writes(refused(at_home, 20, AWAY))

    answers(at_home, served(at_home, 30, AWAY))
    a_process_writes(served(at_home, 30, AWAY))

    since, _last, count, _reason, address = knocks(at_home) or ()
    assert (since, count, address) == (5, 300, FARTHER)


# --- What people see ------------------------------------------------------------------------------


@pytest.fixture
def probed(blue_phone: Phone, fetch: Fetching) -> Phone:
    """In service at HOME; somebody without any credentials asked for its MAC from AWAY."""
    User.objects.update(language="en")
    first = fetch(blue_phone.mac, REMOTE_ADDR=HOME)
    fetch(blue_phone.mac, REMOTE_ADDR="127.0.0.1", **given_to(first))
    change(blue_phone, served_address=HOME, last_address=HOME, window_address=HOME)
    change(blue_phone, doubled_at=None, doubled_with="")
    assert fetch(blue_phone.mac, REMOTE_ADDR=AWAY).status_code == 401
    return Phone.unscoped.select_related("client", "subscriber__site").get(pk=blue_phone.pk)


def test_its_user_sees_a_working_phone(
    alices_login: User, as_user: Callable[[User], Browser], probed: Phone
) -> None:
    User.objects.update(language="en")
    browser = as_user(alices_login)

    for address in ("/", "/parametres/touches/", "/bg/10100/lignes/0970719001/touches/"):
        page = browser.get(address).content.decode()
        assert "Provisioned" in page, address
        assert "Refused" not in page and AWAY not in page and "elsewhere" not in page, address


def test_its_reseller_sees_a_provisioned_phone_and_one_thing_to_do(
    blue_browser: Browser, probed: Phone
) -> None:
    account = blue_browser.get("/extranet/clients/10100/compte/").content.decode()
    page = blue_browser.get(f"/extranet/telephones/{probed.mac}/")
    todo = blue_browser.get("/extranet/a-traiter/")

    assert "Provisioned" in account and "Refused" not in account
    assert page.context["state"].code == "provisioned"
    assert AWAY in page.content.decode() and "Requested from elsewhere" in page.content.decode()
    assert page.context["refusal_count"] == 1  # its history has all of them
    [entry] = todo.context["page"]
    assert (entry.phone, entry.cause, entry.state.label) == (
        probed,
        Cause.KNOCKED,
        "Requested from elsewhere",
    )
    assert AWAY in entry.state.detail and "without the phone's credentials" in entry.state.detail
    assert todo.context["todo"].total == 1


def test_a_guess_with_a_password_changes_no_state_either(probed: Phone, fetch: Fetching) -> None:
    fetch(probed.mac, REMOTE_ADDR=FARTHER, HTTP_AUTHORIZATION=basic("somebody", "else"))

    assert code_of(Phone.unscoped.get(pk=probed.pk), timezone.now()).value == "provisioned"
    assert row(probed)["knocked_address"] == FARTHER


def test_the_same_probe_where_the_phone_is_makes_it_refused(probed: Phone, fetch: Fetching) -> None:
    fetch(probed.mac, REMOTE_ADDR=HOME)

    assert code_of(Phone.unscoped.get(pk=probed.pk), timezone.now()).value == "refused"


def test_another_reseller_sees_nothing_of_it(
    red_staff: User, as_user: Callable[[User], Browser], probed: Phone
) -> None:
    browser = as_user(red_staff)

    assert browser.get(f"/extranet/telephones/{probed.mac}/").status_code == 404
    assert browser.post(f"/extranet/telephones/{probed.mac}/ailleurs-vu/").status_code == 404
    assert list(browser.get("/extranet/a-traiter/").context["page"]) == []
    act = {"act": "knock-seen", "phones": probed.pk}
    browser.post("/extranet/telephones/actes/", act)
    assert row(probed)["knocked_at"] is not None


def test_seen_on_its_page_leaves_the_refusal_in_its_history(
    blue_browser: Browser, probed: Phone
) -> None:
    blue_browser.post(f"/extranet/telephones/{probed.mac}/ailleurs-vu/")

    page = blue_browser.get(f"/extranet/telephones/{probed.mac}/")
    assert knocks(probed) is None
    assert page.context["refusal_count"] == 1
    assert "Requests from elsewhere marked as seen" in page.content.decode()


def test_a_phone_on_no_line_that_asks_is_to_be_put_on_one(
    blue_browser: Browser, probed: Phone, fetch: Fetching
) -> None:
    unassign(probed, actor=PLATFORM)
    fetch(probed.mac, REMOTE_ADDR=AWAY)

    page = blue_browser.get(f"/extranet/telephones/{probed.mac}/")
    [entry] = blue_browser.get("/extranet/a-traiter/").context["page"]
    assert "ailleurs-vu" not in page.content.decode()
    assert (page.context["state"].code, entry.remedy.value) == ("refused", "assign")


def test_nothing_is_to_do_at_a_suspended_client_but_to_see_it(
    blue_browser: Browser, probed: Phone
) -> None:
    change(probed, knocked_reason="replayed")
    Client.unscoped.filter(pk=probed.client_id).update(status="suspended")

    [entry] = blue_browser.get("/extranet/a-traiter/").context["page"]

    assert entry.remedy.value == "knock-seen"


def test_proof_overheard_elsewhere_is_answered_by_new_secrets(
    blue_browser: Browser, probed: Phone
) -> None:
    change(probed, knocked_reason="replayed")

    [entry] = blue_browser.get("/extranet/a-traiter/").context["page"]

    assert entry.remedy.value == "renew"


def test_the_database_finds_the_knocks_by_an_index_of_theirs(probed: Phone) -> None:
    assert list(Phone.unscoped.filter(cause_filter(Cause.KNOCKED, timezone.now()))) == [probed]
