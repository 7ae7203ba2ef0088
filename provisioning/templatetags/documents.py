"""Template filters to show a phone's document: `{% load documents %}`."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from provisioning.masking import DOTS

register = template.Library()
MASK = format_html('<span class="mc-masked">{}</span>', DOTS)


@register.filter
def numbered(xml: str) -> SafeString:
    """Wrap each line in an element that the style sheet numbers; copying still gives only the
    text.
    """
    lines = (line.partition(DOTS) for line in xml.splitlines())
    rows = ((before, MASK if mask else "", after, "\n") for before, mask, after in lines)
    return format_html_join("", "<span>{}{}{}{}</span>", rows)
