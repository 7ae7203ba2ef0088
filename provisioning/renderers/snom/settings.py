"""<phone-settings>: the catalogue's settings, with the values of the document."""

from collections.abc import Iterator

from lxml import etree

from phones.catalogue import VendorSetting
from provisioning.document import PhoneDocument
from provisioning.renderers.snom.elements import setting
from provisioning.renderers.snom.values import LINE, PHONE, snom


def settings(document: PhoneDocument) -> Iterator[etree._Element]:
    """Every setting of the phone, then of each identity of the model."""
    told = snom().settings_for(document.firmware)
    for entry in told:
        if not entry.per_line and (not entry.needs or getattr(document.model, entry.needs)):
            yield from _of_phone(entry, document)
    of_lines = [entry for entry in told if entry.per_line]
    for idx in range(1, document.model.identities + 1):
        for entry in of_lines:
            yield from _of_line(entry, document, idx)


def _of_phone(entry: VendorSetting, document: PhoneDocument) -> Iterator[etree._Element]:
    value = PHONE[entry.name](document) if entry.value is None else entry.value
    if value is not None:
        yield setting(entry.name, value, entry.perm)


def _of_line(entry: VendorSetting, document: PhoneDocument, idx: int) -> Iterator[etree._Element]:
    """The element for one identity; an unused identity only gets what clears its former account."""
    value = entry.unused
    if idx <= len(document.identities):
        value = entry.value
        if value is None:
            of_line = LINE.get(entry.name)
            value = (
                of_line(document.identities[idx - 1]) if of_line else PHONE[entry.name](document)
            )
    if value is not None:
        yield setting(entry.name, value, entry.perm, idx)
