"""The operator's admin: rules at the field, passwords shown once, secrets never."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils.translation import gettext

from clients.models import AuditEvent, Client, PlatformSettings, Reseller, Site, Subscriber, User
from phones.models import Phone

SECRET = "planted-Sip-Secret-4711"


@pytest.fixture
def admin(operator: User, as_user: Callable[[User], Browser]) -> Browser:
    return as_user(operator)


def errors(response: HttpResponse) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


def stored_somewhere(text: str) -> bool:
    rows = [*AuditEvent.objects.values(), *User.objects.values()]
    sessions = [session.get_decoded() for session in Session.objects.all()]
    return text in json.dumps([rows, sessions], default=str)


def is_never_stored(response: HttpResponse) -> bool:
    return "no-store" in response["Cache-Control"].split(", ")


# --- Logins ---------------------------------------------------------------------------------------


def add_login(admin: Browser, reseller: Reseller | None, **data: str) -> HttpResponse:
    values = {"login": "new", "name": "New One", "role": "reseller", "is_active": "on"}
    return admin.post(
        "/admin/clients/user/add/", values | {"reseller": reseller.pk if reseller else ""} | data
    )


def test_a_new_logins_password_is_shown_once_and_kept_nowhere(
    admin: Browser, blue_reseller: Reseller
) -> None:
    response = add_login(admin, blue_reseller)

    [(login, password)] = response.context["passwords"]
    assert response.status_code == 200
    assert is_never_stored(response)
    assert f"<code>{password}</code>" in response.content.decode()
    assert not stored_somewhere(password)
    assert password not in str(response.cookies) + str(admin.cookies)
    assert list(response.context["messages"]) == []
    assert User.objects.get(login=login).check_password(password)
    for url in ("/admin/clients/user/", "/admin/"):
        assert password not in admin.get(url).content.decode()


def test_new_passwords_are_given_to_the_chosen_logins(
    admin: Browser, blue_staff: User, red_staff: User
) -> None:
    response = admin.post(
        "/admin/clients/user/",
        {"action": "reset_passwords", "_selected_action": [blue_staff.pk, red_staff.pk]},
    )

    given = dict(response.context["passwords"])
    assert set(given) == {"blue", "red"}
    assert is_never_stored(response)
    assert User.objects.get(login="red").check_password(given["red"])
    assert not stored_somewhere(given["blue"])
    events = AuditEvent.objects.filter(kind="login.password_reset").values_list(
        "object_id", flat=True
    )
    assert set(events) == {str(blue_staff.pk), str(red_staff.pk)}


@pytest.mark.parametrize("role", ["reseller", "operator"])
def test_reseller_staff_has_a_reseller_and_an_operator_none(
    role: str, admin: Browser, blue_reseller: Reseller
) -> None:
    response = add_login(admin, None if role == "reseller" else blue_reseller, role=role)

    assert list(errors(response)) == ["__all__"]
    assert User.objects.count() == 1


def test_a_login_used_already_is_refused_at_the_field(
    admin: Browser, blue_staff: User, blue_reseller: Reseller
) -> None:
    assert list(errors(add_login(admin, blue_reseller, login="blue"))) == ["login"]


# --- Clients --------------------------------------------------------------------------------------


def add_client(admin: Browser, reseller: Reseller, **data: Any) -> HttpResponse:
    values = {
        "reseller": reseller.pk,
        "reference": "30300",
        "legal_name": "Neuf",
        "group_name": "G",
        "status": "active",
        "sip_domain": "sip.example.net",
        "transport": "udp",
        "created_at_0": "24/11/2026",
        "created_at_1": "10:00:00",
    }
    return admin.post("/admin/clients/client/add/", values | data)


@pytest.mark.parametrize("typed", ["48285833900021", "482 858 339 00021", "482.858.339.00021"])
def test_a_siret_is_kept_as_fourteen_digits(
    typed: str, admin: Browser, blue_reseller: Reseller
) -> None:
    add_client(admin, blue_reseller, siret=typed)

    assert Client.unscoped.get().siret == "48285833900021"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("siret", "48285833900022"),
        ("siret", "4828"),
        ("reference", "10 100"),
        ("reference", "../x"),
        ("sip_domain", "sip example"),
        ("sip_domain", "sip.example.net;transport=tls"),
        ("outbound_proxy", "proxy:99999"),
        ("legal_name", "a\x07b"),
        ("legal_name", "a\u202eb"),
        ("legal_name", "x" * 201),
        ("transport", "sctp"),
    ],
)
def test_what_a_client_cannot_have_is_refused_at_the_field(
    field: str, value: str, admin: Browser, blue_reseller: Reseller
) -> None:
    response = add_client(admin, blue_reseller, **{field: value})

    assert list(errors(response)) == [field]
    assert Client.unscoped.count() == 0


def test_a_new_client_is_made_by_the_service(
    admin: Browser, blue_reseller: Reseller, operator: User
) -> None:
    add_client(admin, blue_reseller)

    client = Client.unscoped.get()
    assert client.sites.filter(is_main=True).count() == 1
    assert AuditEvent.objects.get(kind="client.created").actor == operator


# --- Lines ----------------------------------------------------------------------------------------


def line_data(client: Client, **data: Any) -> dict[str, Any]:
    values = {
        "client": client.pk,
        "site": client.sites.get(is_main=True).pk,
        "number": "0970719009",
        "name": "Neuf",
        "status": "active",
    }
    return values | data


def add_line(admin: Browser, client: Client, **data: Any) -> HttpResponse:
    return admin.post("/admin/clients/subscriber/add/", line_data(client, **data))


def test_a_number_typed_as_in_france_is_kept_as_e164(admin: Browser, blue_client: Client) -> None:
    add_line(admin, blue_client, number="05 90 12 34 56")

    line = Subscriber.unscoped.get()
    assert (line.number, line.presented_number) == ("+590590123456", "+590590123456")


def test_a_number_of_the_platform_is_taken_once(
    admin: Browser, blue_client: Client, mallory: Subscriber
) -> None:
    response = add_line(admin, blue_client, number="0970729001")

    assert list(errors(response)) == ["number"]
    assert blue_client.subscribers.count() == 0


@pytest.mark.parametrize("extension", ["15", "17", "18", "112", "114", "191", "196", "116000"])
def test_an_emergency_extension_is_refused_even_confirmed(
    extension: str, admin: Browser, blue_client: Client
) -> None:
    response = add_line(admin, blue_client, extension=extension, special_confirmed="on")

    assert list(errors(response)) == ["extension"]
    assert blue_client.subscribers.count() == 0


@pytest.mark.parametrize("extension", ["3012", "1044", "118218"])
def test_an_extension_like_a_public_service_wants_a_confirmation(
    extension: str, admin: Browser, blue_client: Client
) -> None:
    asked = add_line(admin, blue_client, extension=extension)
    confirmed = add_line(admin, blue_client, extension=extension, special_confirmed="on")

    assert list(errors(asked)) == ["special_confirmed"]
    assert confirmed.status_code == 302
    assert blue_client.subscribers.get().extension == extension


def test_an_extension_that_stays_is_not_asked_about_again(
    admin: Browser, blue_client: Client
) -> None:
    add_line(admin, blue_client, extension="3012", special_confirmed="on")
    line = blue_client.subscribers.get()
    data = line_data(blue_client, extension="3012", name="Renommée")
    url = f"/admin/clients/subscriber/{line.pk}/change/"

    kept = admin.post(url, data)
    changed = admin.post(url, data | {"extension": "3013"})

    line.refresh_from_db()
    assert kept.status_code == 302
    assert list(errors(changed)) == ["special_confirmed"]
    assert (line.name, line.extension) == ("Renommée", "3012")


@pytest.mark.parametrize(
    ("client", "found"),
    [("blue", {"Site principal", "Nantes"}), ("none", set()), ("x", None), ("", None)],
)
def test_sites_are_looked_for_within_the_client_of_the_form(
    client: str,
    found: set[str] | None,
    admin: Browser,
    blue_client: Client,
    red_client: Client,
) -> None:
    Site.unscoped.create(client=blue_client, name="Nantes")
    Site.unscoped.create(client=red_client, name="Rouge")
    typed = {"blue": str(blue_client.pk), "none": "9" * 18}.get(client, client)
    asked = {"app_label": "clients", "model_name": "subscriber", "field_name": "site"}

    answer = admin.get("/admin/autocomplete/", asked | {"client": typed})

    everyones = {str(site) for site in Site.unscoped.all()}
    within = {str(site) for site in Site.unscoped.filter(client=blue_client)}
    expected = everyones if found is None else (within if found else set())
    assert {row["text"] for row in answer.json()["results"]} == expected


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "15"),
        ("number", "3900"),
        ("number", "097071900"),
        ("extension", "abc"),
        ("extension", "12345678"),
        ("presented_number", "0970729001"),
        ("name", "a\x00b"),
        ("platform_password", "a\nb"),
    ],
)
def test_what_a_line_cannot_have_is_refused_at_the_field(
    field: str, value: str, admin: Browser, blue_client: Client, mallory: Subscriber
) -> None:
    assert list(errors(add_line(admin, blue_client, **{field: value}))) == [field]
    assert blue_client.subscribers.count() == 0


def test_a_line_on_a_strangers_site_is_refused_at_the_field(
    admin: Browser, blue_client: Client, red_client: Client
) -> None:
    response = add_line(admin, blue_client, site=Site.unscoped.get(client=red_client).pk)

    assert list(errors(response)) == ["site"]


def test_the_platforms_password_is_never_shown_and_stays_when_left_empty(
    admin: Browser, blue_client: Client, alice: Subscriber
) -> None:
    alice.platform_auth_name, alice.platform_password = "account", SECRET
    alice.save()
    url = f"/admin/clients/subscriber/{alice.pk}/change/"
    unchanged = line_data(
        blue_client, number="0970719001", platform_auth_name="account", platform_password=""
    )

    shown = admin.get(url)
    saved = admin.post(url, unchanged)

    alice.refresh_from_db()
    assert SECRET not in shown.content.decode()
    assert saved.status_code == 302
    assert (alice.name, alice.platform_password) == ("Neuf", SECRET)
    assert not stored_somewhere(SECRET)


def test_an_imposed_account_taken_away_takes_its_password_along(
    admin: Browser, blue_client: Client, alice: Subscriber
) -> None:
    alice.platform_auth_name, alice.platform_password = "account", SECRET
    alice.save()

    admin.post(
        f"/admin/clients/subscriber/{alice.pk}/change/",
        line_data(blue_client, number="0970719001", platform_auth_name="", platform_password=""),
    )

    alice.refresh_from_db()
    assert (alice.platform_auth_name, alice.platform_password) == ("", "")


def test_a_new_platform_password_replaces_the_old_one(
    admin: Browser, blue_client: Client, alice: Subscriber
) -> None:
    url = f"/admin/clients/subscriber/{alice.pk}/change/"

    account = {"platform_auth_name": "account", "platform_password": SECRET}
    admin.post(url, line_data(blue_client, number="0970719001", **account))

    alice.refresh_from_db()
    assert alice.platform_password == SECRET
    assert not stored_somewhere(SECRET)
    assert (
        SECRET not in admin.get(f"/admin/clients/subscriber/{alice.pk}/history/").content.decode()
    )


def test_a_lines_end_takes_its_phones_off_it(
    admin: Browser, alice: Subscriber, blue_phone: Phone
) -> None:
    response = admin.post(f"/admin/clients/subscriber/{alice.pk}/delete/", {"post": "yes"})

    blue_phone.refresh_from_db()
    assert response.status_code == 302
    assert blue_phone.subscriber is None
    assert Subscriber.unscoped.count() == 0


def test_a_line_whose_number_others_present_stays(
    admin: Browser, alice: Subscriber, bob: Subscriber
) -> None:
    Subscriber.unscoped.filter(pk=bob.pk).update(presented_number=alice.number)

    response = admin.post(
        f"/admin/clients/subscriber/{alice.pk}/delete/", {"post": "yes"}, follow=True
    )

    said = [str(message) for message in response.context["messages"]]
    assert said == [gettext("Other lines present this number; give them another first.")]
    assert Subscriber.unscoped.filter(pk=alice.pk).exists()


# --- The rest -------------------------------------------------------------------------------------


def test_there_is_one_row_of_platform_settings(admin: Browser) -> None:
    values = {"operator_name": "Opérateur", "window_hours": 24, "maximum_window_days": 30}
    values |= {"one_time_password_hours": 48}
    values |= {"window_policy": "first-contact", "release_after_days": 30, "pickup_code": "*8"}
    values |= {"polling_from": "01:00", "polling_until": "04:00"}
    values |= {"registration_expiry": 3600, "sip_server_type": "default"}

    admin.post("/admin/clients/platformsettings/add/", values)

    assert PlatformSettings.current().window_hours == 24
    assert admin.get("/admin/clients/platformsettings/add/").status_code == 403


@pytest.mark.parametrize("table", ["client", "reseller", "user", "site", "auditevent"])
def test_nothing_is_deleted_in_the_admin_but_lines(
    table: str, admin: Browser, blue_staff: User, blue_client: Client, blue_actor: object
) -> None:
    pk = {"client": blue_client.pk, "reseller": blue_client.reseller_id, "user": blue_staff.pk}.get(
        table, 1
    )

    assert admin.post(f"/admin/clients/{table}/{pk}/delete/", {"post": "yes"}).status_code in (
        302,
        403,
    )
    assert Client.unscoped.count() == 1
    assert User.objects.filter(pk=blue_staff.pk).exists()
    assert "delete_selected" not in admin.get(f"/admin/clients/{table}/").content.decode()
