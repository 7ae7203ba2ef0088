"""The contract of a vendor's renderer."""

from collections.abc import Iterator
from typing import Protocol

from provisioning.document import PhoneDocument


class UnsupportedFeature(Exception):
    """The document has something this vendor or model does not support."""

    def __init__(self, feature: str, detail: str = "") -> None:
        super().__init__(f"{feature}: {detail}" if detail else feature)
        self.feature = feature
        self.detail = detail


class Renderer(Protocol):
    """Turns a complete PhoneDocument into the bytes that this vendor's phones expect.

    Pure: no database, clock, network or settings. Deterministic: same document, same bytes. Raises
    UnsupportedFeature from `render` itself, before the first chunk; never returns error text.
    """

    content_type: str

    def render(self, document: PhoneDocument) -> Iterator[bytes]:
        """Render the document in chunks."""
        ...
