"""« Profils de téléphone »: the keys in each layer of a client, by model, and how many phones each
applies to.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from clients.models import Client, Site
from clients.scoping import Scope, ScopeLevel, branch_of
from keys.enums import Level
from keys.models import PhoneProfile
from phones import catalogue
from phones.catalogue import PhoneModel
from phones.models import Phone

# by site and model: for each key, whether it is locked
Layers = dict[tuple[int | None, str], list[bool]]


@dataclass(frozen=True)
class Arranged:
    """One model at one level."""

    model: PhoneModel
    keys: int
    locks: int
    phones: int


@dataclass(frozen=True)
class LevelRow:
    """A level with all models: the operator's, the client's own or, with `site`, a site's."""

    level: Level
    models: tuple[Arranged, ...]
    site: Site | None = None


def models_offered() -> list[PhoneModel]:
    """The models whose profiles can be edited."""
    return [model for model in catalogue.all() if not model.retired]


def operators_level() -> LevelRow:
    """The operator's level, which applies to everybody: how many keys for each model."""
    # unscoped: the operator's own level, from which every level below inherits
    rows = PhoneProfile.unscoped.filter(client=None)
    layers = _by_model(rows)
    return _row(Level.OPERATOR, None, layers, Counter())


def levels_of(client: Client, scope: Scope) -> Iterator[LevelRow]:
    """The levels of a client within `scope`, the widest first, in a constant number of queries."""
    layers, phones = _layers(client, scope), _phones(client, scope)
    if scope.level is not ScopeLevel.SITE:
        total: Counter[str] = sum(phones.values(), Counter())
        yield _row(Level.CLIENT, None, layers, total)
    sites = list(Site.objects.within(scope).filter(client=client).order_by("-is_main", "name"))
    parents = {site.pk: site.parent_id for site in sites}
    for site in sites:
        under = (phones.get(pk, Counter()) for pk in branch_of(parents, site.pk))
        yield _row(Level.SITE, site, layers, sum(under, Counter()))


def _row(level: Level, site: Site | None, layers: Layers, phones: Counter[str]) -> LevelRow:
    at = site.pk if site is not None else None
    return LevelRow(
        level,
        tuple(
            Arranged(model, len(locks), sum(locks), phones[model.code])
            for model in models_offered()
            for locks in [layers.get((at, model.code), [])]
        ),
        site,
    )


def _layers(client: Client, scope: Scope) -> Layers:
    return _by_model(PhoneProfile.objects.within(scope).filter(client=client, subscriber=None))


def _by_model(rows: QuerySet[PhoneProfile]) -> Layers:
    found: Layers = {}
    for site, model, is_locked in rows.values_list("site_id", "model", "keys__is_locked"):
        locks = found.setdefault((site, model), [])
        if is_locked is not None:
            locks.append(is_locked)
    return found


def _phones(client: Client, scope: Scope) -> dict[int, Counter[str]]:
    """For each site, how many phones of each model are on its lines."""
    rows = Phone.objects.within(scope).filter(client=client, subscriber__isnull=False).order_by()
    said = rows.values_list("subscriber__site_id", "model", "detected_model", "detected_token")
    found: dict[int, Counter[str]] = {}
    for site, model, detected, token, count in said.annotate(count=Count("pk")):
        phone = Phone(model=model, detected_model=detected, detected_token=token)
        found.setdefault(site, Counter())[phone.effective_model] += count
    return found
