"""The layers of a client and of its sites: « gérer vos profils de téléphone »."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from clients.access import GroupView
from clients.models import Site
from clients.scoping import ScopeLevel, scoped_or_404
from keys.overview import levels_of, models_offered, operators_level
from keys.owners import Owner
from keys.views.editor import EditorView, KeysOf, PeopleView
from phones import catalogue


class ClientKeys(GroupView, KeysOf):
    """A client's layer, for those who may act for the whole client and not only for a branch."""

    route = "bg:client-keys"

    def owner(self) -> Owner:
        if self.scope.level is ScopeLevel.SITE:
            raise Http404
        return Owner.of_client(self.client)


class SiteKeys(GroupView, KeysOf):
    """A site's layer; 404 for a site outside the administrator's branch."""

    route = "bg:site-keys"

    def owner(self) -> Owner:
        site = scoped_or_404(Site, self.scope, "client", pk=self.kwargs["site"], client=self.client)
        return Owner.of_site(site)


class LayerWords(KeysOf):
    """The texts above the editors of layers."""

    def words(self) -> dict[str, Any]:
        owner = self.owner()
        group = owner.client.group_name if owner.client else ""
        names = {
            "model": capfirst(catalogue.get(str(self.kwargs["model"])).label),
            "place": f"{group}: {owner.site.name}" if owner.site else group,
        }
        profiles = reverse("bg:key-profiles", args=[self.kwargs["reference"]])
        return {
            "frame": "portal/base.html",
            "section": "profiles",
            "acting": getattr(self, "acting", None),
            "title": gettext("%(model)s - Change the settings for %(place)s") % names,
            "steps": [(gettext("Phone profiles"), profiles)],
        }


class ClientEditorView(ClientKeys, LayerWords, EditorView):
    pass


class ClientPeopleView(ClientKeys, PeopleView):
    pass


class SiteEditorView(SiteKeys, LayerWords, EditorView):
    pass


class SitePeopleView(SiteKeys, PeopleView):
    pass


class KeyProfilesView(GroupView):
    """All layers that the user may edit: the client's and those of its sites, by model."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        context = {
            "section": "profiles",
            "client": self.client,
            "acting": self.acting,
            "models": models_offered(),
            "levels": [operators_level(), *levels_of(self.client, self.scope)],
            "edits_operators": self.scope.is_operator,
        }
        return render(request, "keys/profiles.html", context)
