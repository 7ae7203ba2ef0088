"""The pages of the scenes in a real Chromium, served from this process and its test database."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client as Asker
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from clients.models import Client, User
from phones.models import Phone
from tests.access.conftest import *  # noqa: F403 - the worlds, and whatever a new row of the matrix needs
from tests.access.scenes import Scene, is_page, populate, show
from tests.accessibility.looking import AXE
from tests.factories.clients import UserFactory
from tests.journeys.conftest import chromium  # noqa: F401 - a fixture
from tests.journeys.watching import Watch, watched

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.once)


@pytest.fixture
def world(
    transactional_db: None,
    worlds: None,
    blue_client: Client,
    blue_staff: User,
    blue_phone: Phone,
    fetch: Callable[..., object],
) -> None:
    populate(blue_client, blue_staff, blue_phone)
    fetch(blue_phone.mac)


@pytest.fixture
def people(
    world: None, blue_staff: User, operator: User, bobs_login: User, alices_login: User
) -> dict[str, User | None]:
    newcomer = UserFactory(login="newcomer", name="Nou Veau")
    return {"anonymous": None, "owner": blue_staff, "operator": operator, "newcomer": newcomer} | {
        "end_user": bobs_login,
        "administrator": alices_login,
    }


@pytest.fixture
def expected() -> list[str]:
    """What the browser's console may say: of each 403 and 404, it does."""
    return ["the server responded with a status of 40"]


@pytest.fixture
def open_as(
    chromium: Browser,  # noqa: F811
    live_server: LiveServer,
    people: dict[str, User | None],
    as_user: Callable[[User], Asker],
    expected: list[str],
) -> Iterator[Callable[[str], Page]]:
    """A page of a browser where somebody is logged in; nothing moves in it, and it may not
    complain.
    """
    opened: list[BrowserContext] = []
    watches: list[tuple[object, Watch]] = []

    def page_of(role: str) -> Page:
        context = chromium.new_context(
            base_url=live_server.url, locale="fr-FR", viewport=WIDE, reduced_motion="reduce"
        )
        context.set_default_timeout(10_000)
        watching = watched(context, live_server.url)
        watch = watching.__enter__()
        watch.expected = expected  # the same list: a test adds to it on its way
        opened.append(context)
        watches.append((watching, watch))
        if user := people[role]:
            session = as_user(user).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        context.add_init_script(AXE)
        return context.new_page()

    yield page_of
    for context in opened:
        context.close()
    for watching, _watch in watches:
        watching.__exit__(None, None, None)


@pytest.fixture
def pages(
    people: dict[str, User | None], as_user: Callable[[User], Asker]
) -> Callable[..., list[Scene]]:
    """The scenes that are pages: not the downloads."""

    def kept(scenes: list[Scene], *roles: str) -> list[Scene]:
        browsers = {role: as_user(user) if user else Asker() for role, user in people.items()}
        wanted = [scene for scene in scenes if scene.role in roles]
        return [scene for scene in wanted if is_page(show(browsers[scene.role], scene))]

    return kept
