from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    # The portal of the lines' users takes this address when it comes.
    path("", RedirectView.as_view(pattern_name="extranet:login"), name="home"),
    path("extranet/", include("metacentrex.urls_extranet")),
    path("admin/", admin.site.urls),
    path("sip-ps/", include("provisioning.urls")),
]

handler400 = "metacentrex.views.bad_request"
handler403 = "metacentrex.views.permission_denied"
handler404 = "metacentrex.views.page_not_found"
handler500 = "metacentrex.views.server_error"
