from django.contrib import admin
from django.urls import include, path

from provisioning.views.operating import hidden
from provisioning.views.styleguide import styleguide

urlpatterns = [
    path("extranet/", include("metacentrex.urls_extranet")),
    path("bg/", include("metacentrex.urls_bg")),
    path("admin/", admin.site.urls),
    path("styleguide/", styleguide, name="styleguide"),
    path("sip-ps/", include("provisioning.urls")),
    # OperatingPathMiddleware answers the operator's own machines before these URLs are resolved.
    path("healthz", hidden, name="healthz"),
    path("readyz", hidden, name="readyz"),
    path("metrics", hidden, name="metrics"),
    path("", include("metacentrex.urls_portal")),
]

handler400 = "metacentrex.views.bad_request"
handler403 = "metacentrex.views.permission_denied"
handler404 = "metacentrex.views.page_not_found"
handler500 = "metacentrex.views.server_error"
