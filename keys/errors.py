"""Errors that stop a layout from being saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from metacentrex.errors import DomainError

if TYPE_CHECKING:
    from keys.models import PhoneProfile


@dataclass(frozen=True)
class KeyProblem:
    """A problem with one key: the code of its place ("side-3"), the field, a message."""

    place: str
    field: str
    message: str | Promise


class LayoutRefused(DomainError):
    """Nothing was saved, because of these keys."""

    code = "keys-refused"

    def __init__(self, problems: Sequence[KeyProblem]) -> None:
        words = ngettext(
            "%(count)s key is wrong; nothing was saved.",
            "%(count)s keys are wrong; nothing was saved.",
            len(problems),
        )
        super().__init__(words % {"count": len(problems)})
        self.problems = tuple(problems)


class LayoutMoved(DomainError):
    """Somebody saved this layout meanwhile; `profile` is the current one."""

    code = "layout-moved"

    def __init__(self, profile: "PhoneProfile | None") -> None:
        super().__init__(_("Someone changed these keys in the meantime; nothing was saved."))
        self.profile = profile


class OwnerGone(DomainError):
    code = "owner-gone"

    def __init__(self) -> None:
        super().__init__(_("This line ended in the meantime; nothing was saved."))


class SidecarNotSupported(DomainError):
    code = "sidecar-not-supported"

    def __init__(self, model: str) -> None:
        words = _("The %(model)s takes no sidecar: it has no port for one.")
        super().__init__(words % {"model": model}, field="sidecars")


class TooManySidecars(DomainError):
    code = "too-many-sidecars"

    def __init__(self, maximum: int) -> None:
        words = ngettext(
            "At most %(maximum)s sidecar on this phone.",
            "At most %(maximum)s sidecars on this phone.",
            maximum,
        )
        super().__init__(words % {"maximum": maximum}, field="sidecars")
