"""Planned windows, renewal, the two addresses and the MACs nobody uses: services, then pages."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.utils import timezone
from django.utils.translation import gettext

from clients.enums import ClientStatus
from clients.models import AuditEvent, Client, PlatformSettings, Subscriber
from clients.services.audit import PLATFORM, Actor
from clients.services.clients import update_client
from phones.credentials import http_credentials
from phones.errors import (
    AssignLineFirst,
    NoSecretsYet,
    NotReleasable,
    RenewalPending,
    StartInThePast,
    WindowEndsBeforeStart,
    WindowInThePast,
    WindowTooFar,
)
from phones.models import Phone, SipCredential
from phones.services.assignment import unassign
from phones.services.release import releasable, release_phone, release_terminated
from phones.services.window import ONE_HOUR, Span, open_window, renew, span_of
from phones.states import Code, code_of
from tests.factories.clients import SiteFactory, SubscriberFactory
from tests.factories.phones import AssignedPhoneFactory, PhoneFactory

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = timedelta(days=1)
TUESDAY = NOW + 7 * DAY
PARIS, REUNION = ZoneInfo("Europe/Paris"), ZoneInfo("Indian/Reunion")


# --- Planned windows ------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, Span(None, NOW + 2 * DAY)),
        (None, TUESDAY, Span(None, TUESDAY)),
        (TUESDAY, None, Span(TUESDAY, TUESDAY + 2 * DAY)),
        (TUESDAY, TUESDAY + ONE_HOUR, Span(TUESDAY, TUESDAY + ONE_HOUR)),
        # the minute one typed « now » in
        (
            NOW - timedelta(seconds=59),
            None,
            Span(None, NOW + 2 * DAY),
        ),
        (None, NOW + 30 * DAY, Span(None, NOW + 30 * DAY)),
    ],
)
def test_a_window_that_the_rules_allow(
    since: datetime | None, until: datetime | None, expected: Span
) -> None:
    assert span_of(since, until, NOW) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("since", "until", "error", "field"),
    [
        (NOW - DAY, None, StartInThePast, "since"),
        (None, NOW, WindowInThePast, "until"),
        (TUESDAY, TUESDAY, WindowEndsBeforeStart, "until"),
        (TUESDAY, TUESDAY - DAY, WindowEndsBeforeStart, "until"),
        (None, NOW + 30 * DAY + ONE_HOUR, WindowTooFar, "until"),
        (NOW + 29 * DAY, None, WindowTooFar, "since"),
        (NOW + 31 * DAY, NOW + 32 * DAY, WindowTooFar, "until"),
    ],
)
def test_a_window_that_they_do_not(
    since: datetime | None, until: datetime | None, error: type[Exception], field: str
) -> None:
    with pytest.raises(error) as caught:
        span_of(since, until, NOW)

    assert caught.value.field == field


def test_a_planned_window_changes_the_secrets_at_once_and_opens_later(
    blue_phone: Phone, blue_actor: Actor
) -> None:
    phone = open_window(
        blue_phone, actor=blue_actor, since=TUESDAY, until=TUESDAY + ONE_HOUR, now=NOW
    )

    assert (phone.authorized_from, phone.authorized_until) == (TUESDAY, TUESDAY + ONE_HOUR)
    assert phone.credential_generation == blue_phone.credential_generation + 1
    states = [code_of(phone, at) for at in (NOW, TUESDAY, TUESDAY + ONE_HOUR)]
    assert states == [Code.PLANNED, Code.AUTHORIZED, Code.OVERDUE]
    assert AuditEvent.objects.get().after["authorized_from"] == TUESDAY.isoformat()


# --- « Renouveler les secrets » -------------------------------------------------------------------


@pytest.fixture
def in_service(blue_phone: Phone) -> Phone:
    Phone.unscoped.filter(pk=blue_phone.pk).update(authenticated_at=timezone.now())
    blue_phone.refresh_from_db()
    return blue_phone


def test_renewing_keeps_the_previous_credentials_and_replaces_the_sip_account(
    in_service: Phone, blue_actor: Actor
) -> None:
    account = SipCredential.unscoped.get(phone=in_service)
    generation, window = in_service.credential_generation, in_service.authorized_until

    phone = renew(in_service, actor=blue_actor)

    assert (phone.credential_generation, phone.previous_generation) == (generation + 1, generation)
    assert SipCredential.unscoped.get(phone=phone).auth_name != account.auth_name
    assert (phone.authorized_until, phone.authenticated_at) == (window, in_service.authenticated_at)
    event = AuditEvent.objects.get()
    assert (event.kind, event.before, event.after) == ("secrets.renewed", {}, {})


def test_a_renewal_waits_for_the_one_before(in_service: Phone, blue_actor: Actor) -> None:
    renew(in_service, actor=blue_actor)

    with pytest.raises(RenewalPending):
        renew(in_service, actor=blue_actor)


def test_a_phone_that_has_nothing_has_nothing_to_renew(
    blue_phone: Phone, blue_actor: Actor
) -> None:
    with pytest.raises(NoSecretsYet):
        renew(blue_phone, actor=blue_actor)
    with pytest.raises(AssignLineFirst):
        renew(unassign(blue_phone, actor=blue_actor), actor=blue_actor)


@pytest.mark.parametrize("ending", [open_window, unassign])
def test_opening_and_un_assigning_leave_no_overlap(
    in_service: Phone, blue_actor: Actor, ending: object
) -> None:
    renew(in_service, actor=blue_actor)

    phone = ending(in_service, actor=blue_actor)

    assert phone.previous_generation is None
    old = http_credentials(phone.mac, phone.uid, in_service.credential_generation)
    assert old != http_credentials(phone.mac, phone.uid, phone.credential_generation)


# --- MACs that nobody uses ------------------------------------------------------------------------


def old(phone: Phone, **changes: object) -> Phone:
    Phone.unscoped.filter(pk=phone.pk).update(
        created_at=NOW - 31 * DAY, authorized_until=None, authorized_from=None, **changes
    )
    phone.refresh_from_db()
    return phone


def test_a_squatted_mac_is_released_and_free_again(blue_phone: Phone, operator: object) -> None:
    phone = old(blue_phone)

    release_phone(phone, actor=Actor(operator), now=NOW)

    assert not Phone.unscoped.filter(mac=phone.mac).exists()
    event = AuditEvent.objects.get(kind="phone.released")
    assert (event.before["mac"], event.client) == (phone.mac, phone.client)


def test_what_is_used_awaited_or_recent_is_not_released(
    blue_phone: Phone, bob: Subscriber, blue_actor: Actor
) -> None:
    used = old(blue_phone, served_at=NOW - 40 * DAY)
    awaited = AssignedPhoneFactory(subscriber=bob)
    Phone.unscoped.filter(pk=awaited.pk).update(
        created_at=NOW - 31 * DAY, authorized_until=NOW + DAY
    )
    recent = PhoneFactory(client=bob.client)
    Phone.unscoped.filter(pk=recent.pk).update(created_at=NOW - 29 * DAY)

    for phone in (used, awaited, recent):
        with pytest.raises(NotReleasable):
            release_phone(phone, actor=blue_actor, now=NOW)
    assert list(releasable(NOW)) == []
    assert Phone.unscoped.count() == 3


def test_a_terminated_client_gives_its_macs_back_after_the_delay(
    blue_phone: Phone, blue_client: Client, red_phone: Phone
) -> None:
    PlatformSettings(pk=1, release_after_days=10).save()
    blue_client.status = ClientStatus.TERMINATED
    update_client(blue_client, actor=PLATFORM)
    ended = Client.unscoped.get(pk=blue_client.pk).terminated_at

    assert release_terminated(ended + 10 * DAY) == 0
    assert release_terminated(ended + 10 * DAY + ONE_HOUR) == 1
    assert release_terminated(ended + 10 * DAY + ONE_HOUR) == 0
    assert [phone.mac for phone in Phone.unscoped.all()] == [red_phone.mac]
    assert AuditEvent.objects.filter(kind="phone.deleted").count() == 1


# --- Pages ----------------------------------------------------------------------------------------


def typed(moment: datetime, zone: ZoneInfo = PARIS) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def next_week() -> datetime:
    return (timezone.now() + 7 * DAY).replace(second=0, microsecond=0)


def test_a_visit_is_planned_on_the_phones_page(blue_browser: Browser, blue_phone: Phone) -> None:
    page = blue_browser.post(
        f"/extranet/telephones/{blue_phone.mac}/",
        {"since": typed(next_week()), "until": ""},
        follow=True,
    )

    blue_phone.refresh_from_db()
    assert blue_phone.authorized_from == next_week()
    assert blue_phone.authorized_until == next_week() + 2 * DAY
    assert page.context["state"].code == "planned"


@pytest.mark.parametrize(
    ("since", "until", "field", "words"),
    [
        ("", "", "until", "Give a start, an end, or both."),
        ("2020-01-01T09:00", "", "since", "This date is in the past."),
        ("next", "2026-01-01T09:00", "until", "This date is in the past."),
    ],
)
def test_dates_that_make_no_window_are_said_at_the_field(
    blue_browser: Browser, blue_phone: Phone, since: str, until: str, field: str, words: str
) -> None:
    since = typed(next_week()) if since == "next" else since

    page = blue_browser.post(
        f"/extranet/telephones/{blue_phone.mac}/", {"since": since, "until": until}
    )

    form = page.context["window_form"]
    assert form.errors == {field: [gettext(words)]}
    assert form["since"].value() == since


def test_a_visit_is_planned_at_registration_by_the_clocks_of_the_lines_site(
    blue_browser: Browser, blue_client: Client
) -> None:
    away = SiteFactory(client=blue_client, name="Saint-Denis", time_zone="Indian/Reunion")
    SubscriberFactory(client=blue_client, number="+262262000001", site=away)
    when = typed(next_week(), REUNION)

    blue_browser.post(
        "/extranet/clients/10100/telephones/provisionner/",
        {"mac": "00041374074C", "model": "auto", "line": "0262000001", "since": when},
    )

    assert Phone.unscoped.get().authorized_from == next_week()


def test_a_start_in_the_past_registers_nothing(
    blue_browser: Browser, alice: Subscriber, blue_client: Client
) -> None:
    page = blue_browser.post(
        "/extranet/clients/10100/telephones/provisionner/",
        {"mac": "00041374074C", "model": "auto", "line": "901", "since": "2020-01-01T09:00"},
    )

    assert page.context["form"].errors == {"since": [gettext("This date is in the past.")]}
    assert not Phone.unscoped.exists()


def act(browser: Browser, phone: Phone, what: str) -> list[str]:
    page = browser.post(f"/extranet/telephones/{phone.mac}/{what}/", follow=True)
    return [str(message) for message in page.context["messages"]]


def test_the_secrets_are_renewed_on_the_page_and_a_double_click_says_why_not(
    blue_browser: Browser, in_service: Phone
) -> None:
    said = [act(blue_browser, in_service, "renouveler") for _ in range(2)]

    assert said[0] == [gettext("Secrets renewed: the phone gets them at its next request.")]
    assert said[1] == [str(RenewalPending().message)]
    in_service.refresh_from_db()
    assert in_service.previous_generation == in_service.credential_generation - 1


def test_two_addresses_are_shown_until_somebody_has_seen_them(
    blue_browser: Browser, blue_phone: Phone
) -> None:
    Phone.unscoped.filter(pk=blue_phone.pk).update(
        window_address="192.0.2.7", doubled_at=timezone.now(), doubled_with="203.0.113.9"
    )
    page = f"/extranet/telephones/{blue_phone.mac}/"

    assert "203.0.113.9" in blue_browser.get(page).content.decode()
    act(blue_browser, blue_phone, "vu")
    assert "203.0.113.9</p>" not in blue_browser.get(page).content.decode()
    blue_phone.refresh_from_db()
    assert (blue_phone.doubled_at, blue_phone.doubled_with) == (None, "")
