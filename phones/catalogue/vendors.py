"""Reads a vendor's entry: settings, language names and time zones, each with its source."""

from typing import cast, get_args

from phones.catalogue.schema import (
    Firmwares,
    LanguageName,
    Perm,
    PhoneModel,
    Vendor,
    VendorSetting,
    VendorZone,
    Version,
    parse_version,
)
from phones.catalogue.tables import (
    CatalogueError,
    Table,
    nothing_left,
    take,
    take_fact,
    take_optional,
)


def read_vendor(table: Table) -> Vendor:
    """Read the entry of one vendor. Raises CatalogueError."""
    zones = [_zone(each) for each in take(table, "time_zones", list)]
    vendor = Vendor(
        code=take(table, "code", str),
        settings=tuple(_setting(each) for each in take(table, "settings", list)),
        languages=tuple(_language(each) for each in take(table, "languages", list)),
        time_zones={zone.zone: zone for zone in zones},
    )
    nothing_left(table)
    if len(vendor.time_zones) < len(zones):
        raise CatalogueError("a time zone stands twice")
    return vendor


def _setting(table: Table) -> VendorSetting:
    name, perm = take(table, "name", str), take(table, "perm", str)
    if perm not in get_args(Perm):
        raise CatalogueError(f"{name}: unknown perm {perm}")
    setting = VendorSetting(
        name=name,
        value=take_optional(table, "value", str),
        perm=cast("Perm", perm),
        firmwares=_firmwares(table),
        per_line=take_optional(table, "per_line", bool) or False,
        unused=take_optional(table, "unused", str),
        needs=take_optional(table, "needs", str) or "",
        fact=take_fact(table, name),
    )
    nothing_left(table)
    if setting.needs and PhoneModel.__annotations__.get(setting.needs) is not bool:
        raise CatalogueError(f"{name}: {setting.needs} is no figure that is true or false")
    if setting.unused is not None and not setting.per_line:
        raise CatalogueError(f"{name}: only a setting of a line has a value for unused ones")
    return setting


def _language(table: Table) -> LanguageName:
    language, value = take(table, "language", str), take(table, "value", str)
    name = LanguageName(language, value, _firmwares(table), take_fact(table, language))
    nothing_left(table)
    return name


def _zone(table: Table) -> VendorZone:
    zone = take(table, "zone", str)
    entry = VendorZone(
        zone=zone,
        value=take(table, "value", str, may_be_empty=True),
        offset=take(table, "offset", int),
        summer=take(table, "summer", bool),
        dst=take_optional(table, "dst", str) or "",
        fact=take_fact(table, zone),
    )
    nothing_left(table)
    if entry.value and entry.dst:
        raise CatalogueError(f"{zone}: a rule is for a zone without a name")
    return entry


def _firmwares(table: Table) -> Firmwares:
    since, before = _version(table, "since"), _version(table, "before")
    if since is not None and before is not None and since >= before:
        raise CatalogueError("since is not before `before`")
    return Firmwares(since, before)


def _version(table: Table, name: str) -> Version | None:
    text = take_optional(table, name, str)
    return parse_version(text) if text is not None else None
