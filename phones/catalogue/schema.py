"""Entries of the catalogue of phone models: frozen facts, each with its source."""

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
    """Confidence in one figure, and its source."""

    name: str
    confidence: Confidence
    source: str


@dataclass(frozen=True)
class KeyBank:
    """A group of programmable keys, as arranged on the phone."""

    name: str
    keys: int


@dataclass(frozen=True)
class SidecarRule:
    """Which expansion modules a model takes, and how many."""

    family: str
    maximum: int


@dataclass(frozen=True)
class BankShape:
    """Positions of a bank's keys in a drawing; lengths are in px at scale 1.

    The first key is at (x, y); columns and rows follow at steps of dx and dy. `strip` is the
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
    """A schematic drawing of a device: width and height, parts by name, banks. All positions are
    approximate.
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
    directory_key: bool  # a dedicated key opens the directory
    retired: bool
    drawing: str
    facts: tuple[Fact, ...]

    @property
    def minimum_firmware_text(self) -> str:
        """The usual spelling: "8.7.5"."""
        return ".".join(str(part) for part in self.minimum_firmware)

    @property
    def key_count(self) -> int:
        """The number of programmable keys on the phone itself, without sidecars."""
        return sum(bank.keys for bank in self.banks)

    def fact(self, name: str) -> Fact:
        """The source of one figure."""
        return next(fact for fact in self.facts if fact.name == name)


@dataclass(frozen=True)
class Firmwares:
    """A range of firmware versions; both ends open by default. An unknown firmware counts as the
    oldest.
    """

    since: Version | None = None
    before: Version | None = None

    def hold(self, firmware: Version | None) -> bool:
        """Whether this firmware is in the range; None means that it is not known."""
        if firmware is None:
            return self.since is None
        return (self.since is None or firmware >= self.since) and (
            self.before is None or firmware < self.before
        )


@dataclass(frozen=True)
class VendorSetting:
    """One setting sent to a vendor's phones; the vendor's renderer computes a `value` of None.

    `perm`: "R" is read-only; with "RW" a user's change lasts until the next provisioning, with "!"
    for good. `per_line`: sent for each SIP identity; `unused` is the value for an identity not in
    use, None to send nothing. `needs`: a figure of the model that must be true, "" for none.
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
    """The name of a language in some firmware versions."""

    language: str
    value: str
    firmwares: Firmwares
    fact: Fact


@dataclass(frozen=True)
class VendorZone:
    """How to set a time zone on a phone: by the vendor's name for the zone, else by offset and
    rule.

    `offset`: seconds from UTC in winter. `summer`: whether the phone adds one hour in summer.
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
        """The settings sent to this firmware."""
        return tuple(setting for setting in self.settings if setting.firmwares.hold(firmware))

    def tells(self, name: str, firmware: Version | None) -> bool:
        """Whether this setting is sent to this firmware."""
        return any(setting.name == name for setting in self.settings_for(firmware))

    def language_name(self, language: str, firmware: Version | None) -> str | None:
        """This firmware's name for a language, or None."""
        names = (each for each in self.languages if each.language == language)
        return next((each.value for each in names if each.firmwares.hold(firmware)), None)
