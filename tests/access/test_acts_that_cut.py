"""Every act that cuts off a phone or a client asks first: unconfirmed it changes nothing.

`SERVICES` are the services that cut; whatever page, action or job calls one has to be in `CALLERS`,
with the acts of `ACTS` that prove it.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import AuditEvent, Client, Subscriber, User
from phones.models import Phone
from phones.services.assignment import PhoneChange
from phones.services.bulk import Act
from tests.access.conftest import everything

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
MAC, OTHER, SQUATTED = "00041300B10E", "00041300B1FF", "00041300B1AA"
ALICE, BOB = "0970719001", "0970719002"
ADMIN = "/admin/phones/phone/"

SERVICES = {
    "unassign",
    "open_window",
    "close_window",
    "change_phone",
    "delete_phone",
    "release_phone",
    "act_on",
    "set_status",
    "update_client",
    "update_subscriber",
    "end_subscriber",
}
# Who calls them: pages and actions, each with its acts below.
CALLERS = {
    "clients/admin/clients.py": {"update_client"},
    "clients/admin/subscribers.py": {"update_subscriber", "end_subscriber"},
    "phones/admin.py": {"unassign", "open_window", "close_window", "delete_phone", "release_phone"},
    "phones/views/bulk.py": {"act_on"},
    "phones/views/ending.py": {"set_status"},
    "phones/views/phone.py": {
        "change_phone",
        "open_window",
        "close_window",
        "delete_phone",
        "release_phone",
    },
    "provisioning/views/extranet.py": {"open_window"},
}


@dataclass(frozen=True)
class Cut:
    """One act: where it is posted and what; `page` where its question says what comes back."""

    name: str
    url: str
    data: dict[str, Any] = field(default_factory=dict)
    confirm: dict[str, str] = field(default_factory=lambda: {"confirm": "on"})
    asks: str = ""  # words of the question

    def __str__(self) -> str:
        return self.name


def phone_url(name: str, mac: str = MAC) -> str:
    return reverse(f"extranet:{name}", args=[mac])


def change(**data: str) -> dict[str, str]:
    return {"description": "", "model": "auto", "assigned": "on", "line": ALICE} | data


def extranet_acts() -> list[Cut]:
    soon = timezone.localtime(timezone.now() + timezone.timedelta(hours=3)).strftime(
        "%Y-%m-%dT%H:%M"
    )
    client = reverse("extranet:client-end", args=["10100"])
    return [
        Cut("take off its line", phone_url("phone-change"), change(assigned="")),
        Cut("put on another line", phone_url("phone-change"), change(line=BOB)),
        Cut("other dates, by its form", phone_url("phone-change"), change(until=soon)),
        Cut("other dates, on its page", phone_url("phone-detail"), {"until": soon}),
        Cut("re-authorize", phone_url("phone-open"), {"duration": "default"}),
        Cut("for an hour", phone_url("phone-open"), {"duration": "hour"}),
        Cut("close the window", phone_url("phone-close", OTHER)),
        Cut("delete", phone_url("phone-delete")),
        Cut("release", phone_url("phone-release", SQUATTED)),
        *(
            Cut(f"many: {act.value}", reverse("extranet:phone-bulk"), {"act": act.value})
            for act in (Act.REOPEN, Act.HOUR, Act.CLOSE)
        ),
        Cut("suspend the client", reverse("extranet:client-suspend", args=["10100"]), {}, {}),
        Cut("end the client", client, {}, {"reference": "10100"}),
    ]


def admin_acts() -> list[Cut]:
    actions = [
        "open_windows",
        "close_windows",
        "take_off_lines",
        "delete_phones",
    ]
    return [Cut(f"admin: {name}", ADMIN, {"action": name, "index": "0"}) for name in actions]


ACTS = [*extranet_acts(), *admin_acts()]


@pytest.fixture
def admin(
    operator: User, as_user: Callable[[User], Browser], blue_client: Client, bob: Subscriber
) -> Browser:
    return as_user(operator)


@pytest.fixture
def phones(blue_phone: Phone, alice: Subscriber, blue_client: Client) -> list[Phone]:
    """One in service, one inside its window, one that nobody ever used."""
    now = timezone.now()
    Phone.unscoped.filter(pk=blue_phone.pk).update(authenticated_at=now, served_at=now)
    waiting = Phone.unscoped.create(
        mac=OTHER,
        client=blue_client,
        subscriber=alice,
        authorized_until=now + timezone.timedelta(hours=5),
    )
    squatted = Phone.unscoped.create(mac=SQUATTED, client=blue_client)
    Phone.unscoped.filter(pk=squatted.pk).update(created_at=now - timezone.timedelta(days=400))
    return [blue_phone, waiting, squatted]


def posted(act: Cut, phones: list[Phone], browser: Browser) -> dict[str, Any]:
    data = dict(act.data)
    ids = [phone.pk for phone in phones[:2]]
    if "action" in data:
        data["_selected_action"] = ids
    if "act" in data:
        data["phones"] = ids
    if act.url.endswith(("/resilier/", "/suspendre/")):
        data["seen"] = browser.get(act.url).context["losses"].signature if act.confirm else ""
    return data


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_an_act_that_cuts_changes_nothing_before_it_is_confirmed(
    act: Cut, admin: Browser, phones: list[Phone]
) -> None:
    data = posted(act, phones, admin)
    before, events = everything(), AuditEvent.objects.count()

    asked = admin.post(act.url, data)

    assert asked.status_code in (200, 302)
    assert everything() == before
    assert AuditEvent.objects.count() == events

    if act.url.endswith("/suspendre/"):
        data["seen"] = asked.context["losses"].signature
    done = admin.post(act.url, data | act.confirm)

    assert done.status_code == 302
    assert everything() != before
    assert AuditEvent.objects.count() > events


@pytest.mark.parametrize("act", [act for act in ACTS if act.confirm.get("confirm")], ids=str)
def test_the_page_that_asks_posts_the_same_again(
    act: Cut, admin: Browser, phones: list[Phone]
) -> None:
    if act.name == "delete":  # its own form has the tick
        return
    data = posted(act, phones, admin)

    page = admin.post(act.url, data)

    repeated = dict[str, list[str]]()
    for name, value in page.context["posted"]:
        repeated.setdefault(name, []).append(value)
    assert page.status_code == 200
    assert repeated == {
        name: [str(each) for each in (value if isinstance(value, list) else [value])]
        for name, value in data.items()
    }


def test_a_phone_that_never_came_is_taken_off_its_line_at_once(
    admin: Browser, phones: list[Phone]
) -> None:
    answer = admin.post(phone_url("phone-change", OTHER), change(assigned=""))

    phones[1].refresh_from_db()
    assert answer.status_code == 302
    assert phones[1].subscriber is None


def test_a_changed_description_cuts_nothing_and_asks_nothing(
    admin: Browser, phones: list[Phone]
) -> None:
    answer = admin.post(phone_url("phone-change"), change(description="Accueil"))

    phones[0].refresh_from_db()
    assert answer.status_code == 302
    assert (phones[0].description, phones[0].is_in_service) == ("Accueil", True)


def test_a_row_that_came_into_service_meanwhile_says_where_to_confirm(
    admin: Browser, phones: list[Phone]
) -> None:
    answer = admin.post(
        phone_url("phone-open"), {"next": "/extranet/"}, headers={"HX-Request": "true"}
    )

    phones[0].refresh_from_db()
    assert "Confirmez sur la page du téléphone" in answer.content.decode()
    assert phones[0].is_in_service


def test_suspending_a_line_with_phones_asks_in_the_admin(
    admin: Browser, phones: list[Phone], alice: Subscriber
) -> None:
    url = f"/admin/clients/subscriber/{alice.pk}/change/"
    form = admin.get(url).context["adminform"].form
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data |= {"status": "suspended"}

    asked = admin.post(url, data)
    alice.refresh_from_db()
    assert list(asked.context["adminform"].form.errors) == ["cut_confirmed"]
    assert alice.status == "active"

    admin.post(url, data | {"cut_confirmed": "on"})
    alice.refresh_from_db()
    assert alice.status == "suspended"


def test_ending_a_line_in_the_admin_asks(
    admin: Browser, phones: list[Phone], alice: Subscriber
) -> None:
    url = f"/admin/clients/subscriber/{alice.pk}/delete/"

    assert admin.get(url).status_code == 200
    assert Subscriber.unscoped.filter(pk=alice.pk).exists()

    admin.post(url, {"post": "yes"})
    assert not Subscriber.unscoped.filter(pk=alice.pk).exists()


def callers() -> dict[str, set[str]]:
    """Which views and admin pages name a service that cuts."""
    found: dict[str, set[str]] = {}
    for app in ("clients", "phones", "keys", "provisioning"):
        for path in (ROOT / app).rglob("*.py"):
            name = str(path.relative_to(ROOT))
            if not ("views" in path.parts or "admin" in path.parts or path.name == "admin.py"):
                continue
            tree = ast.parse(path.read_text())
            named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            named |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
            if cutting := named & SERVICES:
                found[name] = cutting
    return found


def test_every_page_and_action_that_cuts_is_known_here() -> None:
    assert callers() == CALLERS


def test_a_change_of_a_phone_says_all_it_may_cut() -> None:
    """A new field of the form has to be thought of in phones/questions.py."""
    assert set(PhoneChange.__dataclass_fields__) == {
        "description",
        "model",
        "subscriber",
        "since",
        "until",
    }
