from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.scoping import TenantModel
from clients.text import validate_plain_text
from clients.validators import SITE_TIME_ZONES


class Site(TenantModel):
    """A place or department of a client: « Site » in the extranet, « Département » in /bg/."""

    client = models.ForeignKey(
        Client, models.PROTECT, related_name="sites", verbose_name=_("client")
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    name = models.CharField(_("name"), max_length=100, validators=[validate_plain_text])
    is_main = models.BooleanField(_("main site"), default=False, editable=False)
    time_zone = models.CharField(
        _("time zone"), max_length=40, choices=SITE_TIME_ZONES, default="Europe/Paris"
    )

    scope_paths = {
        "reseller": "client__reseller",
        "client": "client",
        "site": lambda scope: models.Q(pk__in=scope.sites),
        "subscriber": "subscribers",
    }

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["-is_main", "name"]
        constraints = [
            models.UniqueConstraint(fields=["client", "name"], name="site_name_once_per_client"),
            models.UniqueConstraint(
                fields=["client"], condition=models.Q(is_main=True), name="site_one_main_per_client"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
