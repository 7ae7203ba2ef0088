"""Finds lines given by a person's name instead of a number, in a file or in a pasted list."""

from functools import cached_property

from django.utils.translation import gettext, ngettext

from clients.models import Client
from clients.search import fold
from phones.imports.cells import BadCell


class LineNames:
    """The numbers of a client's lines by name, loaded once, only if a row needs them."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @cached_property
    def _numbers(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        rows = self._client.subscribers.order_by("number", "pk")
        for name, number in rows.values_list("name", "number"):
            found.setdefault(_key(name), []).append(number)
        return found

    def number_of(self, name: str) -> str:
        """The number of the only line with that name, ignoring case and accents. Raises BadCell."""
        numbers = self._numbers.get(_key(name), [])
        if len(numbers) == 1:
            return numbers[0]
        if not numbers:
            raise BadCell(
                gettext("No line of this client is called “%(name)s”.") % {"name": name[:60]}
            )
        words = ngettext(
            "%(count)s line is called “%(name)s”: type its number.",
            "%(count)s lines are called “%(name)s”: type the number of the right one.",
            len(numbers),
        )
        raise BadCell(words % {"count": len(numbers), "name": name[:60]})


def _key(name: str) -> str:
    return " ".join(fold(name).split())
