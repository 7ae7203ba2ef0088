"""The few shapes that snom's XML is made of."""

from lxml import etree

from phones.catalogue.schema import Perm

# snom wiki, Setting_Files/XML/Flags; never left out, because what the phone then does is documented
# for text files only. The user may change what is editable, until the next provisioning.
EDITABLE: Perm = "RW"


def setting(name: str, value: str, perm: Perm, idx: int | None = None) -> etree._Element:
    """One child of <phone-settings>."""
    element = etree.Element(name)
    if idx is not None:
        element.set("idx", str(idx))
    element.set("perm", perm)
    element.text = value
    return element
