"""Context processor: the operator's settings, for the pages that show them."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from clients.models import PlatformSettings


def platform(request: HttpRequest) -> dict[str, object]:
    """Load them lazily: pages that do not show them, above all error pages, must not query."""
    return {"platform": SimpleLazyObject(PlatformSettings.current)}
