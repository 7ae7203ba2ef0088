from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from provisioning.views.operating import hidden
from provisioning.views.styleguide import styleguide

urlpatterns = [
    # The portal of the lines' users takes this address when it comes.
    path("", RedirectView.as_view(pattern_name="extranet:login"), name="home"),
    path("extranet/", include("metacentrex.urls_extranet")),
    path("admin/", admin.site.urls),
    path("styleguide/", styleguide, name="styleguide"),
    path("sip-ps/", include("provisioning.urls")),
    # OperatingPathMiddleware answers the operator's own machines before anything else is looked at.
    path("healthz", hidden, name="healthz"),
    path("readyz", hidden, name="readyz"),
    path("metrics", hidden, name="metrics"),
]

handler400 = "metacentrex.views.bad_request"
handler403 = "metacentrex.views.permission_denied"
handler404 = "metacentrex.views.page_not_found"
handler500 = "metacentrex.views.server_error"
