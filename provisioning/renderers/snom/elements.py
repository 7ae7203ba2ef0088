"""The few shapes that snom's XML is made of."""

from typing import Literal

from lxml import etree

# snom wiki, Setting_Files/XML/Flags. READ_ONLY: the user sees it, provisioning overwrites it.
# EDITABLE: the user may change it until the next provisioning. Never left out: what the phone then does is
# documented for text files only.
Perm = Literal["R", "RW"]
READ_ONLY: Perm = "R"
EDITABLE: Perm = "RW"


def setting(name: str, value: str, perm: Perm = READ_ONLY, idx: int | None = None) -> etree._Element:
    """One child of <phone-settings>."""
    element = etree.Element(name)
    if idx is not None:
        element.set("idx", str(idx))
    element.set("perm", perm)
    element.text = value
    return element
