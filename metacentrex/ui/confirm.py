"""Asking before an act that cuts something off: the script's dialog asks first, else a page does.

The server decides: a form that comes without its confirmation has done nothing yet.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

CONFIRM = "confirm"  # confirm.js adds it, the page's form has it


@dataclass(frozen=True)
class Question:
    """What an act will do, and the words of the button that does it."""

    title: str | Promise
    text: str | Promise
    button: str | Promise


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the form says that its question was answered."""
    return CONFIRM in request.POST


def ask(request: HttpRequest, question: Question, *, back: str) -> HttpResponse:
    """The page that asks; its form posts the same again, confirmed. “Cancel” leads `back`."""
    left_out = {CONFIRM, "csrfmiddlewaretoken"}
    posted = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in left_out
        for value in values
    ]
    context = {"question": question, "posted": posted, "confirm": CONFIRM, "back": back}
    return render(request, "extranet/confirm.html", context)
