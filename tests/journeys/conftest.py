"""A real Chromium on a real process tree. Without one the journeys are left out, except in CI:
there they fail.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.stack import Stack
from tests.journeys.watching import Watch, watched

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            # One worker drives all of them: they share a browser and a process tree.
            item.add_marker(pytest.mark.xdist_group("journeys"))


# One in a process, whichever folder's fixture asked first: Playwright runs no second one beside it.
_running: list[Browser] = []


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is needed here")
        pytest.skip("chromium is not installed")
    if _running:
        yield _running[0]
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        _running.append(browser)
        yield browser
        _running.remove(browser)
        browser.close()


@pytest.fixture(scope="session")
def stack(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The embedded mode, with its demo data."""
    started = Stack(tmp_path_factory.mktemp("journeys") / "home")
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def login(stack: Stack) -> tuple[str, str]:
    return stack.login()


@pytest.fixture
def context(chromium: Browser, stack: Stack) -> Iterator[BrowserContext]:
    opened = chromium.new_context(
        base_url=stack.url, locale="fr-FR", viewport={"width": 1280, "height": 900}
    )
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def watch(context: BrowserContext, stack: Stack) -> Iterator[Watch]:
    """No error in the console and no request to anybody else, whatever a journey does."""
    with watched(context, stack.url) as watch:
        yield watch


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Page:
    return context.new_page()


@pytest.fixture
def inside(page: Page, login: tuple[str, str]) -> Page:
    """A browser whose user is logged in."""
    page.goto("/extranet/")
    page.fill("input[name=username]", login[0])
    page.fill("input[name=password]", login[1])
    page.get_by_role("button", name="Valider").click()
    page.wait_for_url("**/extranet/clients/")
    return page
