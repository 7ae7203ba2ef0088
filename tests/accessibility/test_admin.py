"""axe-core finds nothing in the operator's administration either: each page of each model, in both
themes.
"""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client as Asker
from playwright.sync_api import Page, expect

from clients.models import Client, Subscriber, User
from tests.access.scenes import Scene, is_page
from tests.access.test_admin_lists import populate
from tests.access.test_url_matrix import admin_addresses
from tests.accessibility.conftest import NARROW, WIDE
from tests.accessibility.looking import go, too_wide, violations

SIDEBAR_SEEN = (
    5  # pages with the list of all models beside them; then it is folded, for it is on each of them
)
LINE, USER = "/admin/clients/subscriber/", "/admin/clients/user/"


@pytest.fixture
def addresses(
    people: dict[str, User | None], as_user: Callable[[User], Asker], blue_client: Client
) -> list[str]:
    """Every page that the operator gets, with rows in it; the history is one
    page for all models.
    """
    populate(1)
    operator = people["operator"]
    assert operator is not None
    LogEntry.objects.create(
        user=operator,
        content_type=ContentType.objects.get_for_model(Client),
        object_id=blue_client.pk,
        object_repr=str(blue_client),
        action_flag=CHANGE,
        change_message="[]",
    )
    browser = as_user(operator)
    history = f"/admin/clients/client/{blue_client.pk}/history/"
    asked = [path for path in admin_addresses() if not path.endswith(("/history/", "/export/"))]
    answers = {path: browser.get(path) for path in [*asked, history]}
    return [
        path for path, answer in answers.items() if answer.status_code == 200 and is_page(answer)
    ]


def states(line: Subscriber, user: User) -> list[Scene]:
    """Pages in their other states: errors, nothing found, counted, in a window of their own,
    passwords.
    """
    gone = {"post": "yes"}
    return [
        Scene("a line, all wrong", f"{LINE}add/", post={"number": "1", "extension": "112"}),
        Scene("a line in a window of its own", f"{LINE}{line.pk}/change/?_popup=1&_to_field=id"),
        Scene("no line found", f"{LINE}?q=zzz"),
        Scene("lines, counted", f"{LINE}?_facets=True&status__exact=active"),
        Scene("phones that were never recognized", "/admin/phones/phone/?detected_model="),
        Scene("a line that ended", f"{LINE}{line.pk}/delete/", post=gone),
        Scene(
            "one-time passwords",
            USER,
            post={"action": "reset_passwords", "_selected_action": str(user.pk), "index": "0"},
        ),
    ]


def theme(page: Page, name: str) -> None:
    page.evaluate(f"document.documentElement.dataset.theme = '{name}'")


def look(page: Page) -> list[object]:
    """Everything wrong with one page: all rules in the light theme, colours in the dark one, its
    width.
    """
    page.set_viewport_size(WIDE)
    theme(page, "light")
    wrong: list[object] = [*violations(page)]
    theme(page, "dark")
    wrong += [("dark", found) for found in violations(page, "color-contrast")]
    page.set_viewport_size(NARROW)
    if pixels := too_wide(page):
        wrong.append(f"{pixels} px too wide at {NARROW['width']}")
    return wrong


def test_every_page_of_the_admin_passes_in_both_themes(
    open_as: Callable[[str], Page], addresses: list[str], bob: Subscriber, blue_staff: User
) -> None:
    page = open_as("operator")
    scenes = [Scene(path, path) for path in addresses] + states(bob, blue_staff)
    wrong = {}

    for scene in scenes:
        assert (scene.name, go(page, scene)) == (scene.name, scene.status)
        wrong[scene.name] = look(page)
        if len(wrong) == SIDEBAR_SEEN:
            page.evaluate("localStorage.setItem('django.admin.navSidebarIsOpen', 'false')")

    assert len(wrong) > 40
    told = [f"{name}: {one}" for name, found in wrong.items() for one in found]
    assert not told, "\n".join(told)


def test_a_field_that_searches_is_named_as_its_label(open_as: Callable[[str], Page]) -> None:
    page = open_as("operator")
    page.goto(f"{LINE}add/")
    client = page.get_by_role("combobox", name="Client")

    client.click()
    expect(page.get_by_role("listbox", name="Client")).to_contain_text("Client Bleu")
    assert violations(page) == []
    page.get_by_role("searchbox", name="Client").fill("bleu")
    page.get_by_role("option", name="Client Bleu [10100]").click()

    expect(client).to_have_accessible_name("Client : Client Bleu [10100]")


def test_a_line_is_offered_the_sites_of_its_client_alone(
    open_as: Callable[[str], Page], blue_client: Client, red_client: Client
) -> None:
    page = open_as("operator")
    page.goto(f"{LINE}add/")

    def choose(field: str, option: str) -> None:
        page.get_by_role("combobox", name=field, exact=False).first.click()
        page.get_by_role("searchbox", name=field).fill(option)
        page.get_by_role("listbox", name=field).get_by_role("option", name=option).click()

    choose("Client", "Bleu")
    page.get_by_role("combobox", name="Site").first.click()
    offered = page.get_by_role("listbox", name="Site").get_by_role("option")
    expect(offered).to_have_count(blue_client.sites.count())
    offered.first.click()
    chosen = page.locator("#id_site")
    expect(chosen).to_have_value(str(blue_client.sites.get(is_main=True).pk))

    choose("Client", "Rouge")

    expect(chosen).to_have_value("")


def test_a_date_and_its_time_say_which_they_are(open_as: Callable[[str], Page]) -> None:
    page = open_as("operator")
    page.goto("/admin/clients/client/add/")

    expect(page.get_by_label("Créé le – date", exact=True)).to_be_visible()
    expect(page.get_by_label("Créé le – heure", exact=True)).to_be_visible()
