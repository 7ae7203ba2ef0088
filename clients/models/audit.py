from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.user import User


class AuditEvent(models.Model):
    """One action, by which real login, with values before and after: no secrets, never changed."""

    at = models.DateTimeField(_("time"), db_index=True)
    kind = models.CharField(_("kind"), max_length=40, db_index=True)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("login")
    )
    actor_label = models.CharField(_("by"), max_length=310)
    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("client")
    )
    object_type = models.CharField(_("object type"), max_length=30)
    object_id = models.CharField(_("object id"), max_length=40)
    object_label = models.CharField(_("object"), max_length=300)
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict, blank=True)
    correlator = models.CharField(_("correlator"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["object_type", "object_id", "-at"], name="audit_of_object")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("audit events are written once")
        super().save(*args, **kwargs)
