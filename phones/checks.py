"""System check: the server does not start unless the whole catalogue of phone models loads."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from phones.catalogue.loader import load
from phones.catalogue.tables import CatalogueError


@register()
def check_catalogue(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Return one error that names the faulty file, or none."""
    try:
        load()
    except CatalogueError as error:
        return [Error(f"The catalogue of phone models is wrong: {error}", id="phones.E001")]
    return []
