"""The window in full, in the embedded mode; test_production lives it on PostgreSQL behind nginx."""

import pytest
from playwright.sync_api import Page

from tests.journeys import window_story
from tests.journeys.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.once]


def test_the_window_in_full(page: Page, stack: Stack, login: tuple[str, str]) -> None:
    window_story.tell(page, stack, login)
