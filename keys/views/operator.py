"""The operator's own layer: the keys of every phone of a model, unless a narrower level sets
others.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from clients.access import ExtranetView
from clients.models import User
from keys.overview import models_offered, operators_level
from keys.owners import Owner
from keys.views.editor import EditorView, KeysOf, PeopleView


class OperatorKeys(ExtranetView, KeysOf):
    """The operator's layer, for the operator alone: a reseller gets 403."""

    route = "extranet:operator-keys"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User) and not user.is_operator and not user.is_subscriber:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def owner(self) -> Owner:
        return Owner.operator()


class OperatorProfilesView(OperatorKeys):
    """All models at the operator's level; the levels below are on the pages of each client."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "section": "profiles",
            "models": models_offered(),
            "levels": [operators_level()],
            "edits_operators": True,
        }
        return render(request, "keys/operator_profiles.html", context)


class OperatorEditorView(OperatorKeys, EditorView):
    def words(self) -> dict[str, Any]:
        label = capfirst(self.model().label)
        return {
            "frame": "base.html",
            "section": "profiles",
            "title": gettext("%(model)s - Change the settings for every client") % {"model": label},
            "steps": [(gettext("Phone profiles"), reverse("extranet:operator-profiles"))],
        }


class OperatorPeopleView(OperatorKeys, PeopleView):
    pass
