"""Places of keys: bank and position in it, and the index by which a phone identifies a key.

The phone's own keys come first, then those of the sidecars in the order of the chain, without a
gap: index = N + (module - 1) * K + (key - 1), from 0 (snom wiki, Function Keys; wazo_snom,
FusionPBX). Counts are the catalogue's.
"""

import re
from dataclasses import dataclass

from phones import catalogue
from phones.catalogue import PhoneModel

_CODE = re.compile(r"(?P<bank>[a-z]{1,20}(?:-[1-9])?)-(?P<position>[1-9][0-9]{0,2})", re.ASCII)
_SIDECAR = re.compile(r"sidecar-(?P<module>[1-9])", re.ASCII)


@dataclass(frozen=True, order=True)
class Place:
    """A bank ("top", "side", "sidecar-1") and a position in it, from 1."""

    bank: str
    position: int

    @property
    def code(self) -> str:
        """The place in URLs, forms and element ids: "side-3"."""
        return f"{self.bank}-{self.position}"

    @property
    def module(self) -> int:
        """The number of the sidecar in the chain; 0 for the phone itself."""
        found = _SIDECAR.fullmatch(self.bank)
        return int(found["module"]) if found else 0


def place_of(code: str) -> Place | None:
    """The place with this code, whether or not a phone has it."""
    found = _CODE.fullmatch(code)
    return Place(found["bank"], int(found["position"])) if found else None


def sidecar_bank(module: int) -> str:
    """The bank of a sidecar, by its number from 1."""
    return f"sidecar-{module}"


def most_sidecars(model: PhoneModel) -> int:
    """The maximum number of sidecars of the model."""
    return model.sidecar.maximum if model.sidecar else 0


def banks_of(model: PhoneModel, sidecars: int) -> tuple[tuple[str, int], ...]:
    """The banks of a phone with that many sidecars, in the order of their indexes: (name, keys)."""
    own = tuple((bank.name, bank.keys) for bank in model.banks)
    if not model.sidecar:
        return own
    keys = catalogue.sidecar(model.sidecar.family).keys
    return own + tuple((sidecar_bank(module), keys) for module in range(1, sidecars + 1))


def places_of(model: PhoneModel, sidecars: int) -> tuple[Place, ...]:
    """The places of all keys of a phone with that many sidecars, in the order of their indexes."""
    return tuple(
        Place(bank, position)
        for bank, keys in banks_of(model, sidecars)
        for position in range(1, keys + 1)
    )


def translated(place: Place, source: PhoneModel, target: PhoneModel) -> Place | None:
    """The same key on a phone of another model, or None if it has none.

    The n-th key of one phone is the n-th of the other, whatever their banks (the first ones are
    lines on both). A sidecar's keys stay on that sidecar.
    """
    if place.module:
        return place if place in places_of(target, most_sidecars(target)) else None
    own, other = places_of(source, 0), places_of(target, 0)
    index = own.index(place) if place in own else len(other)
    return other[index] if index < len(other) else None
