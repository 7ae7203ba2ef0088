"""Posted keys and layouts, not checked yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class KeyDraft:
    """One requested key.

    `person` is the pk of a line. `ended` is the number of an ended line, for a key that is only
    moved.
    """

    function: str = "none"
    value: str = ""
    person: int | None = None
    ended: str = ""
    label: str = ""
    picks_up: bool = True
    is_locked: bool = False
    reason: str = ""


@dataclass(frozen=True)
class LayoutDraft:
    """The requested changes of a layer: changed keys by the code of their place, None to inherit.

    `revision` is that of the layer that was edited; `sidecars` None leaves their number to the
    wider level.
    """

    revision: int
    sidecars: int | None = None
    keys: Mapping[str, KeyDraft | None] = field(default_factory=dict)
