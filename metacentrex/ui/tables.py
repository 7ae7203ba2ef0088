"""Helpers for list pages: sort order, filter chips, paging."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.core.paginator import Page, Paginator
from django.db.models import F, OrderBy, QuerySet
from django.db.models.query import ModelIterable
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise

LONGEST_ID = 19  # digits: longer ids fit no column


@dataclass(frozen=True)
class Sort:
    """The column that a list is sorted by, from the query string, among the allowed ones."""

    key: str
    descending: bool
    order_by: tuple[str | OrderBy, ...]
    param: str = "sort"
    page_param: str = "page"

    @classmethod
    def read(
        cls,
        request: HttpRequest,
        columns: Mapping[str, str],
        *,
        default: str,
        param: str = "sort",
        page_param: str = "page",
    ) -> Self:
        """Read `?sort=key` or `?sort=-key`; keys not in `columns` (key -> ORM path) give the
        default.
        """
        raw = request.GET.get(param, default)
        if raw.removeprefix("-") not in columns:
            raw = default
        key, descending = raw.removeprefix("-"), raw.startswith("-")
        # Every order ends with the primary key: equal rows must not swap places between pages.
        order_by = (_along(columns[key], descending), "-pk" if descending else "pk")
        return cls(
            key=key, descending=descending, order_by=order_by, param=param, page_param=page_param
        )


def _along(path: str, descending: bool) -> str | OrderBy:
    """A path to order by; rows with a null relation come first, because databases disagree on
    nulls.
    """
    if "__" not in path:
        return f"-{path}" if descending else path
    return F(path).desc(nulls_last=True) if descending else F(path).asc(nulls_first=True)


@dataclass(frozen=True)
class Filter:
    """One filter chip: a link, because filters are in the URL."""

    label: str | Promise
    count: int
    url: str
    active: bool = False
    icon: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Choice:
    """One filter of a list: its code in the URL ("" for all rows), and how many rows match."""

    code: str
    label: str | Promise
    count: int
    tone: str = ""
    icon: str = ""


def chips(
    request: HttpRequest,
    choices: Iterable[Choice],
    chosen: str,
    *,
    param: str = "f",
    page_param: str = "page",
    empty_too: bool = False,
) -> list[Filter]:
    """The choices as chips, `?f=` in the URL: only the chosen one and those that match a row."""
    return [
        Filter(
            choice.label,
            choice.count,
            with_params(request.GET, **{param: choice.code or None, page_param: None}),
            choice.code == chosen,
            choice.icon,
            choice.tone,
        )
        for choice in choices
        if choice.count or empty_too or choice.code in ("", chosen)
    ]


class KeysFirst(Paginator):
    """A paginator that first sorts primary keys, then reads the page's rows: sorting thousands of
    whole rows is slow.
    """

    object_list: QuerySet[Any]

    def page(self, number: int | str) -> Page[Any]:
        page = super().page(number)
        keys = list(page.object_list.values_list("pk", flat=True))  # type: ignore[attr-defined]
        page.object_list = self.object_list.filter(pk__in=keys)
        return page


def page_of(
    request: HttpRequest,
    rows: QuerySet[Any] | list[Any],
    *,
    size: int,
    param: str = "page",
    count: int | None = None,
) -> Page[Any]:
    """The requested page, or the nearest one if it does not exist, never an error.

    `count` is the number of rows, if the caller already knows it.
    """
    is_long = isinstance(rows, QuerySet) and issubclass(rows._iterable_class, ModelIterable)
    paginator = (KeysFirst if is_long else Paginator)(rows, size)
    if count is not None:
        paginator.count = count
    return paginator.get_page(request.GET.get(param))


def with_params(query: QueryDict, **changes: str | int | None) -> str:
    """The query string with these parameters set, or removed if None: `?q=bois&page=2`."""
    changed = query.copy()
    for name, value in changes.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = str(value)
    # A lone "?" rather than nothing: an empty href would keep the removed parameters.
    return f"?{changed.urlencode()}"


def ticked(data: QueryDict, name: str) -> list[int]:
    """The ids of the ticked rows; invalid ids are ignored."""
    values = data.getlist(name)
    return [
        int(value)
        for value in values
        if value.isascii() and value.isdigit() and len(value) < LONGEST_ID
    ]
