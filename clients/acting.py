"""Acting on behalf of someone else, and the banner that says so."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext

from clients.models import Client, Subscriber
from clients.numbers import national


@dataclass(frozen=True)
class Acting:
    """The role acted in ("provider": reseller or operator), on whose behalf, and the way back."""

    role: Literal["provider", "administrator"]
    whom: str
    back_url: str

    @property
    def role_words(self) -> str:
        return gettext("provider") if self.role == "provider" else gettext("administrator")


def whom_of(client: Client, line: Subscriber | None) -> str:
    """« Accueil St_Avertin, 0970716830 », or the group."""
    return f"{line.name}, {national(line.number)}" if line is not None else client.group_name
