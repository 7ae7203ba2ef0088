"""Reads the catalogue's TOML files into frozen entries, refusing whatever it does not expect."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast, get_args

from phones.catalogue.schema import (
    BankShape,
    Drawing,
    Fact,
    KeyBank,
    PhoneModel,
    SidecarFamily,
    SidecarRule,
    Vendor,
    parse_version,
)
from phones.catalogue.tables import CatalogueError, Table, nothing_left, take, take_count, take_fact
from phones.catalogue.vendors import read_vendor

DATA = Path(__file__).parent / "data"
SIDECARS, DRAWINGS, VENDORS = "sidecars", "drawings", "vendors"
SIDECAR_BANK = "sidecar"  # its name in a drawing; chained sidecars are numbered (keys.places)
PARTS = frozenset({"handset", "screen", "softkeys", "nav", "pad", "foot", "lamp", "lcd"})

# Each of these figures needs a source: an entry in [facts].
MODEL_FACTS = frozenset(
    {
        "user_agents",
        "minimum_firmware",
        "identities",
        "keys",
        "sidecar",
        "directory_entries",
        "default_line_keys",
        "directory_key",
    }
)
SIDECAR_FACTS = frozenset({"keys"})


class Coded(Protocol):
    """An entry known by its code."""

    @property
    def code(self) -> str: ...


Entry = TypeVar("Entry", bound=Coded)


@dataclass(frozen=True)
class Catalogue:
    """All models, sidecar families, drawings and vendors, by code."""

    models: Mapping[str, PhoneModel]
    sidecars: Mapping[str, SidecarFamily]
    drawings: Mapping[str, Drawing]
    vendors: Mapping[str, Vendor]


def load(root: Path = DATA) -> Catalogue:
    """Read every file below the folder. Raises CatalogueError, which names the faulty file."""
    sidecars = _by_code(_read(path, _sidecar) for path in sorted((root / SIDECARS).glob("*.toml")))
    drawings = _by_code(_read(path, _drawing) for path in sorted((root / DRAWINGS).glob("*.toml")))
    vendors = _by_code(_read(path, read_vendor) for path in sorted((root / VENDORS).glob("*.toml")))
    others = (SIDECARS, DRAWINGS, VENDORS)
    paths = sorted(path for path in root.glob("*/*.toml") if path.parent.name not in others)
    models = _by_code(_read(path, _model) for path in paths)
    for model in models.values():
        if model.sidecar and model.sidecar.family not in sidecars:
            raise CatalogueError(f"{model.code}: unknown sidecar family {model.sidecar.family}")
        if model.vendor not in vendors:
            raise CatalogueError(f"{model.code}: unknown vendor {model.vendor}")
        _check_drawing(model.code, model.drawing, [bank.name for bank in model.banks], drawings)
    for family in sidecars.values():
        _check_drawing(family.code, family.drawing, [SIDECAR_BANK], drawings)
    return Catalogue(models=models, sidecars=sidecars, drawings=drawings, vendors=vendors)


def _check_drawing(code: str, name: str, banks: list[str], drawings: Mapping[str, Drawing]) -> None:
    if name not in drawings:
        raise CatalogueError(f"{code}: unknown drawing {name}")
    if [bank.name for bank in drawings[name].banks] != banks:
        raise CatalogueError(f"{code}: the drawing {name} has other banks")


def _read(path: Path, build: Callable[[Table], Entry]) -> Entry:
    where = f"{path.parent.name}/{path.name}"
    try:
        entry = build(tomllib.loads(path.read_text(encoding="utf-8")))
    except (CatalogueError, ValueError) as error:
        raise CatalogueError(f"{where}: {error}") from error
    if entry.code != path.stem:
        raise CatalogueError(f"{where}: the code {entry.code} is not the file's name")
    return entry


def _by_code(entries: Iterable[Entry]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.code in found:
            raise CatalogueError(f"{entry.code}: two files have this code")
        found[entry.code] = entry
    return found


def _model(table: Table) -> PhoneModel:
    model = PhoneModel(
        code=take(table, "code", str),
        vendor=take(table, "vendor", str),
        label=take(table, "label", str),
        user_agents=tuple(take(table, "user_agents", list)),
        minimum_firmware=parse_version(take(table, "minimum_firmware", str)),
        identities=take_count(table, "identities"),
        banks=tuple(_bank(bank) for bank in take(table, "banks", list)),
        sidecar=_rule(table.pop("sidecar")) if "sidecar" in table else None,
        directory_entries=take_count(table, "directory_entries"),
        default_line_keys=take_count(table, "default_line_keys"),
        directory_key=take(table, "directory_key", bool),
        retired=take(table, "retired", bool),
        drawing=take(table, "drawing", str),
        facts=_facts(table, MODEL_FACTS),
    )
    nothing_left(table)
    if model.default_line_keys > model.key_count:
        raise CatalogueError("default_line_keys is more than the phone's keys")
    return model


def _sidecar(table: Table) -> SidecarFamily:
    family = SidecarFamily(
        code=take(table, "code", str),
        vendor=take(table, "vendor", str),
        label=take(table, "label", str),
        keys=take_count(table, "keys"),
        drawing=take(table, "drawing", str),
        facts=_facts(table, SIDECAR_FACTS),
    )
    nothing_left(table)
    return family


def _drawing(table: Table) -> Drawing:
    width, height = _numbers(take(table, "size", list))
    parts = {name: _numbers(part) for name, part in take(table, "parts", dict).items()}
    if not set(parts) <= PARTS:
        raise CatalogueError(f"unknown parts: {', '.join(sorted(set(parts) - PARTS))}")
    banks = tuple(_shape(bank) for bank in take(table, "banks", list))
    drawing = Drawing(take(table, "code", str), (width, height), parts, banks)
    nothing_left(table)
    return drawing


def _numbers(values: list[Any]) -> tuple[int, ...]:
    if not values or any(type(value) is not int for value in values):
        raise CatalogueError("a place and a size are whole numbers")
    return tuple(values)


def _shape(table: Table) -> BankShape:
    order = take(table, "order", str)
    if order not in get_args(BankShape.__annotations__["order"]):
        raise CatalogueError(f"unknown order {order}")
    optional: Table = {
        name: table.pop(name) for name in ("inset", "stagger", "mirror") if name in table
    }
    kinds = {"inset": int, "stagger": int, "mirror": bool}
    if any(type(value) is not kinds[name] for name, value in optional.items()):
        raise CatalogueError("inset and stagger are whole numbers, mirror is true or false")
    required: Table = {
        name: take(table, name, int) for name in ("x", "y", "dx", "dy", "cols", "strip")
    }
    if required["cols"] < 1:
        raise CatalogueError("cols is at least 1")
    shape = BankShape(
        name=take(table, "name", str), order=cast("Any", order), **required, **optional
    )
    nothing_left(table)
    return shape


def _bank(table: Table) -> KeyBank:
    bank = KeyBank(name=take(table, "name", str), keys=take_count(table, "keys"))
    nothing_left(table)
    return bank


def _rule(table: Table) -> SidecarRule:
    rule = SidecarRule(family=take(table, "family", str), maximum=take_count(table, "maximum"))
    nothing_left(table)
    return rule


def _facts(table: Table, expected: frozenset[str]) -> tuple[Fact, ...]:
    facts: dict[str, Table] = take(table, "facts", dict)
    if set(facts) != expected:
        raise CatalogueError(
            f"facts differ from the figures: {', '.join(sorted(set(facts) ^ expected))}"
        )
    return tuple(_fact(name, facts[name]) for name in sorted(facts))


def _fact(name: str, table: Table) -> Fact:
    fact = take_fact(table, name)
    nothing_left(table)
    return fact
