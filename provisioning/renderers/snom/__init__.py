"""snom: one XML file with settings, keys and directory (snom wiki, Desk Phone
Configuration Files).
"""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass

from lxml import etree

from clients.text import xml_text_ok
from provisioning.document import PhoneDocument
from provisioning.renderers.base import UnsupportedFeature
from provisioning.renderers.snom.directory import check_directory, directory
from provisioning.renderers.snom.keys import check_keys, keys
from provisioning.renderers.snom.settings import settings
from provisioning.renderers.snom.values import check_locale

CHUNK = 8 * 1024
# With double quotes, like all other generators and snom itself; lxml writes single ones.
DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'

Elements = Callable[[PhoneDocument], Iterator[etree._Element]]

# e="2": the phone decodes character references beyond 255, in case anything on the way writes
# them.
SECTIONS: tuple[tuple[str, dict[str, str], Elements], ...] = (
    ("phone-settings", {"e": "2"}, settings),
    ("functionKeys", {"e": "2"}, keys),
    # complete: the only way to delete an entry from a phone.
    ("tbook", {"e": "2", "complete": "true"}, directory),
)


class SnomRenderer:
    """Renders for every snom desk phone of the catalogue."""

    content_type = "text/xml; charset=utf-8"

    def render(self, document: PhoneDocument) -> Iterator[bytes]:
        """Render the <settings> file in chunks. Any error is raised before the first chunk."""
        _check(document)
        return _stream(document)


class _Chunks:
    """A buffer for lxml to write to, emptied chunk by chunk."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> None:
        self._parts.append(data)
        self.size += len(data)

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        self.size = 0
        return taken


def _stream(document: PhoneDocument) -> Iterator[bytes]:
    chunks = _Chunks()
    chunks.write(DECLARATION)
    with etree.xmlfile(chunks, encoding="utf-8", buffered=False) as file, file.element("settings"):
        for name, attributes, elements in SECTIONS:
            file.write("\n")
            with file.element(name, attributes):
                file.write("\n")
                for element in elements(document):
                    file.write(element, pretty_print=True)
                    if chunks.size >= CHUNK:
                        yield chunks.take()
        file.write("\n")
    yield chunks.take()


def _check(document: PhoneDocument) -> None:
    if not document.identities:
        raise UnsupportedFeature("identities", "a phone without any")
    if len(document.identities) > document.model.identities:
        raise UnsupportedFeature("identities", f"at most {document.model.identities}")
    check_locale(document)
    check_keys(document)
    check_directory(document)
    if not all(xml_text_ok(text) for text in _texts(document)):
        # The text is not in the message: it may be a secret, and messages are logged.
        raise UnsupportedFeature("text", "a character that XML cannot hold")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
