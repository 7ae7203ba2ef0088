"""The phone models we can configure: data in TOML files, read once, on first use."""

from functools import cache

from phones.catalogue.loader import Catalogue, load
from phones.catalogue.schema import (
    BankShape,
    Drawing,
    Fact,
    KeyBank,
    PhoneModel,
    SidecarFamily,
    SidecarRule,
    Vendor,
    VendorSetting,
    VendorZone,
    Version,
    parse_version,
)

__all__ = [
    "BankShape",
    "Drawing",
    "Fact",
    "KeyBank",
    "PhoneModel",
    "SidecarFamily",
    "SidecarRule",
    "UnknownModel",
    "Vendor",
    "VendorSetting",
    "VendorZone",
    "Version",
    "all",
    "by_user_agent",
    "choices",
    "drawing",
    "get",
    "parse_version",
    "sidecar",
    "vendor",
]


class UnknownModel(KeyError):
    """A code that is not in the catalogue."""


def get(code: str) -> PhoneModel:
    """The model with this code, retired or not."""
    try:
        return _catalogue().models[code]
    except KeyError:
        raise UnknownModel(code) from None


def all() -> tuple[PhoneModel, ...]:
    """All models, sorted by code."""
    return tuple(model for _, model in sorted(_catalogue().models.items()))


def choices() -> list[tuple[str, str]]:
    """Code and label of every model. A CharField takes the callable, so a new model needs no
    migration.
    """
    return [(model.code, model.label) for model in all()]


def by_user_agent(token: str) -> tuple[PhoneModel, ...]:
    """The models that use this User-Agent token; several can share one ("snom715")."""
    wanted = token.lower()
    return tuple(
        model for model in all() if wanted in (agent.lower() for agent in model.user_agents)
    )


def sidecar(code: str) -> SidecarFamily:
    """The sidecar family with this code."""
    try:
        return _catalogue().sidecars[code]
    except KeyError:
        raise UnknownModel(code) from None


def drawing(code: str) -> Drawing:
    """The drawing with this code, referred to by models and sidecar families."""
    return _catalogue().drawings[code]


def vendor(code: str) -> Vendor:
    """The settings that phones of this vendor get."""
    return _catalogue().vendors[code]


@cache
def _catalogue() -> Catalogue:
    return load()
