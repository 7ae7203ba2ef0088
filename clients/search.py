"""Search in all fields, ignoring accents and case, the same on SQLite and PostgreSQL."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models

LONGEST_SEARCH = 200  # characters
MOST_WORDS = 20
# A moment as shown in lists, or a part of it: 28/01/2016 13:44:35.
_DATE = re.compile(
    r"(?:(?P<day>[0-9]{1,2})/)?(?:(?P<month>[0-9]{1,2})/)?(?P<year>(?:19|20)[0-9]{2})"
)
_DAY = re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})")
_TIME = re.compile(r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_DATE = re.compile(
    rf"\b([0-9]{{1,2}}) ({'|'.join(MONTHS)})[a-z]* ([0-9]{{4}}),?", re.IGNORECASE
)
# one letter in Unicode, typed as two
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


def fold(text: str) -> str:
    """Lower case without accents: for comparing, never for display."""
    if text.isascii():  # same result, twenty times faster: a directory folds thousands of names
        return text.lower()
    # Decomposed before folding too, to expose capitals inside symbols.
    folded = unicodedata.normalize("NFKD", text).casefold()
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(
        LIGATURES
    )


class Searchable(models.Model):
    """A row with a search text, folded and saved with the row.

    Databases disagree on what LIKE folds (SQLite: ASCII only), so we fold both sides.
    """

    search_text = models.TextField(editable=False, default="")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = self.folded_parts()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text"}
        super().save(*args, **kwargs)

    def search_parts(self) -> Iterable[str]:
        """The texts that people search this row by; the sort key comes first."""
        raise NotImplementedError

    def folded_parts(self) -> str:
        return fold(" ".join(part for part in self.search_parts() if part))


S = TypeVar("S", bound=Searchable)


def words_of(text: str) -> list[str]:
    """The folded words to search for; only the first ones, since SQLite limits conditions and
    patterns.
    """
    # PostgreSQL does not accept NUL, even in a search
    typed = text[:LONGEST_SEARCH].replace("\0", " ")
    return fold(typed).split()[:MOST_WORDS]


def matching(text: str, field: str = "search_text") -> models.Q:
    """Match rows whose folded text contains every word of `text` (words_of)."""
    found = models.Q()
    for word in words_of(text):
        found &= models.Q(**{f"{field}__contains": word})
    return found


def with_figures(text: str) -> str:
    """Rewrite English dates as French ones, which are one word: 28 Jan 2016 becomes 28/1/2016."""
    return _ENGLISH_DATE.sub(
        lambda date: f"{date[1]}/{MONTHS.index(date[2].lower()) + 1}/{date[3]}",
        text[:LONGEST_SEARCH],
    )


def at_moment(word: str, field: str) -> models.Q | None:
    """Match rows at this date or time, or part of one, in the page's time zone; None if the word is
    neither.
    """
    for shape in (_DATE, _DAY, _TIME):
        if found := shape.fullmatch(word):
            parts = {name: int(figures) for name, figures in found.groupdict().items() if figures}
            if "day" in parts and "month" not in parts:
                parts["month"] = parts.pop("day")  # 01/2016
            return models.Q(**{f"{field}__{name}": value for name, value in parts.items()})
    return None


def with_search_text(rows: Iterable[S]) -> list[S]:
    """Set the search text of rows that are written in bulk, without `save`."""
    prepared = list(rows)
    for row in prepared:
        row.search_text = row.folded_parts()
    return prepared


def refresh(rows: Iterable[Searchable]) -> None:
    """Update the search text of rows that include the name of another row, when it changed."""
    for row in rows:
        row.save(update_fields=["search_text"])
