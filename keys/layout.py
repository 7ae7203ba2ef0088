"""Which key does what: the layers of all levels, combined by one pure function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from keys.enums import Level
from keys.functions import FUNCTIONS, LINE, NONE, Parameter
from keys.places import Place, most_sidecars, places_of, translated
from phones.catalogue import PhoneModel


@dataclass(frozen=True)
class Person:
    """A line that a key calls or watches, as it was known when it was chosen; `pk` is None once it
    has ended.
    """

    pk: int | None
    number: str  # E.164
    name: str
    extension: str = ""


@dataclass(frozen=True)
class KeyContent:
    """What one key does. `label` "" follows the directory; `picks_up` counts for a supervision
    only.
    """

    function: str = NONE.code
    value: str = ""
    person: Person | None = None
    label: str = ""
    picks_up: bool = True

    @property
    def is_broken(self) -> bool:
        """Whether the person it is about has ended: it stays, says so, and does nothing."""
        needs_person = FUNCTIONS[self.function].parameter is Parameter.PERSON
        return (self.person is not None and self.person.pk is None) or (
            needs_person and self.person is None
        )

    @property
    def is_empty(self) -> bool:
        return self.function == NONE.code


EMPTY = KeyContent()
A_LINE = KeyContent(LINE.code)


@dataclass(frozen=True)
class LayerKey:
    """A key as one layer arranges it; locked, no narrower layer counts, and `reason` says why."""

    content: KeyContent
    is_locked: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Origin:
    """The layer that a key comes from; `name` is the site's, "" elsewhere."""

    level: Level
    name: str = ""


@dataclass(frozen=True)
class Layer:
    """What one level arranges for one model; `sidecars` None: it does not say."""

    origin: Origin
    keys: Mapping[Place, LayerKey] = field(default_factory=dict)
    sidecars: int | None = None


@dataclass(frozen=True)
class Lock:
    """Which level locked a key for the narrower ones, and why."""

    origin: Origin
    reason: str


@dataclass(frozen=True)
class EffectiveKey:
    """A key as it is: what it does and since whom, what the last layer itself says, what it would
    be without that.

    `lock` is set where a wider layer than the last one closed it: what the last one says then waits
    in `own`.
    """

    place: Place
    index: int
    content: KeyContent
    origin: Origin
    own: LayerKey | None = None
    inherited: KeyContent = EMPTY
    inherited_from: Origin = Origin(Level.OPERATOR)
    lock: Lock | None = None


@dataclass(frozen=True)
class Layout:
    """Every key of a phone and of its sidecars, by index."""

    model: PhoneModel
    sidecars: int
    keys: tuple[EffectiveKey, ...]

    def at(self, place: Place) -> EffectiveKey | None:
        return next((key for key in self.keys if key.place == place), None)


def effective_layout(model: PhoneModel, layers: Sequence[Layer]) -> Layout:
    """What the phone gets from its layers, the widest first; the last one is
    who arranges it now.
    """
    sidecars = effective_sidecars(model, layers)
    keys = tuple(
        _effective(place, index, _default(model, index), layers)
        for index, place in enumerate(places_of(model, sidecars))
    )
    return Layout(model, sidecars, keys)


def effective_sidecars(model: PhoneModel, layers: Sequence[Layer]) -> int:
    """How many sidecars: the narrowest layer that says so, within what the model takes."""
    said = next((layer.sidecars for layer in reversed(layers) if layer.sidecars is not None), 0)
    return min(said, most_sidecars(model))


def _default(model: PhoneModel, index: int) -> KeyContent:
    return A_LINE if index < model.default_line_keys else EMPTY


def _effective(
    place: Place, index: int, default: KeyContent, layers: Sequence[Layer]
) -> EffectiveKey:
    wider, last = layers[:-1], layers[-1] if layers else None
    content, origin, lock = default, Origin(Level.OPERATOR), None
    for layer in wider:
        said = layer.keys.get(place)
        if said is None:
            continue
        content, origin = said.content, layer.origin
        if said.is_locked:
            lock = Lock(layer.origin, said.reason)
            break
    own = last.keys.get(place) if last else None
    inherited, inherited_from = content, origin
    if own is not None and last is not None and lock is None:
        content, origin = own.content, last.origin
    return EffectiveKey(place, index, content, origin, own, inherited, inherited_from, lock)


@dataclass(frozen=True)
class Fitted:
    """A layer made for another model: what fits, and the keys there is no room for."""

    layer: Layer
    left_out: tuple[tuple[Place, KeyContent], ...]
    sidecars_left_out: int = 0


def fitted(layer: Layer, source: PhoneModel, target: PhoneModel) -> Fitted:
    """What of a layer fits on a phone of another model; nothing is lost, the
    layer stays as it is.
    """
    keys: dict[Place, LayerKey] = {}
    left_out: list[tuple[Place, KeyContent]] = []
    for place, key in sorted(layer.keys.items()):
        there = translated(place, source, target)
        if there is not None:
            keys[there] = key
        elif not key.content.is_empty:
            left_out.append((place, key.content))
    sidecars = None if layer.sidecars is None else min(layer.sidecars, most_sidecars(target))
    lost = (layer.sidecars or 0) - (sidecars or 0)
    return Fitted(Layer(layer.origin, keys, sidecars), tuple(left_out), lost)
