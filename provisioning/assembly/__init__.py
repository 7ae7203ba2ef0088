"""Builds a complete, frozen PhoneDocument from rows, before the first byte is sent."""

from provisioning.assembly.compose import compose

__all__ = ["compose"]
