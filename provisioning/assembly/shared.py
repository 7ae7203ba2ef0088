"""What the documents of one client's phones have in common, read once for many of them."""

from functools import cached_property

from clients.models import PlatformSettings
from keys.queries import Profiles
from provisioning.assembly.directory import Colleagues


class Shared:
    """Read at first use: by then the caller must know which changes it has seen."""

    def __init__(self, client_id: int) -> None:
        self._client_id = client_id

    @cached_property
    def platform(self) -> PlatformSettings:
        return PlatformSettings.current()

    @cached_property
    def profiles(self) -> Profiles:
        return Profiles(self._client_id)

    @cached_property
    def colleagues(self) -> Colleagues:
        return Colleagues(self._client_id)
