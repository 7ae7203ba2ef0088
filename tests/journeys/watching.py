"""What a browser complains about and whom it talks to."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext


@dataclass
class Watch:
    """Complaints of the console, uncaught errors, requests outside; `expected` is what a journey
    provokes.
    """

    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    expected: Sequence[str] = ()


@contextmanager
def watched(context: BrowserContext, home: str) -> Iterator[Watch]:
    watch = Watch()

    def on_console(message) -> None:
        if message.type in ("error", "warning"):
            watch.complaints.append(message.text)

    context.on("console", on_console)
    context.on("weberror", lambda error: watch.complaints.append(str(error.error)))
    context.on(
        "request",
        lambda request: (
            request.url.startswith((home, "data:")) or watch.outside.append(request.url)
        ),
    )
    yield watch
    unexpected = [
        text for text in watch.complaints if not any(part in text for part in watch.expected)
    ]
    assert not unexpected and not watch.outside, (
        f"complaints {unexpected}, requests outside {watch.outside}"
    )
