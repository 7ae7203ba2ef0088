"""Form fields for lines and for local times."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Subscriber
from clients.numbers import NumberError, is_meant_as_number, national, parse_number
from clients.queries import lines_called, offered_lines
from clients.search import matching, words_of
from metacentrex.moments import AmbiguousHour, NoSuchHour, in_zone


class LineInput(forms.TextInput):
    """A text field that offers the client's lines."""

    template_name = "components/line_input.html"
    lines: list[tuple[str, str]] = []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        list_id = f"{context['widget']['attrs'].get('id', name)}_lines"
        context["widget"]["attrs"]["list"] = list_id
        return context | {"list_id": list_id, "lines": self.lines}


class LineField(forms.CharField):
    """One line of a client, by number, extension or name; other clients' lines do not exist."""

    widget = LineInput

    def __init__(self, *, client: Client, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.client = client
        lines = offered_lines(client)
        self.widget.lines = [
            (national(line.number), f"{line.name} ({line.site})") for line in lines
        ]

    def clean(self, value: Any) -> Subscriber | None:
        text = super().clean(value)
        if not text:
            return None
        found = lines_called(self.client, text)
        if not found and any(char.isalpha() for char in text):
            # Only for a name: digits must never match a line whose number merely contains them.
            found = self._by_words(text)
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(
                _("Several lines have this name; type the number."), code="ambiguous"
            )
        raise _no_line(text)

    def _by_words(self, text: str) -> list[Subscriber]:
        if not words_of(text):
            return []  # a lone accent folds to "", which every line contains
        return list(self.client.subscribers.select_related("site").filter(matching(text))[:2])


def _no_line(text: str) -> ValidationError:
    """The error for a text that matches no line: malformed or unknown."""
    if is_meant_as_number(text):
        try:
            parse_number(text)
        except NumberError as error:
            return ValidationError(str(error), code="number")
    elif any(char.isalpha() for char in text):
        words = _("No line of this client is called “%(name)s”.") % {"name": text[:60]}
        return ValidationError(words, code="unknown")
    return ValidationError(_("This number is not a line of this client."), code="unknown")


class SiteDateTimeField(forms.DateTimeField):
    """A local date and time in a site's time zone."""

    input_formats = [
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%d/%m/%Y %H:%M",
        "%d/%m/%Y à %H:%M",
    ]

    def __init__(self, *, zone: ZoneInfo, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=self.input_formats, **kwargs)
        self.zone = zone

    def to_python(self, value: Any) -> datetime | None:
        # Not Django's own parser: it silently picks one of two instants for an ambiguous hour.
        naive = self._naive(value)
        if naive is None:
            return None
        try:
            return in_zone(naive, self.zone)
        except NoSuchHour:
            raise ValidationError(
                _("This time does not exist: the clocks go forward that night."),
                code="no-such-hour",
            ) from None
        except AmbiguousHour:
            raise ValidationError(
                _("This time occurs twice: the clocks go back that night. Choose another."),
                code="ambiguous",
            ) from None
        except OverflowError:  # first or last hours of the calendar: out of range in some zones
            raise _unreadable() from None

    def _naive(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        for pattern in self.input_formats:
            try:
                return datetime.strptime(str(value).strip(), pattern)  # noqa: DTZ007  the zone is applied by the caller
            except ValueError:
                continue
        raise _unreadable()


def _unreadable() -> ValidationError:
    return ValidationError(_("A date and a time, such as 2026-11-24 10:30."), code="invalid")
