from tests.journeys.conftest import chromium  # noqa: F401 - the browser, one in a process
