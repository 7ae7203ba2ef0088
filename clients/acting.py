"""Who acts for someone else, and the banner that says so."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext

from clients.models import Client, Subscriber
from clients.numbers import national


@dataclass(frozen=True)
class Acting:
    """Who someone acts as ("provider": reseller or operator), who for, and the way back."""

    role: Literal["provider", "administrator"]
    whom: str
    back_url: str

    @property
    def role_words(self) -> str:
        return gettext("provider") if self.role == "provider" else gettext("administrator")


def whom_of(client: Client, line: Subscriber | None) -> str:
    """« Accueil St_Avertin, 0970716830 », or the group."""
    return f"{line.name}, {national(line.number)}" if line is not None else client.group_name
