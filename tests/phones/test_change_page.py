"""« Changer le téléphone » and the acts on the phone's page."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone
from django.utils.translation import gettext

from clients.models import AuditEvent, Subscriber
from phones.models import Phone
from tests.factories.clients import SiteFactory, SubscriberFactory
from tests.factories.phones import AssignedPhoneFactory, PhoneFactory

PARIS = ZoneInfo("Europe/Paris")
NO_SUCH_HOUR = "This time does not exist: the clocks go forward that night."
TWICE = "This time occurs twice: the clocks go back that night. Choose another."
UNREADABLE = "A date and a time, such as 2026-11-24 10:30."
ASSIGN_FIRST = "Assign a line first: a phone without a line cannot be authorized."


def change(browser: Browser, phone: Phone, **data: str) -> HttpResponse:
    values = {
        "model": "auto",
        "assigned": "on",
        "line": "0970719001",
        "description": "",
        "until": "",
    }
    return browser.post(f"/extranet/telephones/{phone.mac}/changer/", values | data)


def act(browser: Browser, phone: Phone, what: str, **data: str) -> list[str]:
    page = browser.post(f"/extranet/telephones/{phone.mac}/{what}/", data, follow=True)
    return [str(message) for message in page.context["messages"]]


def typed(moment: datetime, zone: ZoneInfo = PARIS) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def test_the_form_shows_what_the_phone_has(blue_browser: Browser, blue_phone: Phone) -> None:
    form = blue_browser.get(f"/extranet/telephones/{blue_phone.mac}/changer/").context["form"]

    assert (form["description"].value(), form["line"].value()) == ("Bureau d'Alice", "0970719001")
    assert (form["assigned"].value(), form["model"].value()) == (True, "auto")


def test_everything_is_changed_at_once(
    blue_browser: Browser, blue_phone: Phone, bob: Subscriber
) -> None:
    until = (timezone.now() + timedelta(days=3)).replace(second=0, microsecond=0)

    response = change(
        blue_browser,
        blue_phone,
        description="Accueil",
        model="snom-720",
        line="902",
        until=typed(until),
    )

    blue_phone.refresh_from_db()
    assert response["Location"] == f"/extranet/telephones/{blue_phone.mac}/"
    assert (blue_phone.description, blue_phone.model) == ("Accueil", "snom-720")
    assert (blue_phone.subscriber, blue_phone.authorized_until) == (bob, until)


def test_the_box_taken_away_takes_the_phone_off_its_line(
    blue_browser: Browser, blue_phone: Phone
) -> None:
    change(blue_browser, blue_phone, assigned="")

    blue_phone.refresh_from_db()
    assert (blue_phone.subscriber, blue_phone.authorized_until) == (None, None)


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({"line": ""}, "line", "Which line? Type its number."),
        ({"line": "0970729001"}, "line", "This number is not a line of this client."),
        ({"assigned": "", "until": "2026-12-01T10:00"}, "until", ASSIGN_FIRST),
        ({"until": "2020-01-01T10:00"}, "until", "This date is in the past."),
        ({"until": "tomorrow"}, "until", UNREADABLE),
        ({"until": "2026-02-30T10:00"}, "until", UNREADABLE),
        ({"until": "0001-01-01T00:00"}, "until", UNREADABLE),
        ({"until": "2027-03-28T02:30"}, "until", NO_SUCH_HOUR),
        ({"until": "2027-10-31T02:30"}, "until", TWICE),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_nothing_is_lost(
    data: dict[str, str],
    field: str,
    message: str,
    blue_browser: Browser,
    blue_phone: Phone,
    red_phone: Phone,
) -> None:
    before = Phone.unscoped.filter(pk=blue_phone.pk).values().get()

    response = change(blue_browser, blue_phone, description="typed", **data)

    form = response.context["form"]
    assert form.errors == {field: [gettext(message)]}
    assert form["description"].value() == "typed"
    assert {name: form[name].value() for name in data if name != "assigned"} == {
        name: value for name, value in data.items() if name != "assigned"
    }
    assert Phone.unscoped.filter(pk=blue_phone.pk).values().get() == before


def test_a_window_beyond_thirty_days_is_refused_at_the_field(
    blue_browser: Browser, blue_phone: Phone
) -> None:
    far = typed(timezone.now() + timedelta(days=31))

    response = change(blue_browser, blue_phone, until=far)

    assert list(response.context["form"].errors) == ["until"]
    assert response.context["form"]["until"].value() == far


def test_an_hour_is_that_of_the_phones_site(blue_browser: Browser, alice: Subscriber) -> None:
    island = ZoneInfo("America/Guadeloupe")
    site = SiteFactory(client=alice.client, time_zone="America/Guadeloupe")
    line = SubscriberFactory(client=alice.client, site=site, number="+590590123456")
    phone = AssignedPhoneFactory(subscriber=line)
    until = (timezone.now() + timedelta(days=3)).replace(second=0, microsecond=0)

    change(blue_browser, phone, line="0590123456", until=typed(until, island))

    phone.refresh_from_db()
    assert phone.authorized_until == until


def test_the_last_hour_of_the_calendar_breaks_nothing(
    blue_browser: Browser, alice: Subscriber
) -> None:
    site = SiteFactory(client=alice.client, time_zone="America/Guadeloupe")
    phone = AssignedPhoneFactory(subscriber=SubscriberFactory(client=alice.client, site=site))

    response = change(blue_browser, phone, until="9999-12-31T23:59")

    assert response.context["form"].errors == {"until": [gettext(UNREADABLE)]}


def test_another_makers_phone_is_not_declared_a_snom(
    blue_browser: Browser, alice: Subscriber
) -> None:
    phone = PhoneFactory(client=alice.client, mac="0080F0123456")

    response = change(blue_browser, phone, model="snom-710", assigned="")

    assert list(response.context["form"].errors) == ["__all__"]


# --- The acts -------------------------------------------------------------------------------------


def test_reopening_gives_the_usual_window(blue_browser: Browser, blue_phone: Phone) -> None:
    before = timezone.now()

    act(blue_browser, blue_phone, "autoriser")

    blue_phone.refresh_from_db()
    assert blue_phone.authorized_until - before == pytest.approx(
        timedelta(hours=48), abs=timedelta(minutes=1)
    )
    assert blue_phone.credential_generation == 2


def test_one_hour_is_one_hour(blue_browser: Browser, blue_phone: Phone) -> None:
    before = timezone.now()

    act(blue_browser, blue_phone, "autoriser", duration="hour")

    blue_phone.refresh_from_db()
    assert blue_phone.authorized_until - before == pytest.approx(
        timedelta(hours=1), abs=timedelta(minutes=1)
    )


def test_until_a_date_is_until_that_date(blue_browser: Browser, blue_phone: Phone) -> None:
    until = (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)

    page = blue_browser.post(
        f"/extranet/telephones/{blue_phone.mac}/", {"until": typed(until)}, follow=True
    )

    blue_phone.refresh_from_db()
    assert blue_phone.authorized_until == until
    assert len(page.context["messages"]) == 1


@pytest.mark.parametrize(
    ("until", "message"),
    [
        ("2020-01-01T10:00", "This date is in the past."),
        ("soon", UNREADABLE),
        ("0001-01-01T00:00", UNREADABLE),
        ("2027-03-28T02:30", NO_SUCH_HOUR),
        ("2027-10-31T02:30", TWICE),
    ],
)
def test_until_what_cannot_be_changes_nothing_and_keeps_what_was_typed(
    until: str, message: str, blue_browser: Browser, blue_phone: Phone
) -> None:
    before = Phone.unscoped.filter(pk=blue_phone.pk).values().get()

    page = blue_browser.post(f"/extranet/telephones/{blue_phone.mac}/", {"until": until})

    assert page.context["window_form"].errors == {"until": [gettext(message)]}
    assert page.context["window_form"]["until"].value() == until
    assert Phone.unscoped.filter(pk=blue_phone.pk).values().get() == before


def test_opening_without_a_line_says_to_assign_first(
    blue_browser: Browser, alice: Subscriber
) -> None:
    phone = PhoneFactory(client=alice.client)

    assert act(blue_browser, phone, "autoriser", duration="hour") == [gettext(ASSIGN_FIRST)]
    assert AuditEvent.objects.count() == 0


def test_closing_closes(blue_browser: Browser, blue_phone: Phone) -> None:
    said = act(blue_browser, blue_phone, "fermer", confirm="on")

    blue_phone.refresh_from_db()
    assert said == [gettext("Window closed.")]
    assert (blue_phone.authorized_until, blue_phone.subscriber.name) == (None, "Alice Bleu")


def test_deleting_wants_a_confirmation(blue_browser: Browser, blue_phone: Phone) -> None:
    said = act(blue_browser, blue_phone, "supprimer")

    assert said == [gettext("Tick the confirmation to delete this phone.")]
    assert Phone.unscoped.count() == 1


def test_deleting_frees_the_address(blue_browser: Browser, blue_phone: Phone) -> None:
    act(blue_browser, blue_phone, "supprimer", confirm="on")

    blue_browser.post(
        "/extranet/clients/10100/telephones/provisionner/",
        {"mac": blue_phone.mac, "model": "auto", "line": "901"},
    )

    again = Phone.unscoped.get()
    assert (again.mac, again.uid == blue_phone.uid) == (blue_phone.mac, False)
