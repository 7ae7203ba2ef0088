"""Data shared by the documents of one client's phones, loaded once for many of them."""

from functools import cached_property

from clients.models import PlatformSettings
from keys.queries import Profiles
from provisioning.assembly.directory import Colleagues


class Shared:
    """Shared data, loaded at first use: the caller must have read `wanted` before."""

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
