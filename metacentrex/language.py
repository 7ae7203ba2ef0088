"""Chooses the language of a page: the login's choice, else this browser's, else French. Never
guessed.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

LANGUAGE_COOKIE = "language"


class LanguageMiddleware:
    """Serve each page in its user's language, and reset it for the thread's next request.

    Accept-Language is ignored: half the browsers of a French office are set to English by
    accident.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = language_of(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response


def language_of(request: HttpRequest) -> str:
    """The login's language, else this browser's, else the platform's."""
    try:
        chosen = getattr(request.user, "language", None)
    except DatabaseError:  # the error page needs a language too
        chosen = None
    for language in (chosen, request.COOKIES.get(LANGUAGE_COOKIE)):
        if language in dict(settings.LANGUAGES):
            return str(language)
    return settings.LANGUAGE_CODE


def platform_language() -> AbstractContextManager[None]:
    """Context manager for texts that are stored: always in the platform's language."""
    return translation.override(settings.LANGUAGE_CODE)
