"""What the catalogue says of a phone model: frozen facts, each with where it comes from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Version = tuple[int, ...]
Confidence = Literal["confirmed", "derived", "unconfirmed"]

_VERSION = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,7}", re.ASCII)


def parse_version(text: str) -> Version:
    """A firmware version as comparable numbers: "8.7.5.35" is (8, 7, 5, 35)."""
    if not _VERSION.fullmatch(text):
        raise ValueError("a version is numbers separated by dots")
    return tuple(int(part) for part in text.split("."))


@dataclass(frozen=True)
class Fact:
    """How sure we are of one figure, and who says it."""

    name: str
    confidence: Confidence
    source: str


@dataclass(frozen=True)
class KeyBank:
    """A group of programmable keys as the phone presents them."""

    name: str
    keys: int


@dataclass(frozen=True)
class SidecarRule:
    """Which expansion modules a model takes, and how many."""

    family: str
    maximum: int


@dataclass(frozen=True)
class BankShape:
    """Where a drawing has the keys of a bank; lengths are those of a picture whose scale is 1 px.

    The first key is at (x, y), the next columns and rows at steps of dx and dy; `strip` is the width of a label.
    """

    name: str
    x: int
    y: int
    dx: int
    dy: int
    cols: int
    order: Literal["column", "row"]
    strip: int
    inset: int = 7
    stagger: int = 0
    mirror: bool = False


@dataclass(frozen=True)
class Drawing:
    """How a device looks, schematically: width and height, its parts by name, its banks. Every position is a guess."""

    code: str
    size: tuple[int, int]
    parts: Mapping[str, tuple[int, ...]]
    banks: tuple[BankShape, ...]

    def bank(self, name: str) -> BankShape:
        return next(bank for bank in self.banks if bank.name == name)


@dataclass(frozen=True)
class SidecarFamily:
    """A kind of expansion module."""

    code: str
    vendor: str
    label: str
    keys: int
    drawing: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class PhoneModel:
    """A phone model that we can configure."""

    code: str
    vendor: str
    label: str
    user_agents: tuple[str, ...]
    minimum_firmware: Version
    identities: int
    banks: tuple[KeyBank, ...]
    sidecar: SidecarRule | None
    directory_entries: int
    default_line_keys: int
    retired: bool
    drawing: str
    facts: tuple[Fact, ...]

    @property
    def minimum_firmware_text(self) -> str:
        """As people write it: "8.7.5"."""
        return ".".join(str(part) for part in self.minimum_firmware)

    @property
    def key_count(self) -> int:
        """The programmable keys of the phone itself, sidecars apart."""
        return sum(bank.keys for bank in self.banks)

    def fact(self, name: str) -> Fact:
        """The provenance of one figure."""
        return next(fact for fact in self.facts if fact.name == name)
