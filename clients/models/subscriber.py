from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.enums import SubscriberStatus
from clients.models.client import Client
from clients.models.platform import BarringClass, Licence
from clients.models.site import Site
from clients.numbers import national
from clients.scoping import TenantModel
from clients.search import Searchable
from clients.text import validate_plain_text
from metacentrex.crypto import EncryptedTextField


class Subscriber(Searchable, TenantModel):
    """A person's line. Its number (the SDA) is unique on the platform, its extension in the client.
    A line that ended with its client keeps its number only for the record.
    """

    client = models.ForeignKey(
        Client, models.PROTECT, related_name="subscribers", verbose_name=_("client")
    )
    site = models.ForeignKey(
        Site, models.PROTECT, related_name="subscribers", verbose_name=_("site")
    )
    number = models.CharField(
        _("number"),
        max_length=16,
        db_index=True,
        help_text=_("As dialled in France; stored as E.164."),
    )
    # Null, not "": many lines may have none, but no two may have the same.
    extension = models.CharField(_("extension"), max_length=7, null=True, blank=True)  # noqa: DJ001
    name = models.CharField(_("name"), max_length=200, validators=[validate_plain_text])
    licence = models.ForeignKey(
        Licence, models.PROTECT, null=True, blank=True, verbose_name=_("licence")
    )
    presented_number = models.CharField(_("number to present"), max_length=16, blank=True)
    barring = models.ForeignKey(
        BarringClass,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("international restriction"),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=SubscriberStatus.choices,
        default=SubscriberStatus.ACTIVE,
    )
    is_locked = models.BooleanField(
        _("account locked"),
        default=False,
        help_text=_("Closes the portal to this person; the line keeps working."),
    )
    is_administrator = models.BooleanField(_("administrator"), default=False)
    administered_site = models.ForeignKey(
        Site,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="administrators",
        verbose_name=_("administered site"),
        help_text=_("Leave empty for the whole client."),
    )
    # If the SIP platform imposes one account per line, all phones of the line use it unchanged.
    platform_auth_name = models.CharField(
        _("account assigned by the platform"),
        max_length=100,
        blank=True,
        validators=[validate_plain_text],
    )
    platform_password = EncryptedTextField(_("password of this account"), blank=True, default="")
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True, editable=False)

    scope_paths = {
        "reseller": "client__reseller",
        "client": "client",
        "site": lambda scope: models.Q(site__in=scope.sites),
        "subscriber": "pk",
    }

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=models.Q(ended_at=None),
                name="subscriber_number_once",
                violation_error_message=_("This number is already a line on the platform."),
            ),
            models.UniqueConstraint(
                fields=["client", "extension"], name="subscriber_extension_once_per_client"
            ),
        ]

    def __str__(self) -> str:
        return f"{national(self.number)} – {self.name}"

    def search_parts(self) -> Iterable[str]:
        return [
            self.name,
            national(self.number),
            self.number,
            self.extension or "",
            self.site.name,
            str(self.licence or ""),
        ]
