"""Reads layers from their rows, in a few queries whatever the number of keys or phones."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from clients.models import Client, PlatformSettings, Site, Subscriber
from keys.enums import Level
from keys.functions import FUNCTIONS, Parameter
from keys.layout import (
    Fitted,
    KeyContent,
    Layer,
    LayerKey,
    Layout,
    Origin,
    Person,
    effective_layout,
    fitted,
)
from keys.models import Key, PhoneProfile
from keys.owners import Owner
from keys.places import Place
from keys.values import is_allowed_url
from phones import catalogue
from phones.catalogue import PhoneModel

UNSAVED = 0  # for a hypothetical profile


def content_of(key: Key, hosts: Collection[str] | None = None) -> KeyContent:
    """What a stored key does; needs `person` loaded. `hosts` are those that keys may contact; None:
    not checked.
    """
    is_allowed = not is_url(key) or hosts is None or is_allowed_url(key.value, hosts)
    return KeyContent(
        key.function, key.value, _person(key), key.label, key.picks_up, is_allowed=is_allowed
    )


def is_url(key: Key) -> bool:
    function = FUNCTIONS.get(key.function)
    return function is not None and function.parameter is Parameter.URL


def _person(key: Key) -> Person | None:
    line = key.person
    if line is not None:
        return person_of(line)
    return Person(None, key.person_number, key.person_name) if key.person_number else None


def person_of(line: Subscriber) -> Person:
    """A line as the person of a key."""
    return Person(line.pk, line.number, line.name, line.extension or "")


def layer_of(profile: PhoneProfile, hosts: Collection[str] | None = None) -> Layer:
    """The layer of a profile; needs `site` and its keys with their persons loaded. `hosts` are
    those that keys may contact; None: not checked.
    """
    keys = {
        Place(key.bank, key.position): LayerKey(
            content_of(key, hosts), key.is_locked, key.lock_reason
        )
        for key in profile.keys.all()
    }
    name = profile.site.name if profile.site is not None else ""
    return Layer(Origin(Level(profile.level), name), keys, profile.sidecars)


def with_keys(profiles: QuerySet[PhoneProfile]) -> QuerySet[PhoneProfile]:
    """Prefetch everything `layer_of` needs."""
    return profiles.select_related("site").prefetch_related("keys__person")


@dataclass(frozen=True)
class OwnLayout:
    """The layout of one model for one owner, whose layer is the last of `layers`.

    `carried` is set if a line's layer comes from a replaced phone of another model,
    `carried_from`.
    """

    layout: Layout
    layers: tuple[Layer, ...]
    profile: PhoneProfile | None = None
    carried: Fitted | None = None
    carried_from: PhoneModel | None = None


class Profiles:
    """All profiles that apply to a client (None: to the operator), for all or some of its lines,
    loaded at once.
    """

    def __init__(self, client_id: int | None, lines: Iterable[int] | None = None) -> None:
        own = Q(client_id=client_id)
        if lines is not None:
            own &= Q(subscriber=None) | Q(subscriber__in=list(lines))
        rows = PhoneProfile.unscoped.filter(  # unscoped: of a client already decided upon
            Q(level=Level.OPERATOR) | own
        )
        self._client_id = client_id
        self._rows: dict[tuple[str, str, int | None], PhoneProfile] = {}
        self._of_line: dict[int, list[PhoneProfile]] = {}
        for row in with_keys(rows):
            self._rows[row.level, row.model, row.site_id or row.subscriber_id] = row
            if row.subscriber_id is not None:
                self._of_line.setdefault(row.subscriber_id, []).append(row)
        self._layers: dict[int, Layer] = {}
        self._has_sites = any(level == Level.SITE for level, _, _ in self._rows)

    def arranged(self, line_id: int) -> bool:
        """Whether the line has a profile of its own, for any model."""
        return line_id in self._of_line

    def replace_layer(self, profile: PhoneProfile, layer: Layer) -> None:
        """Use this layer for the profile from now on, instead of its rows."""
        self._rows[profile.level, profile.model, profile.site_id or profile.subscriber_id] = profile
        self._layers[profile.pk or UNSAVED] = layer
        self._has_sites = self._has_sites or profile.level == Level.SITE

    def of(
        self, owner: Owner, model: PhoneModel, present: Collection[str] | None = None
    ) -> OwnLayout:
        """The layout for one owner; `present` are the models of the phones on its line, queried if
        not given.

        A line without a profile for this model may have had its phone replaced. It takes over the
        profile it changed last, as far as it fits, if no phone of that model is left.
        """
        profile = self._rows.get((owner.level, model.code, _key(owner)))
        carried, source = None, None
        if profile is not None:
            last = self._layer(profile)
        elif (before := self._replaced(owner, present)) is not None:
            source = catalogue.get(before.model)
            carried = fitted(self._layer(before), source, model)
            last = carried.layer
        else:
            last = Layer(Origin(owner.level, owner.site.name if owner.site else ""))
        layers = (*self.wider(owner, model), last)
        return OwnLayout(effective_layout(model, layers), layers, profile, carried, source)

    def wider(self, owner: Owner, model: PhoneModel) -> tuple[Layer, ...]:
        """The layers above an owner's, the widest first."""
        found: list[tuple[Level, int | None]] = []
        if owner.level is not Level.OPERATOR:
            found.append((Level.OPERATOR, None))
        if owner.level in (Level.SITE, Level.SUBSCRIBER):
            found.append((Level.CLIENT, None))
            found += [(Level.SITE, pk) for pk in self._sites_above(owner)]
        rows = [self._rows.get((level, model.code, pk)) for level, pk in found]
        return tuple(self._layer(row) for row in rows if row is not None)

    def _sites_above(self, owner: Owner) -> Sequence[int]:
        if not self._has_sites:
            return ()
        if owner.line is not None:
            return self._branch(owner.line.site_id)
        return self._branch(owner.site.pk)[:-1] if owner.site is not None else ()

    def _branch(self, site_id: int) -> list[int]:
        """The site and its ancestors, the widest first; a cycle is cut."""
        found: list[int] = []
        at: int | None = site_id
        while at is not None and at not in found:
            found.append(at)
            at = self._parents.get(at)
        return found[::-1]

    @cached_property
    def _parents(self) -> dict[int, int | None]:
        # unscoped: of a client already decided upon
        sites = Site.unscoped.filter(client_id=self._client_id)
        return dict(sites.values_list("pk", "parent_id"))

    def _replaced(self, owner: Owner, present: Collection[str] | None) -> PhoneProfile | None:
        rows = self._of_line.get(owner.line.pk, []) if owner.line is not None else []
        if not rows or owner.line is None:
            return None
        here = models_on(owner.line) if present is None else present
        gone = [row for row in rows if row.model not in here]
        return max(gone, key=lambda row: (row.changed_at, row.pk), default=None)

    def _layer(self, row: PhoneProfile) -> Layer:
        pk = row.pk or UNSAVED
        if pk not in self._layers:
            hosts = self._hosts if any(is_url(key) for key in row.keys.all()) else None
            self._layers[pk] = layer_of(row, hosts)
        return self._layers[pk]

    @cached_property
    def _hosts(self) -> frozenset[str]:
        """The hosts that keys may contact, queried only if a key has an address."""
        return PlatformSettings.current().allowed_hosts


def _key(owner: Owner) -> int | None:
    row = owner.site or owner.line
    return row.pk if row is not None else None


def models_on(line: Subscriber) -> set[str]:
    """The codes of the known models of the phones on the line."""
    return {phone.effective_model for phone in line.phones.all()} - {""}


def layout_of(owner: Owner, model: PhoneModel) -> OwnLayout:
    """The layout of one model for one owner, in a constant number of queries."""
    client_id = owner.client.pk if owner.client is not None else None
    lines = [owner.line.pk] if owner.line is not None else []
    return Profiles(client_id, lines).of(owner, model)


def pickup_code(client: Client, default: str) -> str:
    """The code to dial to pick up a call that rings on another line of this client."""
    return client.pickup_code or default
