"""The components of the house, as template tags: `{% load house %}`."""

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

ENDING = 1 / 8  # of a window: from then on its time left is amber
ENDING_TONE = "mc-depasse"
FRENCH_NUMBER_LENGTH = 10


class ShownState(Protocol):
    """What `{% state %}` needs to know of a phone's state."""

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
    """Draw one icon of the sprite; it says nothing to a screen reader, a word beside it does."""
    return format_html(
        '<svg class="mc-i {}" aria-hidden="true"><use href="{}#i-{}"></use></svg>',
        tone,
        sprite(),
        name,
    )


@cache
def sprite() -> str:
    """The address of the icons: a page asks for it a hundred times."""
    return static("img/icons.svg")


@register.filter
def tel(number: str | None) -> SafeString | str:
    """Show a number in pairs parted by margins, so that copying and searching see 0970711111."""
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
    """The number as typed in France, bare: for attributes and addresses."""
    from clients.numbers import national  # not at the top: the house's tags load without any app

    return national(number) if number else ""


@register.filter
def thousands(count: int) -> str:
    """« 3 871 », its thousands kept together by a space that does not break."""
    return number_format(count, use_l10n=True, force_grouping=True)


@register.filter
def mac(value: str) -> SafeString:
    """Show 00:04:13:74:07:4C: the maker's half light, the half that differs bold; anything else as
    typed.
    """
    text = mac_text(value)
    if text == value:
        return format_html('<span class="mc-mac">{}</span>', text)
    return format_html(
        '<span class="mc-mac"><span class="oui">{}</span><b>{}</b></span>', text[:8], text[8:]
    )


@register.filter
def mac_text(value: str) -> str:
    """The MAC with colons, bare: for attributes and titles."""
    from phones.mac import shown_mac  # not at the top: the house's tags load without any app

    return shown_mac(value)


register.simple_tag(provisioning_url)


@register.inclusion_tag("components/countdown.html")
def countdown(until: datetime, big: bool = False) -> dict[str, Any]:
    """Show the time left; the script keeps it going, the page alone is right when it was made."""
    left = until - timezone.now()
    return {"until": until, "left": duration_words(left), "ended": left <= timedelta(0), "big": big}


@register.inclusion_tag("components/state.html")
def state(phone_state: ShownState, pill: bool = False) -> dict[str, Any]:
    """Show a phone's state: icon, word, and why or how long."""
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
    """Show a client's status as a badge; in a list, only where it is not the ordinary one."""
    return {
        "status": client.status,
        "label": client.get_status_display(),
        "shown": not (only_when_not_active and client.status == "active"),
    }


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(
    context: Context, sort: Sort, key: str, label: str, align: str = ""
) -> dict[str, Any]:
    """Show a column's head: a link that sorts by it, and turns the order over the second time."""
    active = sort.key == key
    turned = f"-{key}" if active and not sort.descending else key
    # A new order starts at the first page.
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
    """Show « 1 à 9 sur 214 » and the pages, keeping the rest of the address; `export` is the list's
    as a file.
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
    """Show where we are: `{% breadcrumbs label url label url %}`; the page itself is its title."""
    return {"steps": list(zip(steps[::2], steps[1::2], strict=True))}


@register.simple_tag(takes_context=True)
def without_params(context: Context, *names: str) -> str:
    """The address without these parameters: to clear a search."""
    return with_params(context["request"].GET, **dict.fromkeys(names))


@register.simple_tag(takes_context=True)
def hidden_params(context: Context, *left_out: str) -> SafeString:
    """The rest of the address as hidden inputs, for a search form beside another list's."""
    query = context["request"].GET
    kept = ((name, query[name]) for name in query if name not in left_out)
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', kept)


@register.simple_block_tag
def empty_state(content: str, title: str, text: str = "", art: bool = False, level: int = 3) -> str:
    """Say what is missing and what to do next; the block holds the buttons that do it."""
    return render_to_string(
        "components/empty.html",
        {"title": title, "text": text, "art": art, "actions": content, "level": level},
    )


@register.filter
def error_detail(field: BoundField) -> ErrorDetail | None:
    """What the form knows beyond the error's sentence: the platform's report and a link."""
    details: dict[str, ErrorDetail] = getattr(field.form, "error_details", {})
    return details.get(field.name)


@register.filter
def form_error_detail(form: BaseForm) -> ErrorDetail | None:
    """The same for an error of the whole form: the entry of
    `form.error_details` named `__all__`.
    """
    details: dict[str, ErrorDetail] = getattr(form, "error_details", {})
    return details.get(NON_FIELD_ERRORS)


@register.filter
def fields_in_error(form: BaseForm) -> list[BoundField]:
    """The visible fields with an error, in the form's order."""
    return [field for field in form.visible_fields() if field.errors]


@register.filter
def has_required_field(form: BaseForm) -> bool:
    """Whether the foot of the form has to explain the star."""
    return any(field.field.required for field in form.visible_fields())
