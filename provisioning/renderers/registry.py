"""One renderer per vendor, imported on first use."""

from functools import cache
from importlib import import_module

from provisioning.renderers.base import Renderer, UnsupportedFeature

RENDERERS = {"snom": "provisioning.renderers.snom.SnomRenderer"}


@cache
def renderer_for(vendor: str) -> Renderer:
    """The renderer of this vendor. Raises UnsupportedFeature if there is none."""
    if vendor not in RENDERERS:
        raise UnsupportedFeature("vendor", vendor)
    module, _, name = RENDERERS[vendor].rpartition(".")
    renderer: Renderer = getattr(import_module(module), name)()
    return renderer
