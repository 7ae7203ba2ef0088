"""What the catalogue says of a phone model: frozen facts, each with where it comes from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Version = tuple[int, ...]
Confidence = Literal["confirmed", "derived", "unconfirmed"]
Perm = Literal["R", "RW", "!"]

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

    The first key is at (x, y), the next columns and rows at steps of dx and dy; `strip` is the
    width of a label.
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
    """How a device looks, schematically: width and height, its parts by name, its banks. Every
    position is a guess.
    """

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
    directory_key: bool  # a key of its own that opens the directory
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


@dataclass(frozen=True)
class Firmwares:
    """A range of firmware versions; both ends open by default. An unknown firmware counts as the
    oldest.
    """

    since: Version | None = None
    before: Version | None = None

    def hold(self, firmware: Version | None) -> bool:
        """Whether that firmware, None where the phone has not said it, is in the range."""
        if firmware is None:
            return self.since is None
        return (self.since is None or firmware >= self.since) and (
            self.before is None or firmware < self.before
        )


@dataclass(frozen=True)
class VendorSetting:
    """One setting that phones of a vendor are told; `value` None is computed by the vendor's
    renderer.

    `perm`: "R" read-only; "RW" the user's until the next provisioning; "!" the user's for good once
    changed. `per_line`: told for each SIP identity; `unused` is what one not in use is told, None
    where nothing. `needs`: a figure of the model that has to be true, "" where none.
    """

    name: str
    value: str | None
    perm: Perm
    firmwares: Firmwares
    per_line: bool
    unused: str | None
    needs: str
    fact: Fact


@dataclass(frozen=True)
class LanguageName:
    """What firmwares call a language."""

    language: str
    value: str
    firmwares: Firmwares
    fact: Fact


@dataclass(frozen=True)
class VendorZone:
    """How a phone is told a time zone: by the vendor's name for it, or by offset and rule where
    there is none.

    `offset`: seconds from UTC in winter. `summer`: whether the phone then has a summer time, one
    hour more.
    """

    zone: str
    value: str
    offset: int
    summer: bool
    dst: str
    fact: Fact


@dataclass(frozen=True)
class Vendor:
    """The settings of every phone of a vendor, in the order of its document."""

    code: str
    settings: tuple[VendorSetting, ...]
    languages: tuple[LanguageName, ...]
    time_zones: Mapping[str, VendorZone]

    def settings_for(self, firmware: Version | None) -> tuple[VendorSetting, ...]:
        """The settings that this firmware gets."""
        return tuple(setting for setting in self.settings if setting.firmwares.hold(firmware))

    def tells(self, name: str, firmware: Version | None) -> bool:
        """Whether this firmware gets that setting."""
        return any(setting.name == name for setting in self.settings_for(firmware))

    def language_name(self, language: str, firmware: Version | None) -> str | None:
        """What this firmware calls a language; None where it has no name for it."""
        names = (each for each in self.languages if each.language == language)
        return next((each.value for each in names if each.firmwares.hold(firmware)), None)
