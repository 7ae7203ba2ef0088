"""« Ce que le téléphone a demandé »: in words, by day, with the remedy beside the refusal."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.formats import date_format

from clients.models import Site, Subscriber, User
from clients.services.audit import PLATFORM, Actor, record
from metacentrex.moments import day_moment
from phones.enums import Refusal
from phones.mac import format_mac
from phones.models import Phone
from phones.services.assignment import PhoneChange, assign, change_phone, unassign
from phones.services.window import open_window
from provisioning.models import Fetch, FetchOutcome
from provisioning.timeline import Entry, timeline_of
from tests.factories.phones import AssignedPhoneFactory
from tests.provisioning.asking import HOUR, OLD_SNOM_710, end_of_window, given_to

Fetching = Callable[..., HttpResponse]
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LOST = {"overdue", "no-window", "credentials-expected", "already-fetched"}
WRONG_PROOF = {"bad-credentials", "bad-authorization", "replayed"}


@pytest.fixture(autouse=True)
def in_english():
    """The words as they are in the code; their translation is tested with the catalogue."""
    with translation.override("en"):
        yield


def entries(phone: Phone, **choice: bool) -> list[Entry]:
    phone = Phone.unscoped.select_related("client", "subscriber__site", "site").get(pk=phone.pk)
    return [entry for day in timeline_of(phone, timezone.now(), **choice) for entry in day.entries]


def refused(phone: Phone, minute: int, **values: object) -> None:
    fields = {"at": NOON + timedelta(minutes=minute), "address": "203.0.113.9", "reason": "overdue"}
    Fetch.objects.create(
        phone=phone, mac=phone.mac, outcome=FetchOutcome.REFUSED, **(fields | values)
    )


def test_a_story_from_the_window_to_the_credentials(
    blue_phone: Phone, blue_staff: User, fetch: Fetching
) -> None:
    end_of_window(blue_phone)
    fetch(blue_phone.mac, REMOTE_ADDR="203.0.113.9")
    open_window(blue_phone, actor=Actor(blue_staff))
    first = fetch(blue_phone.mac)
    fetch(blue_phone.mac, **given_to(first), HTTP_IF_NONE_MATCH=first.headers["ETag"])

    story = [
        (entry.title, entry.text.split(",")[0], entry.small)
        for entry in reversed(entries(blue_phone))
    ]

    until = Phone.unscoped.get(pk=blue_phone.pk).window_opened_at + timedelta(hours=48)
    said = "snom 710, firmware 8.7.5.35"
    assert story == [
        ("Refused:", "the window had ended", f"203.0.113.9 – {said}"),
        (
            "Window opened",
            f"until {date_format(timezone.localtime(until), 'j M Y')}",
            "by Blue Staff (Bleu Télécom)",
        ),
        ("Served for the first time:", "full configuration", f"127.0.0.1 – {said}"),
        ("End of the window", "", "by MetaCentrex"),
        ("Served:", "nothing new since last time", f"127.0.0.1 – {said} – with its credentials"),
    ]


def window_opened(phone: Phone, at: datetime, **window: datetime) -> None:
    after = {name: moment.isoformat() for name, moment in window.items()}
    record("window.opened", phone, actor=PLATFORM, client=phone.client, after=after, at=at)


def test_a_refusal_says_since_when_the_window_of_then_was_over(blue_phone: Phone) -> None:
    first_end = NOON - timedelta(days=3)
    window_opened(blue_phone, NOON - timedelta(days=5), authorized_until=first_end)
    window_opened(blue_phone, NOON + timedelta(days=1), authorized_until=NOON + timedelta(days=2))
    refused(blue_phone, 1)

    (entry,) = entries(blue_phone, only_refused=True)

    assert first_end == datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    assert entry.text == f"the window ended on {day_moment(first_end, blue_phone.zone)}"


def test_a_refusal_before_a_planned_window_says_when_it_begins(blue_phone: Phone) -> None:
    start = NOON + timedelta(days=1)
    window_opened(
        blue_phone, NOON - HOUR, authorized_from=start, authorized_until=start + timedelta(days=2)
    )
    refused(blue_phone, 1, reason="not-yet")

    (entry,) = entries(blue_phone, only_refused=True)

    assert entry.text == f"the window does not start until {day_moment(start, blue_phone.zone)}"


def test_a_window_that_nothing_is_known_of_is_only_over(blue_phone: Phone) -> None:
    window_opened(blue_phone, NOON - HOUR, authorized_until=NOON + HOUR)
    refused(blue_phone, 1)

    (entry,) = entries(blue_phone, only_refused=True)

    assert entry.text == "the window had ended"


def test_only_the_first_configuration_of_all_is_the_first(
    blue_phone: Phone, fetch: Fetching
) -> None:
    first = fetch(blue_phone.mac)
    open_window(blue_phone, actor=PLATFORM)
    fetch(blue_phone.mac)

    titles = [entry.title for entry in entries(blue_phone) if entry.title.startswith("Served")]

    assert first.status_code == 200
    assert titles == ["Served:", "Served for the first time:"]


def test_old_firmware_is_said_with_what_is_needed(
    blue_phone: Phone, fetch: Fetching, blue_browser: Browser
) -> None:
    fetch(blue_phone.mac, user_agent=OLD_SNOM_710)

    (entry,) = entries(blue_phone)
    page = blue_browser.get(f"/extranet/telephones/{blue_phone.mac}/")

    assert (entry.text, entry.remedy) == ("firmware 8.7.3.19, at least 8.7.5 is needed", "")
    assert page.context["firmware_too_old"] is True
    assert (page.context["firmware"], page.context["firmware_minimum"]) == ("8.7.3.19", "8.7.5")
    assert len(page.context["firmware_steps"]) == 5
    assert "wiki.snom.com/Firmware/V8/Release_Notes" in page.content.decode()


@pytest.mark.parametrize("reason", Refusal)
def test_every_reason_is_told_in_words_and_a_window_offered_where_it_mends(
    reason: Refusal, blue_phone: Phone
) -> None:
    refused(blue_phone, 1, reason=reason)

    (entry,) = entries(blue_phone)

    assert entry.text == str(reason.label)
    assert entry.refused
    assert entry.remedy == ("reopen" if reason in LOST | WRONG_PROOF else "")


@pytest.mark.parametrize("reason", Refusal)
def test_in_service_a_wrong_proof_is_told_without_a_button_that_opens(
    reason: Refusal, blue_phone: Phone
) -> None:
    Phone.unscoped.filter(pk=blue_phone.pk).update(authenticated_at=NOON)
    refused(blue_phone, 1, reason=reason)

    (entry,) = entries(blue_phone)

    assert entry.remedy == ("reopen" if reason in LOST else "renew" if reason == "replayed" else "")


def test_the_remedy_is_a_button_on_the_page(
    blue_phone: Phone, fetch: Fetching, blue_browser: Browser
) -> None:
    end_of_window(blue_phone)
    fetch(blue_phone.mac)

    page = blue_browser.get(f"/extranet/telephones/{blue_phone.mac}/").content.decode()
    answer = blue_browser.post(
        f"/extranet/telephones/{blue_phone.mac}/autoriser/", {"duration": "default"}
    )

    assert page.count('action="/extranet/telephones/00041300B10E/autoriser/"') >= 2
    assert answer.status_code == 302
    assert fetch(blue_phone.mac).status_code == 200


def test_a_row_of_like_refusals_is_one_entry_with_a_count(blue_phone: Phone) -> None:
    for minute in (1, 2, 3):
        refused(blue_phone, minute)
    refused(blue_phone, 4, address="198.51.100.4")
    refused(blue_phone, 5, reason="bad-credentials")

    told = [(entry.title, entry.text) for entry in entries(blue_phone)]

    assert told == [
        ("Refused:", "wrong phone credentials"),
        ("Refused:", "the window had ended"),
        ("Refused 3 times:", "the window had ended"),
    ]


def test_refusals_of_one_day_are_told_by_the_hour_and_those_of_two_by_the_day(
    blue_phone: Phone,
) -> None:
    for minute in (1, 3):
        refused(blue_phone, minute)
    one_day = entries(blue_phone)[0].small
    refused(blue_phone, 24 * 60 + 3)

    assert re.search(r" – \d\d:01:\d\d to \d\d:03:\d\d$", one_day)
    assert re.search(r" – from \d+ \w+ \d{4}, .+ to \d+ \w+ \d{4}, ", entries(blue_phone)[0].small)


def test_a_flood_of_refusals_does_not_hide_who_was_served(
    blue_phone: Phone, fetch: Fetching
) -> None:
    before = {
        "phone": blue_phone,
        "mac": blue_phone.mac,
        "at": NOON - HOUR,
        "address": "203.0.113.66",
    }
    Fetch.objects.create(outcome=FetchOutcome.SERVED, **before)
    for minute in range(200):
        refused(blue_phone, minute, address=f"203.0.113.{minute % 7}")

    assert len(entries(blue_phone)) == 201
    assert "203.0.113.66" in entries(blue_phone)[-1].small


def told(phone: Phone) -> list[tuple[str, str]]:
    return [(entry.title, entry.text) for entry in entries(phone)]


def changed(phone: Phone, actor: Actor, **change: Any) -> None:
    same = {"description": phone.description, "model": phone.model, "subscriber": phone.subscriber}
    change_phone(phone, PhoneChange(**same | change), actor=actor)


def test_a_change_says_what_was_and_what_is_now(blue_phone: Phone, blue_actor: Actor) -> None:
    changed(blue_phone, blue_actor, description="", model="snom-720")
    changed(blue_phone, blue_actor, description="Accueil", model="")

    assert told(blue_phone) == [
        ("Phone changed:", "description: none → Accueil, model: snom 720 → Automatic"),
        ("Phone changed:", "description: Bureau d'Alice → none, model: Automatic → snom 720"),
    ]


def test_a_change_of_line_says_from_which_to_which_and_until_when(
    blue_phone: Phone, bob: Subscriber, blue_actor: Actor
) -> None:
    changed(blue_phone, blue_actor, subscriber=bob)
    off = unassign(blue_phone, actor=blue_actor)
    assign(off, bob, actor=blue_actor)

    [again, off_line, first] = told(blue_phone)

    assert off_line == ("Taken off its line:", "0970719002 → none")
    assert first[0] == again[0] == "Assigned to a line:"
    assert re.match(r"0970719001 → 0970719002, authorized until \d+ \w+ \d{4}, ", first[1])
    assert re.match(r"none → 0970719002, authorized until \d+ \w+ \d{4}, ", again[1])


def test_the_model_taken_over_is_named_and_one_of_an_old_catalogue_by_its_code(
    blue_phone: Phone, blue_actor: Actor
) -> None:
    record(
        "phone.updated",
        blue_phone,
        actor=blue_actor,
        client=blue_phone.client,
        before={"model": "snom-1"},
        after={"model": "snom-710"},
    )

    assert told(blue_phone) == [("Phone changed:", "model: snom-1 → snom 710")]


def test_what_an_old_event_does_not_say_is_left_out(blue_phone: Phone, blue_actor: Actor) -> None:
    record("phone.updated", blue_phone, actor=blue_actor, client=blue_phone.client)
    record("phone.unassigned", blue_phone, actor=blue_actor, client=blue_phone.client)

    assert sorted(told(blue_phone)) == [("Phone changed", ""), ("Taken off its line", "")]


def test_a_hostile_description_is_text_in_the_timeline(
    blue_phone: Phone, blue_actor: Actor, blue_browser: Browser
) -> None:
    changed(blue_phone, blue_actor, description="<script>alert(1)</script> 100 %(what)s")

    page = blue_browser.get(f"/extranet/telephones/{blue_phone.mac}/").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 100 %(what)s" in page


def test_a_span_within_a_minute_shows_its_seconds(blue_phone: Phone) -> None:
    window_opened(
        blue_phone,
        NOON,
        authorized_from=NOON + timedelta(seconds=5),
        authorized_until=NOON + timedelta(seconds=45),
    )
    window_opened(blue_phone, NOON, authorized_from=NOON, authorized_until=NOON + HOUR)

    assert [text for _title, text in told(blue_phone)] == [
        "from 23 Nov 2026, 13:00 until 23 Nov 2026, 14:00",
        "from 23 Nov 2026, 13:00:05 until 23 Nov 2026, 13:00:45",
    ]


def test_refusals_alone_where_asked(blue_phone: Phone, blue_staff: User, fetch: Fetching) -> None:
    open_window(blue_phone, actor=Actor(blue_staff))
    fetch(blue_phone.mac)
    fetch(blue_phone.mac, user_agent="curl/8")

    assert [entry.text for entry in entries(blue_phone, only_refused=True)] == ["unknown model"]


def test_hours_and_days_are_those_of_the_place(blue_phone: Phone, alice: Subscriber) -> None:
    Site.unscoped.filter(pk=alice.site_id).update(time_zone="Pacific/Noumea")
    late = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)  # the 23rd over there
    refused(blue_phone, 0, at=late)

    phone = Phone.unscoped.select_related("client", "subscriber__site").get(pk=blue_phone.pk)
    (day,) = timeline_of(phone, late)

    assert day.label == "Today, Monday 23 November 2026"
    assert day.entries[0].time == "07:30:00"


def test_two_questions_whatever_there_is_to_tell(blue_phone: Phone, blue_staff: User) -> None:
    phone = Phone.unscoped.select_related("client", "subscriber__site").get(pk=blue_phone.pk)
    for minute in range(60):
        refused(phone, minute, address=f"203.0.113.{minute}")
    open_window(phone, actor=Actor(blue_staff))

    with CaptureQueriesContext(connection) as captured:
        days = timeline_of(phone, timezone.now())

    assert len(captured) == 2
    assert sum(len(day.entries) for day in days) == 61


def test_a_hostile_user_agent_is_text_on_the_page(
    blue_phone: Phone, fetch: Fetching, blue_browser: Browser
) -> None:
    fetch(blue_phone.mac, user_agent="<script>alert(1)</script>")

    page = blue_browser.get(f"/extranet/telephones/{blue_phone.mac}/").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("whose", ["own", "strangers"])
def test_a_request_that_names_another_mac_says_which_and_leads_there_if_it_is_ones_own(
    whose: str,
    blue_phone: Phone,
    red_phone: Phone,
    blue_browser: Browser,
    bob: Subscriber,
    fetch: Fetching,
) -> None:
    other = AssignedPhoneFactory(subscriber=bob) if whose == "own" else red_phone
    fetch(blue_phone.mac, user_agent=f"Mozilla/4.0 (compatible; snom720-SIP 8.9.3.80 {other.mac})")

    page = blue_browser.get(f"/extranet/telephones/{blue_phone.mac}/").content.decode()

    assert f"{format_mac(other.mac)}" in page
    assert (f"/extranet/telephones/{other.mac}/" in page) is (whose == "own")
