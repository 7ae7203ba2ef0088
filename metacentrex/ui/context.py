"""Context processors: data for the frame of every page."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"


def theme(request: HttpRequest) -> dict[str, object]:
    """The user's theme: the login's choice, else this browser's cookie, else automatic."""
    # Lazy: an error page must not query, as the database may have failed.
    return {
        "theme": SimpleLazyObject(lambda: _chosen(request)),
        "browser_theme": _known(request.COOKIES.get(THEME_COOKIE)),
    }


def _chosen(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return _known(getattr(user, "theme", None))
    return _known(request.COOKIES.get(THEME_COOKIE))


def _known(value: str | None) -> str:
    return value if value in THEMES else "auto"
