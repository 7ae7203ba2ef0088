"""The layers of a client and of its sites: « gérer vos profils de téléphone »."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from clients.access import GroupView
from clients.models import Site
from clients.scoping import Level as ScopeLevel
from clients.scoping import scoped_or_404
from keys.enums import Level
from keys.models import PhoneProfile
from keys.owners import Owner
from keys.views.editor import EditorView, KeysOf, PeopleView
from phones import catalogue
from phones.catalogue import PhoneModel


@dataclass(frozen=True)
class LayerChoice:
    """One model at one level: how many keys it arranges and locks, and where its editor is."""

    model: PhoneModel
    keys: int
    locks: int
    url: str


class ClientKeys(GroupView, KeysOf):
    """A client's layer: of who may act for the whole client, not for a branch of it."""

    route = "bg:client-keys"

    def owner(self) -> Owner:
        if self.scope.level is ScopeLevel.SITE:
            raise Http404
        return Owner.of_client(self.client)


class SiteKeys(GroupView, KeysOf):
    """A site's layer; one outside the branch that somebody administers does not exist."""

    route = "bg:site-keys"

    def owner(self) -> Owner:
        site = scoped_or_404(Site, self.scope, "client", pk=self.kwargs["site"], client=self.client)
        return Owner.of_site(site)


class LayerWords(KeysOf):
    """What the editors of layers say above."""

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
    """Every layer that one may arrange: the client's and those of its sites, model by model."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        sites = Site.objects.within(self.scope).filter(client=self.client).order_by("-is_main", "name")
        layers = [{"title": site.name, "choices": self._choices(Level.SITE, site)} for site in sites]
        if self.scope.level is not ScopeLevel.SITE:
            title = gettext("The whole of %(group)s") % {"group": self.client.group_name}
            layers.insert(0, {"title": title, "choices": self._choices(Level.CLIENT, None)})
        context = {
            "section": "profiles",
            "client": self.client,
            "acting": self.acting,
            "layers": layers,
        }
        return render(request, "keys/profiles.html", context)

    def _choices(self, level: Level, site: Site | None) -> list[LayerChoice]:
        return [self._choice(model, level, site) for model in catalogue.all() if not model.retired]

    def _choice(self, model: PhoneModel, level: Level, site: Site | None) -> LayerChoice:
        keys = self._kept().get((level.value, site.pk if site else None, model.code), [])
        args = [self.client.reference, *([site.pk] if site else []), model.code]
        url = reverse("bg:site-keys" if site else "bg:client-keys", args=args)
        return LayerChoice(model, len(keys), sum(keys), url)

    def _kept(self) -> dict[tuple[str, int | None, str], list[bool]]:
        """Of each layer, for each key it arranges whether it is locked."""
        if not hasattr(self, "_found"):
            rows = PhoneProfile.objects.within(self.scope).filter(client=self.client, subscriber=None)
            rows = rows.values_list("level", "site_id", "model", "keys__is_locked")
            self._found: dict[tuple[str, int | None, str], list[bool]] = {}
            for level, site, model, is_locked in rows:
                kept = self._found.setdefault((level, site, model), [])
                if is_locked is not None:
                    kept.append(is_locked)
        return self._found
