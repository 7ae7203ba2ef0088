"""From rows to a complete, frozen PhoneDocument: everything is read before the
first byte leaves.
"""

from provisioning.assembly.compose import compose

__all__ = ["compose"]
