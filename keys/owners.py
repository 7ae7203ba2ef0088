"""Owners of keys: the operator, a client, a site or a line."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from clients.models import Client, PlatformSettings, Site, Subscriber
from keys.enums import Level


@dataclass(frozen=True)
class Owner:
    """One level and its row; `client` is None for the operator only. Needs the line's site and
    client loaded.
    """

    level: Level
    client: Client | None = None
    site: Site | None = None
    line: Subscriber | None = None

    @classmethod
    def operator(cls) -> "Owner":
        return cls(Level.OPERATOR)

    @classmethod
    def of_client(cls, client: Client) -> "Owner":
        return cls(Level.CLIENT, client)

    @classmethod
    def of_site(cls, site: Site) -> "Owner":
        return cls(Level.SITE, site.client, site)

    @classmethod
    def of_line(cls, line: Subscriber) -> "Owner":
        return cls(Level.SUBSCRIBER, line.client, line=line)

    @property
    def columns(self) -> dict[str, Any]:
        """The columns that identify the owner's profiles."""
        return {
            "level": self.level,
            "client": self.client,
            "site": self.site,
            "subscriber": self.line,
        }

    @property
    def target(self) -> Model:
        """The target of audit events."""
        return self.line or self.site or self.client or PlatformSettings.current()
