from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, Site, Subscriber
from clients.scoping import TenantModel
from keys.enums import Level
from phones import catalogue

ORIGINS = {
    Level.OPERATOR: Q(client=None, site=None, subscriber=None),
    Level.CLIENT: Q(client__isnull=False, site=None, subscriber=None),
    Level.SITE: Q(client__isnull=False, site__isnull=False, subscriber=None),
    Level.SUBSCRIBER: Q(client__isnull=False, site=None, subscriber__isnull=False),
}


class PhoneProfile(TenantModel):
    """The settings of one level for the phones of one model: number of sidecars, and keys."""

    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    client = models.ForeignKey(
        Client,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="phone_profiles",
        verbose_name=_("client"),
    )
    site = models.ForeignKey(
        Site,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="phone_profiles",
        verbose_name=_("site"),
    )
    # The profiles and keys of a line are deleted with it.
    subscriber = models.ForeignKey(
        Subscriber,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="phone_profiles",
        verbose_name=_("line"),
    )
    model = models.CharField(_("model"), max_length=40, choices=catalogue.choices)
    # Null: the wider level decides.
    sidecars = models.PositiveSmallIntegerField(_("sidecars"), null=True, blank=True)
    # Incremented by each save, which must name the revision that it started from.
    revision = models.PositiveIntegerField(_("revision"), default=0)
    changed_at = models.DateTimeField(_("changed on"), default=timezone.now)
    changed_by = models.CharField(_("changed by"), max_length=310, blank=True)

    scope_paths = {
        "reseller": "client__reseller",
        "client": "client",
        "site": lambda scope: Q(site__in=scope.sites) | Q(subscriber__site__in=scope.sites),
        "subscriber": "subscriber",
    }

    class Meta:
        verbose_name = _("phone profile")
        verbose_name_plural = _("phone profiles")
        ordering = ["model", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *[Q(level=level) & owners for level, owners in ORIGINS.items()], _connector=Q.OR
                ),
                name="profile_owner_goes_with_its_level",
            ),
            models.UniqueConstraint(
                fields=["model"],
                condition=Q(level=Level.OPERATOR),
                name="profile_once_per_operator",
            ),
            models.UniqueConstraint(
                fields=["client", "model"],
                condition=Q(level=Level.CLIENT),
                name="profile_once_per_client",
            ),
            models.UniqueConstraint(fields=["site", "model"], name="profile_once_per_site"),
            models.UniqueConstraint(fields=["subscriber", "model"], name="profile_once_per_line"),
        ]

    def __str__(self) -> str:
        owner = self.subscriber or self.site or self.client or self.get_level_display()
        return f"{catalogue.get(self.model).label} – {owner}"


class Key(models.Model):
    """One key set by one level; a key without a row is inherited from the wider level."""

    profile = models.ForeignKey(
        PhoneProfile, models.CASCADE, related_name="keys", verbose_name=_("profile")
    )
    bank = models.CharField(_("key group"), max_length=20)
    position = models.PositiveSmallIntegerField(_("position"))
    function = models.CharField(_("function"), max_length=20)
    value = models.CharField(_("value"), max_length=255, blank=True)
    # The line it calls or watches. If the line ends, the key stays, and the next two columns keep
    # its number and name.
    person = models.ForeignKey(
        Subscriber,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    person_number = models.CharField(_("number of the person"), max_length=16, blank=True)
    person_name = models.CharField(_("name of the person"), max_length=200, blank=True)
    label = models.CharField(
        _("label"), max_length=40, blank=True, help_text=_("Leave empty to follow the directory.")
    )
    picks_up = models.BooleanField(_("picks up calls ringing there"), default=True)
    is_locked = models.BooleanField(pgettext_lazy("key", "locked"), default=False)
    lock_reason = models.CharField(_("reason for the lock"), max_length=100, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("phone", "key")
        verbose_name_plural = pgettext_lazy("phone", "keys")
        ordering = ["profile", "bank", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "bank", "position"], name="key_once_per_place"
            ),
            models.CheckConstraint(
                condition=Q(is_locked=False) | ~Q(lock_reason=""), name="key_lock_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.position} {self.function}"
