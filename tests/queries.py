"""How many queries a page costs: the same for one row and for a full page."""

from collections.abc import Callable

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext


def count_queries(browser: Browser, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)


def assert_same_queries(browser: Browser, url: str, add_rows: Callable[[], object]) -> None:
    """`url` shows at least one row already; `add_rows` adds at least a page of them, of every sort
    it can show.
    """
    few = count_queries(browser, url)
    size = len(browser.get(url).content)

    add_rows()

    assert count_queries(browser, url) == few
    assert len(browser.get(url).content) > size, "the page shows no more rows than before"
