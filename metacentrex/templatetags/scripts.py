"""Scripts of a page: `{% load scripts %}`."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from metacentrex.ui.scripts import parts_of

register = template.Library()


@register.simple_tag
@cache
def module(path: str) -> SafeString:
    """A script that preloads its imported modules, which browsers otherwise load level by level."""
    parts = format_html_join(
        "", '<link rel="modulepreload" href="{}">', ((static(part),) for part in parts_of(path))
    )
    return format_html('{}<script src="{}" type="module"></script>', parts, static(path))
