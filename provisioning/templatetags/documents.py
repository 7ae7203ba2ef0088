"""How a phone's document is drawn: `{% load documents %}`."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from provisioning.masking import DOTS

register = template.Library()
MASK = format_html('<span class="mc-masked">{}</span>', DOTS)


@register.filter
def numbered(xml: str) -> SafeString:
    """Each line in an element of its own, which the style sheet numbers; copying gives the text
    alone.
    """
    lines = (line.partition(DOTS) for line in xml.splitlines())
    rows = ((before, MASK if mask else "", after, "\n") for before, mask, after in lines)
    return format_html_join("", "<span>{}{}{}{}</span>", rows)
