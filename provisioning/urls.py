from django.urls import path

from provisioning.views.fetch import config

app_name = "provisioning"
urlpatterns = [
    # PhonePathMiddleware answers these before other middleware; listed here so that they have a
    # name and a row in the matrix.
    path("<path:name>", config, name="config"),
]
