"""The layout of a phone: layers of all levels, combined by one pure function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from keys.enums import Level
from keys.functions import FUNCTIONS, LINE, NONE, Parameter
from keys.places import Place, most_sidecars, places_of, translated
from phones.catalogue import PhoneModel


@dataclass(frozen=True)
class Person:
    """A line that a key calls or watches; once it has ended, `pk` is None and the rest is as last
    known.
    """

    pk: int | None
    number: str  # E.164
    name: str
    extension: str = ""


@dataclass(frozen=True)
class KeyContent:
    """What one key does. `label` "" follows the directory; `picks_up` applies only to
    supervision.
    """

    function: str = NONE.code
    value: str = ""
    person: Person | None = None
    label: str = ""
    picks_up: bool = True
    # False for a web address on a host that the operator has taken off the list since.
    is_allowed: bool = field(default=True, compare=False)

    @property
    def is_broken(self) -> bool:
        """Whether the line of its person has ended, or its address is no longer allowed: the key
        stays, says so, and does nothing.
        """
        return self.has_ended or not self.is_allowed

    @property
    def has_ended(self) -> bool:
        """Whether the line of its person has ended."""
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
    """A key as set by one layer; if locked, narrower layers are ignored, and `reason` says why."""

    content: KeyContent
    is_locked: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Origin:
    """The layer that a key comes from; `name` is the site's, "" at other levels."""

    level: Level
    name: str = ""


@dataclass(frozen=True)
class Layer:
    """The keys that one level sets for one model; `sidecars` None: the wider level decides."""

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
    """A key in effect: content and origin, what the last layer sets itself, and the key without
    that.

    `lock` is set if a layer wider than the last one locked the key: `own` then has no effect.
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
    """Combine the layers of a phone, the widest first; the last one is the layer being edited."""
    sidecars = effective_sidecars(model, layers)
    keys = tuple(
        _effective(place, index, _default(model, index), layers)
        for index, place in enumerate(places_of(model, sidecars))
    )
    return Layout(model, sidecars, keys)


def effective_sidecars(model: PhoneModel, layers: Sequence[Layer]) -> int:
    """The number of sidecars in the narrowest layer that has one, up to the model's maximum."""
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
    """A layer adapted to another model: the keys that fit, and those left out."""

    layer: Layer
    left_out: tuple[tuple[Place, KeyContent], ...]
    sidecars_left_out: int = 0


def fitted(layer: Layer, source: PhoneModel, target: PhoneModel) -> Fitted:
    """Adapt a layer to another model; the layer itself stays unchanged."""
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
