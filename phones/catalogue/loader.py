"""Reads the catalogue's TOML files into frozen entries, refusing whatever it does not expect."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast, get_args

from phones.catalogue.schema import (
    BankShape,
    Confidence,
    Drawing,
    Fact,
    KeyBank,
    PhoneModel,
    SidecarFamily,
    SidecarRule,
    parse_version,
)

DATA = Path(__file__).parent / "data"
SIDECARS, DRAWINGS = "sidecars", "drawings"
SIDECAR_BANK = "sidecar"  # as a drawing calls it; of a chain each has its number (keys.places)
PARTS = frozenset({"handset", "screen", "softkeys", "nav", "pad", "foot", "lamp", "lcd"})

# A figure without its source is a rumour: each of these has an entry in [facts].
MODEL_FACTS = frozenset(
    {
        "user_agents",
        "minimum_firmware",
        "identities",
        "keys",
        "sidecar",
        "directory_entries",
        "default_line_keys",
    }
)
SIDECAR_FACTS = frozenset({"keys"})

Table = dict[str, Any]  # what tomllib gives; nothing of it leaves this module


class CatalogueError(Exception):
    """A catalogue file that says too little, too much or something impossible."""


class Coded(Protocol):
    """An entry known by its code."""

    @property
    def code(self) -> str: ...


Entry = TypeVar("Entry", bound=Coded)
Value = TypeVar("Value")


@dataclass(frozen=True)
class Catalogue:
    """All models, sidecar families and drawings, by code."""

    models: Mapping[str, PhoneModel]
    sidecars: Mapping[str, SidecarFamily]
    drawings: Mapping[str, Drawing]


def load(root: Path = DATA) -> Catalogue:
    """Read every file below the folder; CatalogueError names the file at fault."""
    sidecars = _by_code(_read(path, _sidecar) for path in sorted((root / SIDECARS).glob("*.toml")))
    drawings = _by_code(_read(path, _drawing) for path in sorted((root / DRAWINGS).glob("*.toml")))
    paths = sorted(path for path in root.glob("*/*.toml") if path.parent.name not in (SIDECARS, DRAWINGS))
    models = _by_code(_read(path, _model) for path in paths)
    for model in models.values():
        if model.sidecar and model.sidecar.family not in sidecars:
            raise CatalogueError(f"{model.code}: unknown sidecar family {model.sidecar.family}")
        _check_drawing(model.code, model.drawing, [bank.name for bank in model.banks], drawings)
    for family in sidecars.values():
        _check_drawing(family.code, family.drawing, [SIDECAR_BANK], drawings)
    return Catalogue(models=models, sidecars=sidecars, drawings=drawings)


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
        code=_take(table, "code", str),
        vendor=_take(table, "vendor", str),
        label=_take(table, "label", str),
        user_agents=tuple(_take(table, "user_agents", list)),
        minimum_firmware=parse_version(_take(table, "minimum_firmware", str)),
        identities=_count(table, "identities"),
        banks=tuple(_bank(bank) for bank in _take(table, "banks", list)),
        sidecar=_rule(table.pop("sidecar")) if "sidecar" in table else None,
        directory_entries=_count(table, "directory_entries"),
        default_line_keys=_count(table, "default_line_keys"),
        retired=_take(table, "retired", bool),
        drawing=_take(table, "drawing", str),
        facts=_facts(table, MODEL_FACTS),
    )
    _nothing_left(table)
    if model.default_line_keys > model.key_count:
        raise CatalogueError("default_line_keys is more than the phone's keys")
    return model


def _sidecar(table: Table) -> SidecarFamily:
    family = SidecarFamily(
        code=_take(table, "code", str),
        vendor=_take(table, "vendor", str),
        label=_take(table, "label", str),
        keys=_count(table, "keys"),
        drawing=_take(table, "drawing", str),
        facts=_facts(table, SIDECAR_FACTS),
    )
    _nothing_left(table)
    return family


def _drawing(table: Table) -> Drawing:
    width, height = _numbers(_take(table, "size", list))
    parts = {name: _numbers(part) for name, part in _take(table, "parts", dict).items()}
    if not set(parts) <= PARTS:
        raise CatalogueError(f"unknown parts: {', '.join(sorted(set(parts) - PARTS))}")
    banks = tuple(_shape(bank) for bank in _take(table, "banks", list))
    drawing = Drawing(_take(table, "code", str), (width, height), parts, banks)
    _nothing_left(table)
    return drawing


def _numbers(values: list[Any]) -> tuple[int, ...]:
    if not values or any(type(value) is not int for value in values):
        raise CatalogueError("a place and a size are whole numbers")
    return tuple(values)


def _shape(table: Table) -> BankShape:
    order = _take(table, "order", str)
    if order not in get_args(BankShape.__annotations__["order"]):
        raise CatalogueError(f"unknown order {order}")
    optional: Table = {name: table.pop(name) for name in ("inset", "stagger", "mirror") if name in table}
    kinds = {"inset": int, "stagger": int, "mirror": bool}
    if any(type(value) is not kinds[name] for name, value in optional.items()):
        raise CatalogueError("inset and stagger are whole numbers, mirror is true or false")
    required: Table = {name: _take(table, name, int) for name in ("x", "y", "dx", "dy", "cols", "strip")}
    if required["cols"] < 1:
        raise CatalogueError("cols is at least 1")
    shape = BankShape(name=_take(table, "name", str), order=cast("Any", order), **required, **optional)
    _nothing_left(table)
    return shape


def _bank(table: Table) -> KeyBank:
    bank = KeyBank(name=_take(table, "name", str), keys=_count(table, "keys"))
    _nothing_left(table)
    return bank


def _rule(table: Table) -> SidecarRule:
    rule = SidecarRule(family=_take(table, "family", str), maximum=_count(table, "maximum"))
    _nothing_left(table)
    return rule


def _facts(table: Table, expected: frozenset[str]) -> tuple[Fact, ...]:
    facts: dict[str, Table] = _take(table, "facts", dict)
    if set(facts) != expected:
        raise CatalogueError(f"facts differ from the figures: {', '.join(sorted(set(facts) ^ expected))}")
    return tuple(_fact(name, facts[name]) for name in sorted(facts))


def _fact(name: str, table: Table) -> Fact:
    confidence = _take(table, "confidence", str)
    if confidence not in get_args(Confidence):
        raise CatalogueError(f"facts.{name}: unknown confidence {confidence}")
    fact = Fact(name=name, confidence=cast("Confidence", confidence), source=_take(table, "source", str))
    _nothing_left(table)
    return fact


def _count(table: Table, name: str) -> int:
    value = _take(table, name, int)
    if value < 1:
        raise CatalogueError(f"{name} is at least 1")
    return value


def _take(table: Table, name: str, kind: type[Value]) -> Value:
    """Remove a value from the table, so that what is left at the end is what nobody knows."""
    if name not in table:
        raise CatalogueError(f"{name} is missing")
    value = table.pop(name)
    if type(value) is not kind:  # not isinstance: TOML's true is no figure
        raise CatalogueError(f"{name} is not of type {kind.__name__}")
    if value in ("", []):
        raise CatalogueError(f"{name} is empty")
    return value


def _nothing_left(table: Table) -> None:
    if table:
        raise CatalogueError(f"unknown: {', '.join(sorted(table))}")
