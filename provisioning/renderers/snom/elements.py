"""Common elements of snom's XML."""

from lxml import etree

from phones.catalogue.schema import Perm

# snom wiki, Setting_Files/XML/Flags; always sent, because the default is documented for text files
# only. The user may change an editable setting, until the next provisioning.
EDITABLE: Perm = "RW"


def setting(name: str, value: str, perm: Perm, idx: int | None = None) -> etree._Element:
    """Build one child of <phone-settings>."""
    element = etree.Element(name)
    if idx is not None:
        element.set("idx", str(idx))
    element.set("perm", perm)
    element.text = value
    return element
