"""Our UI components as template tags: `{% load house %}`."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, Protocol

from django import template
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from metacentrex.links import provisioning_url
from metacentrex.ui.durations import duration_words
from metacentrex.ui.forms import ErrorDetail
from metacentrex.ui.tables import Sort, with_params
from metacentrex.ui.undo import undo_of

register = template.Library()
register.filter("undo", undo_of)

ENDING = 1 / 8  # of a window: with less time left, it is shown in amber
ENDING_TONE = "mc-depasse"
FRENCH_NUMBER_LENGTH = 10


class ShownState(Protocol):
    """The attributes of a phone's state that `{% state %}` needs."""

    code: str
    label: str
    detail: str
    tone: str
    icon: str
    loud: bool
    until: datetime | None
    fraction: float


@register.simple_tag
def icon(name: str, tone: str = "") -> SafeString:
    """Draw one icon of the sprite, hidden from screen readers: the text beside it is enough."""
    return format_html(
        '<svg class="mc-i {}" aria-hidden="true"><use href="{}#i-{}"></use></svg>',
        tone,
        sprite(),
        name,
    )


@cache
def sprite() -> str:
    """The URL of the icons, cached because a page uses it a hundred times."""
    return static("img/icons.svg")


@register.filter
def tel(number: str | None) -> SafeString | str:
    """Show a number in pairs separated by margins: copying and searching still give 0970711111."""
    from clients.numbers import national  # not at the top: the house's tags load without any app

    if not number:
        return "–"
    shown = national(number)
    if len(shown) != FRENCH_NUMBER_LENGTH or not shown.isascii() or not shown.isdigit():
        return format_html('<span class="mc-tel">{}</span>', shown)
    pairs = ((shown[at : at + 2],) for at in range(0, FRENCH_NUMBER_LENGTH, 2))
    return format_html(
        '<span class="mc-tel">{}</span>', format_html_join("", "<span>{}</span>", pairs)
    )


@register.filter
def tel_text(number: str | None) -> str:
    """The number as typed in France, without markup: for attributes and URLs."""
    from clients.numbers import national  # not at the top: the house's tags load without any app

    return national(number) if number else ""


@register.filter
def thousands(count: int) -> str:
    """« 3 871 », with a no-break space between the thousands."""
    return number_format(count, use_l10n=True, force_grouping=True)


@register.filter
def mac(value: str) -> SafeString:
    """Show 00:04:13:74:07:4C: the manufacturer's half light, the other half bold; any other text
    unchanged.
    """
    text = mac_text(value)
    if text == value:
        return format_html('<span class="mc-mac">{}</span>', text)
    return format_html(
        '<span class="mc-mac"><span class="oui">{}</span><b>{}</b></span>', text[:8], text[8:]
    )


@register.filter
def mac_text(value: str) -> str:
    """The MAC with colons, without markup: for attributes and titles."""
    from phones.mac import shown_mac  # not at the top: the house's tags load without any app

    return shown_mac(value)


register.simple_tag(provisioning_url)


@register.inclusion_tag("components/countdown.html")
def countdown(until: datetime, big: bool = False) -> dict[str, Any]:
    """Show the time left when the page was rendered; the script keeps it up to date."""
    left = until - timezone.now()
    return {"until": until, "left": duration_words(left), "ended": left <= timedelta(0), "big": big}


@register.inclusion_tag("components/state.html")
def state(phone_state: ShownState, pill: bool = False) -> dict[str, Any]:
    """Show a phone's state: icon, label, and the reason or time left."""
    counts = phone_state.code == "authorized" and phone_state.until is not None
    return {
        "state": phone_state,
        "tone": ENDING_TONE if counts and phone_state.fraction < ENDING else phone_state.tone,
        "pill": pill or phone_state.loud,
        "counts": counts,
        "percent": round(phone_state.fraction * 100),
    }


@register.inclusion_tag("components/time_bar.html")
def time_bar(phone_state: ShownState) -> dict[str, Any]:
    """Show how much of a running window is left."""
    tone = ENDING_TONE if phone_state.fraction < ENDING else phone_state.tone
    return {"tone": tone, "percent": round(phone_state.fraction * 100)}


@register.inclusion_tag("components/client_status.html")
def client_status(client: Any, only_when_not_active: bool = False) -> dict[str, Any]:
    """Show a client's status as a badge; in a list, only if it is not active."""
    return {
        "status": client.status,
        "label": client.get_status_display(),
        "shown": not (only_when_not_active and client.status == "active"),
    }


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(
    context: Context, sort: Sort, key: str, label: str, align: str = ""
) -> dict[str, Any]:
    """Show a column's header: a link that sorts by it, and reverses the order on a second click."""
    active = sort.key == key
    turned = f"-{key}" if active and not sort.descending else key
    # A new sort order starts at the first page.
    changes = {sort.param: turned, sort.page_param: None}
    return {
        "label": label,
        "align": align,
        "active": active,
        "descending": sort.descending,
        "id": f"{sort.param}-{key}",
        "url": with_params(context["request"].GET, **changes),
        "target": context.get("swap", ""),
    }


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(
    context: Context, page: Page[Any], param: str = "page", label: str = "", export: str = ""
) -> dict[str, Any]:
    """Show « 1 à 9 sur 214 » and the page links, which keep other parameters; `export` is the URL
    of the list as a file.
    """
    query = context["request"].GET
    paginator = page.paginator
    numbers = paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [
        {
            "label": number,
            "url": with_params(query, **{param: number}) if isinstance(number, int) else "",
            "current": number == page.number,
        }
        for number in numbers
    ]
    return {
        "request": context["request"],
        "page": page,
        "label": label,
        "export": export,
        "links": links,
        "previous": with_params(query, **{param: page.previous_page_number()})
        if page.has_previous()
        else "",
        "next": with_params(query, **{param: page.next_page_number()}) if page.has_next() else "",
        "target": context.get("swap", ""),
    }


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*steps: str) -> dict[str, Any]:
    """Show the path above the page: `{% breadcrumbs label url label url %}`."""
    return {"steps": list(zip(steps[::2], steps[1::2], strict=True))}


@register.simple_tag(takes_context=True)
def without_params(context: Context, *names: str) -> str:
    """The query string without these parameters: to clear a search."""
    return with_params(context["request"].GET, **dict.fromkeys(names))


@register.simple_tag(takes_context=True)
def hidden_params(context: Context, *left_out: str) -> SafeString:
    """The other parameters as hidden inputs, for a search form on a page with another list."""
    query = context["request"].GET
    kept = ((name, query[name]) for name in query if name not in left_out)
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', kept)


@register.simple_block_tag
def empty_state(content: str, title: str, text: str = "", art: bool = False, level: int = 3) -> str:
    """Say what is missing and what to do next; the block contains the buttons for it."""
    return render_to_string(
        "components/empty.html",
        {"title": title, "text": text, "art": art, "actions": content, "level": level},
    )


@register.filter
def error_detail(field: BoundField) -> ErrorDetail | None:
    """More about a field's error, if the form has it: the platform's report and a link."""
    details: dict[str, ErrorDetail] = getattr(field.form, "error_details", {})
    return details.get(field.name)


@register.filter
def form_error_detail(form: BaseForm) -> ErrorDetail | None:
    """More about an error of the whole form: the entry `__all__` of `form.error_details`."""
    details: dict[str, ErrorDetail] = getattr(form, "error_details", {})
    return details.get(NON_FIELD_ERRORS)


@register.filter
def fields_in_error(form: BaseForm) -> list[BoundField]:
    """The visible fields with an error, in the form's order."""
    return [field for field in form.visible_fields() if field.errors]


@register.filter
def has_required_field(form: BaseForm) -> bool:
    """Whether the form has a required field, so that its footer must explain the star."""
    return any(field.field.required for field in form.visible_fields())
