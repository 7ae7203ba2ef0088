"""The URLs under /bg/, where a group is administered. The line acted for is in the URL."""

from django.urls import path

from clients.views.group import AccessView, GroupHomeView, LineListView
from keys.views.layers import (
    ClientEditorView,
    ClientPeopleView,
    KeyProfilesView,
    SiteEditorView,
    SitePeopleView,
)
from keys.views.line import ActingEditorView, ActingPeopleView, ActingPhonesView

GROUP = "<slug:reference>/"
LINE = f"{GROUP}lignes/<str:number>/"

app_name = "bg"
urlpatterns = [
    path("", GroupHomeView.as_view(), name="home"),
    path(GROUP, LineListView.as_view(), name="line-list"),
    path(f"{LINE}acces/", AccessView.as_view(), name="access-give"),
    path(f"{LINE}touches/", ActingPhonesView.as_view(), name="key-phones"),
    path(f"{LINE}touches/<slug:model>/", ActingEditorView.as_view(), name="key-editor"),
    path(
        f"{LINE}touches/<slug:model>/annuaire/",
        ActingPeopleView.as_view(),
        name="key-editor-people",
    ),
    path(f"{GROUP}profils/", KeyProfilesView.as_view(), name="key-profiles"),
    path(f"{GROUP}profils/client/<slug:model>/", ClientEditorView.as_view(), name="client-keys"),
    path(
        f"{GROUP}profils/client/<slug:model>/annuaire/",
        ClientPeopleView.as_view(),
        name="client-keys-people",
    ),
    path(
        f"{GROUP}profils/site/<int:site>/<slug:model>/", SiteEditorView.as_view(), name="site-keys"
    ),
    path(
        f"{GROUP}profils/site/<int:site>/<slug:model>/annuaire/",
        SitePeopleView.as_view(),
        name="site-keys-people",
    ),
]
