"""Search in every field, accents and case folded, the same on SQLite and PostgreSQL."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models

LONGEST_SEARCH = 200  # characters
MOST_WORDS = 20
# A moment as the lists show it, or a part of it: 28/01/2016 13:44:35.
_DATE = re.compile(
    r"(?:(?P<day>[0-9]{1,2})/)?(?:(?P<month>[0-9]{1,2})/)?(?P<year>(?:19|20)[0-9]{2})"
)
_DAY = re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})")
_TIME = re.compile(r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_DATE = re.compile(
    rf"\b([0-9]{{1,2}}) ({'|'.join(MONTHS)})[a-z]* ([0-9]{{4}}),?", re.IGNORECASE
)
# one letter in Unicode, two as people type them
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


def fold(text: str) -> str:
    """Lower case without accents: what is compared, never what is shown."""
    if text.isascii():  # the same, twenty times quicker: a directory folds thousands of names
        return text.lower()
    # Decomposed before as well: what hides a capital inside a symbol shows it before it is folded.
    folded = unicodedata.normalize("NFKD", text).casefold()
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(
        LIGATURES
    )


class Searchable(models.Model):
    """A row found by a text; the folded text is written with the row.

    Databases disagree on what LIKE folds (SQLite: ASCII only), so both sides are folded by us.
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
    """The folded words to look for; the first ones only, because SQLite bounds a condition and a
    pattern.
    """
    # PostgreSQL takes no NUL, not even to look for it
    typed = text[:LONGEST_SEARCH].replace("\0", " ")
    return fold(typed).split()[:MOST_WORDS]


def matching(text: str, field: str = "search_text") -> models.Q:
    """Rows whose folded text holds every word of `text` (words_of)."""
    found = models.Q()
    for word in words_of(text):
        found &= models.Q(**{f"{field}__contains": word})
    return found


def with_figures(text: str) -> str:
    """An English date written as the French one, which is one word: 28 Jan 2016 is 28/1/2016."""
    return _ENGLISH_DATE.sub(
        lambda date: f"{date[1]}/{MONTHS.index(date[2].lower()) + 1}/{date[3]}",
        text[:LONGEST_SEARCH],
    )


def at_moment(word: str, field: str) -> models.Q | None:
    """Rows whose moment has these figures, in the time zone of the page; None where they are no
    moment.
    """
    for shape in (_DATE, _DAY, _TIME):
        if found := shape.fullmatch(word):
            parts = {name: int(figures) for name, figures in found.groupdict().items() if figures}
            if "day" in parts and "month" not in parts:
                parts["month"] = parts.pop("day")  # 01/2016
            return models.Q(**{f"{field}__{name}": value for name, value in parts.items()})
    return None


def with_search_text(rows: Iterable[S]) -> list[S]:
    """Set the folded text of rows that are written in bulk, without `save`."""
    prepared = list(rows)
    for row in prepared:
        row.search_text = row.folded_parts()
    return prepared


def refresh(rows: Iterable[Searchable]) -> None:
    """Write again the folded text of rows that show another row's name, when that name changed."""
    for row in rows:
        row.save(update_fields=["search_text"])
