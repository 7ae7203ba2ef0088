"""The extranet's URLs, for the pages of all apps."""

from django.contrib.auth.views import LogoutView
from django.urls import path, register_converter

from clients.views.account import MyAccountView, MyPasswordView
from clients.views.extranet import (
    ClientDetailView,
    LanguageView,
    LoginView,
    SubscriberBulkView,
    ThemeView,
)
from clients.views.job_exports import JobExportView, JobReportView
from clients.views.jobs import JobDetailView, JobListView, JobStopView
from keys.views.operator import OperatorEditorView, OperatorPeopleView, OperatorProfilesView
from metacentrex.converters import MacConverter
from phones.views.account import AccountView
from phones.views.bulk import PhoneBulkView
from phones.views.clients import ClientListView
from phones.views.ending import EndClientView, ReactivateClientView, SuspendClientView
from phones.views.exports import ClientExportView, PhoneExportView, UserExportView
from phones.views.imports import ImportApplyView, ImportModelView, ImportView
from phones.views.phone import (
    ChangePhoneView,
    CloseWindowView,
    DeletePhoneView,
    DismissView,
    DoubleSeenView,
    KnockSeenView,
    OpenWindowView,
    ReleaseView,
    RenewSecretsView,
    TakeModelView,
)
from phones.views.registration import RegisterManyView, RegisterView
from phones.views.search import SearchView
from phones.views.wrong_rows import WrongRowsView
from provisioning.views.document import PhoneDocumentFileView, PhoneDocumentView, PhoneTraceView
from provisioning.views.extranet import PhoneDetailView
from provisioning.views.todo import TodoExportView, TodoView

register_converter(MacConverter, "mac")

app_name = "extranet"
urlpatterns = [
    path("", LoginView.as_view(), name="login"),
    path("deconnexion/", LogoutView.as_view(), name="logout"),
    path("theme/", ThemeView.as_view(), name="theme-set"),
    path("langue/", LanguageView.as_view(), name="language-set"),
    path("mon-compte/", MyAccountView.as_view(), name="my-account"),
    path("mon-compte/mot-de-passe/", MyPasswordView.as_view(), name="my-password"),
    path("recherche/", SearchView.as_view(), name="search"),
    path("a-traiter/", TodoView.as_view(), name="todo-list"),
    path("exports/a-traiter/", TodoExportView.as_view(), name="todo-export"),
    path("clients/", ClientListView.as_view(), name="client-list"),
    path("clients/<slug:reference>/", ClientDetailView.as_view(), name="client-detail"),
    path("clients/<slug:reference>/suspendre/", SuspendClientView.as_view(), name="client-suspend"),
    path("clients/<slug:reference>/resilier/", EndClientView.as_view(), name="client-end"),
    path(
        "clients/<slug:reference>/reactiver/",
        ReactivateClientView.as_view(),
        name="client-reactivate",
    ),
    path("clients/<slug:reference>/compte/", AccountView.as_view(), name="account"),
    path(
        "clients/<slug:reference>/utilisateurs/",
        SubscriberBulkView.as_view(),
        name="subscriber-bulk",
    ),
    path(
        "clients/<slug:reference>/telephones/provisionner/",
        RegisterView.as_view(),
        name="phone-register",
    ),
    path(
        "clients/<slug:reference>/telephones/plusieurs/",
        RegisterManyView.as_view(),
        name="phone-register-many",
    ),
    path("exports/clients/", ClientExportView.as_view(), name="client-export"),
    path(
        "clients/<slug:reference>/exports/utilisateurs/",
        UserExportView.as_view(),
        name="user-export",
    ),
    path(
        "clients/<slug:reference>/exports/telephones/",
        PhoneExportView.as_view(),
        name="phone-export",
    ),
    path("clients/<slug:reference>/importer/", ImportView.as_view(), name="import"),
    path(
        "clients/<slug:reference>/importer/modele/", ImportModelView.as_view(), name="import-model"
    ),
    path("touches/", OperatorProfilesView.as_view(), name="operator-profiles"),
    path("touches/<slug:model>/", OperatorEditorView.as_view(), name="operator-keys"),
    path(
        "touches/<slug:model>/annuaire/", OperatorPeopleView.as_view(), name="operator-keys-people"
    ),
    path("taches/<int:pk>/importer/", ImportApplyView.as_view(), name="import-apply"),
    path("taches/", JobListView.as_view(), name="job-list"),
    path("exports/taches/", JobExportView.as_view(), name="job-export"),
    path("taches/<int:pk>/", JobDetailView.as_view(), name="job-detail"),
    path("taches/<int:pk>/arreter/", JobStopView.as_view(), name="job-stop"),
    path("taches/<int:pk>/compte-rendu/", JobReportView.as_view(), name="job-report"),
    path("taches/<int:pk>/a-corriger/", WrongRowsView.as_view(), name="import-wrong-rows"),
    path("telephones/actes/", PhoneBulkView.as_view(), name="phone-bulk"),
    path("telephones/<mac:mac>/", PhoneDetailView.as_view(), name="phone-detail"),
    path("telephones/<mac:mac>/document/", PhoneDocumentView.as_view(), name="phone-document"),
    path(
        "telephones/<mac:mac>/document.xml",
        PhoneDocumentFileView.as_view(),
        name="phone-document-file",
    ),
    path("telephones/<mac:mac>/tracer/", PhoneTraceView.as_view(), name="phone-trace"),
    path("telephones/<mac:mac>/changer/", ChangePhoneView.as_view(), name="phone-change"),
    path("telephones/<mac:mac>/autoriser/", OpenWindowView.as_view(), name="phone-open"),
    path("telephones/<mac:mac>/fermer/", CloseWindowView.as_view(), name="phone-close"),
    path("telephones/<mac:mac>/renouveler/", RenewSecretsView.as_view(), name="phone-renew"),
    path("telephones/<mac:mac>/vu/", DoubleSeenView.as_view(), name="phone-double-seen"),
    path("telephones/<mac:mac>/resilie-vu/", DismissView.as_view(), name="phone-dismiss"),
    path("telephones/<mac:mac>/ailleurs-vu/", KnockSeenView.as_view(), name="phone-knock-seen"),
    path("telephones/<mac:mac>/modele/", TakeModelView.as_view(), name="phone-take-model"),
    path("telephones/<mac:mac>/liberer/", ReleaseView.as_view(), name="phone-release"),
    path("telephones/<mac:mac>/supprimer/", DeletePhoneView.as_view(), name="phone-delete"),
]
