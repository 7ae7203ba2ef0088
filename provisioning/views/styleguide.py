"""The style guide: every component in every state, for developers and designers only."""

import re
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context, Template
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from provisioning.styleguide import SECTIONS, Specimen, context

LIBRARIES = "{% load crispy_forms_tags house i18n keys %}"


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    if not settings.METACENTREX_STYLEGUIDE:
        raise Http404
    shared = context(request)
    sections = [
        {"title": section.title, "specimens": [_shown(one, shared) for one in section.specimens]}
        for section in SECTIONS
    ]
    return render(request, "styleguide.html", {"sections": sections, "section": "styleguide"})


def _shown(specimen: Specimen, shared: dict[str, Any]) -> dict[str, Any]:
    drawn = Template(LIBRARIES + specimen.source).render(Context(shared))
    # it would take the focus; rendered by our own templates
    drawn = mark_safe(drawn.replace("data-error-summary", ""))
    themes = [("", drawn)] if specimen.once else [("light", drawn), ("dark", _second(drawn))]
    return {"source": specimen.source, "themes": themes}


def _second(drawn: str) -> SafeString:
    """Render a specimen again with other ids."""
    # rendered by our own templates
    return mark_safe(
        re.sub(r'\b(id|for|aria-labelledby|aria-describedby)="([^"]+)"', r'\1="\2-2"', drawn)
    )
