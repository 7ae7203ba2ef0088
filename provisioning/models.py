from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from phones.enums import Refusal
from phones.models import Phone


class FetchOutcome(models.TextChoices):
    SERVED = "served", _("Served")
    NOT_MODIFIED = "not-modified", _("Unchanged")
    # a 401 the phone answered with good credentials
    CHALLENGED = (
        "challenged",
        _("Authentication request"),
    )
    LOOKED = "looked", _("Checked")  # HEAD: allowed, and nothing was pulled
    REFUSED = "refused", _("Refused")


class Fetch(models.Model):
    """A line of the journal: a phone's request, its address, what it reported, and the result."""

    # The history of a phone is deleted with it; a resold MAC starts without any.
    phone = models.ForeignKey(
        Phone, models.CASCADE, null=True, related_name="fetches", verbose_name=_("phone")
    )
    client = models.ForeignKey(
        Client, models.CASCADE, null=True, related_name="+", verbose_name=_("client")
    )
    mac = models.CharField(_("MAC address"), max_length=12)
    at = models.DateTimeField(_("time"))
    address = models.CharField(_("address"), max_length=45)
    user_agent = models.CharField(_("user agent"), max_length=200, blank=True)
    model = models.CharField(_("model"), max_length=40, blank=True)
    firmware = models.CharField(_("firmware"), max_length=40, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=FetchOutcome.choices)
    reason = models.CharField(_("reason"), max_length=30, choices=Refusal.choices, blank=True)
    with_credentials = models.BooleanField(_("with credentials"), default=False)
    size = models.PositiveIntegerField(_("size, in bytes"), default=0)

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("request log")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["phone", "-at"], name="fetch_of_phone"),
            models.Index(fields=["at"], condition=models.Q(phone=None), name="fetch_of_nobody"),
        ]

    def __str__(self) -> str:
        return f"{self.mac} {self.outcome}"


class ServedDocument(models.Model):
    """The last document that a phone received, secrets masked: to show changes, never to serve it
    again.
    """

    phone = models.OneToOneField(
        Phone, models.CASCADE, related_name="served_document", verbose_name=_("phone")
    )
    digest = models.CharField(
        _("content hash"), max_length=64
    )  # of the bytes served, secrets and all
    at = models.DateTimeField(_("time"))
    model = models.CharField(_("model"), max_length=40)
    body = models.TextField(_("document"))

    class Meta:
        verbose_name = _("document last served")
        verbose_name_plural = _("documents last served")

    def __str__(self) -> str:
        return f"{self.phone_id} {self.digest[:12]}"


class PublishedDocument(models.Model):
    """The current document of a phone, rendered ahead and encrypted; does not decide whether to
    serve it.

    Fresh if `rendered` equals `wanted`, and edition, model and firmware match. Its digest is on the
    phone's row.
    """

    phone = models.OneToOneField(
        Phone, models.CASCADE, related_name="published_document", verbose_name=_("phone")
    )
    model = models.CharField(_("model"), max_length=40, blank=True)
    firmware = models.CharField(_("firmware"), max_length=40, blank=True)
    edition = models.CharField(_("edition"), max_length=64, blank=True, db_index=True)
    wanted = models.PositiveBigIntegerField(default=1)  # incremented by each change
    rendered = models.PositiveBigIntegerField(default=0)  # `wanted` when the data was read
    # last: the other columns are read without it
    body = models.BinaryField(_("document"), default=b"")

    class Meta:
        verbose_name = _("document rendered ahead")
        verbose_name_plural = _("documents rendered ahead")
        indexes = [
            models.Index(
                fields=["phone"],
                condition=models.Q(rendered__lt=models.F("wanted")),
                name="published_to_render",
            )
        ]

    def __str__(self) -> str:
        return f"{self.phone_id} {self.rendered}/{self.wanted}"


class UnknownCaller(models.Model):
    """How many unknown MACs one address asked for within one hour."""

    address = models.CharField(_("address"), max_length=45)
    hour = models.DateTimeField(_("hour"))
    count = models.PositiveIntegerField(_("requests"), default=0)

    class Meta:
        verbose_name = _("unknown requester")
        verbose_name_plural = _("unknown requesters")
        ordering = ["-hour", "-count"]
        constraints = [
            models.UniqueConstraint(fields=["address", "hour"], name="unknown_caller_once_per_hour")
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.hour:%Y-%m-%d %H}h"
