"""Turns the columns of an admin list into columns of a file, as shown on the page, in text."""

from datetime import datetime
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.http import HttpRequest
from django.utils.text import capfirst

from metacentrex.moments import moment
from metacentrex.ui.exports import Column, yes_or_no


def columns_of(page: ModelAdmin, request: HttpRequest) -> list[Column[Any]]:
    """The list's columns and no others, so that what it never shows is never exported."""
    return [_column(page, str(name)) for name in page.get_list_display(request)]


def _column(page: ModelAdmin, name: str) -> Column[Any]:
    return Column(
        capfirst(str(label_for_field(name, page.model, page))), lambda row: _text(page, name, row)
    )


def _text(page: ModelAdmin, name: str, row: Any) -> str:
    field, _attribute, value = lookup_field(name, row, page)
    choices = getattr(field, "flatchoices", None)
    if choices:
        return str(dict(choices).get(value, "" if value is None else value))
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, datetime):
        return moment(value)
    return "" if value is None else str(value)
