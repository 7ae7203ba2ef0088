"""The portal's URLs, for subscribers."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from clients.views.portal import ContactsView, PasswordView, PortalLoginView, SettingsView
from keys.views.line import OwnEditorView, OwnPeopleView, OwnPhonesView
from phones.views.portal import HomeView

app_name = "portal"
urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("connexion/", PortalLoginView.as_view(), name="login"),
    path("deconnexion/", LogoutView.as_view(next_page="portal:login"), name="logout"),
    path("contacts/", ContactsView.as_view(), name="contacts"),
    path("parametres/", SettingsView.as_view(), name="settings"),
    path("parametres/mot-de-passe/", PasswordView.as_view(), name="password"),
    path("parametres/touches/", OwnPhonesView.as_view(), name="key-phones"),
    path("parametres/touches/<slug:model>/", OwnEditorView.as_view(), name="key-editor"),
    path(
        "parametres/touches/<slug:model>/annuaire/",
        OwnPeopleView.as_view(),
        name="key-editor-people",
    ),
]
