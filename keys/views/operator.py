"""The operator's own layer: what every phone of a model has unless somebody
arranges it otherwise.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.text import capfirst
from django.utils.translation import gettext

from clients.access import ExtranetView
from clients.models import User
from keys.owners import Owner
from keys.views.editor import EditorView, KeysOf, PeopleView


class OperatorKeys(ExtranetView, KeysOf):
    """Of the operator alone: a reseller may know that it exists, and not open it."""

    route = "extranet:operator-keys"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User) and not user.is_operator and not user.is_subscriber:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def owner(self) -> Owner:
        return Owner.operator()


class OperatorEditorView(OperatorKeys, EditorView):
    def words(self) -> dict[str, Any]:
        label = capfirst(self.model().label)
        return {
            "frame": "base.html",
            "section": "administration",
            "title": gettext("%(model)s - Change the settings for every client") % {"model": label},
            "steps": [],
        }


class OperatorPeopleView(OperatorKeys, PeopleView):
    pass
