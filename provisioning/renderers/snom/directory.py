"""<tbook>: the phone's directory, replaced as a whole by each fetch."""

from collections.abc import Iterator

from lxml import etree

from provisioning.document import Contact, PhoneDocument
from provisioning.renderers.base import UnsupportedFeature


def check_directory(document: PhoneDocument) -> None:
    """Raise UnsupportedFeature for more entries than the phone can store."""
    if len(document.directory) > document.model.directory_entries:
        raise UnsupportedFeature("directory", f"at most {document.model.directory_entries} entries")


def directory(document: PhoneDocument) -> Iterator[etree._Element]:
    """The children of <tbook>, in the document's order."""
    for index, contact in enumerate(document.directory):
        yield _item(index, contact)


def _item(index: int, contact: Contact) -> etree._Element:
    # Dialled from the active identity. No type: types change ringing and filtering, which nobody
    # here configured.
    item = etree.Element("item", context="active", type="none", index=str(index))
    etree.SubElement(item, "name").text = contact.name
    etree.SubElement(item, "number").text = contact.number
    return item
