"""What was posted, not checked yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class KeyDraft:
    """One key as it is asked for.

    `person` is the primary key of a line; `ended` the number of one that has ended, of a key that
    is only moved.
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
    """What is to become of a layer: by the code of their place the keys that change, None for « as
    inherited ».

    `revision` is that of the layer one started from; `sidecars` None leaves their number to the
    wider level.
    """

    revision: int
    sidecars: int | None = None
    keys: Mapping[str, KeyDraft | None] = field(default_factory=dict)
