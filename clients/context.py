"""Context processor: the operator's settings, for the pages that show them."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from clients.models import PlatformSettings


def platform(request: HttpRequest) -> dict[str, object]:
    """Lazy: a page that does not show them asks nothing of the database, an error page must not."""
    return {"platform": SimpleLazyObject(PlatformSettings.current)}
