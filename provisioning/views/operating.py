"""/healthz, /readyz and /metrics: for the operator's own machines, answered before sessions, hosts
and redirects.
"""

from collections.abc import Callable
from typing import NoReturn

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST

from metacentrex.net import is_internal
from provisioning import metrics
from provisioning.health import OK, look


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process is running, without any other check."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """The results of all health checks, with status 503 if one fails."""
    found = look(timezone.now())
    is_ready = all(said == OK for said in found.values())
    return JsonResponse({"ready": is_ready, **found}, status=200 if is_ready else 503)


def metrics_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(metrics.text(), content_type=CONTENT_TYPE_LATEST)


VIEWS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics_page,
}


def answer(request: HttpRequest) -> HttpResponse | None:
    """The response to the operator's monitoring; None for other callers and other paths."""
    view = VIEWS.get(request.path_info)
    if view is None or not is_internal(request):
        return None
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    response = view(request)
    response["Cache-Control"] = "no-store"
    return response


def hidden(request: HttpRequest) -> NoReturn:
    """Answer 404 to other callers on these paths."""
    raise Http404
