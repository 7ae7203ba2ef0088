"""Confirmation before an action that cuts something off, in the script's dialog, else on a page.

The server enforces it: a form posted without its confirmation has no effect.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

CONFIRM = "confirm"  # added by confirm.js, or in the form of the confirmation page


@dataclass(frozen=True)
class Question:
    """What an action will do, and the label of its button."""

    title: str | Promise
    text: str | Promise
    button: str | Promise


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the posted form was confirmed."""
    return CONFIRM in request.POST


def ask(request: HttpRequest, question: Question, *, back: str) -> HttpResponse:
    """The confirmation page; its form posts the same data again, confirmed. "Cancel" leads to
    `back`.
    """
    left_out = {CONFIRM, "csrfmiddlewaretoken"}
    posted = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in left_out
        for value in values
    ]
    context = {"question": question, "posted": posted, "confirm": CONFIRM, "back": back}
    return render(request, "extranet/confirm.html", context)
