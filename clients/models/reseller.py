from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.scoping import TenantModel
from clients.text import validate_plain_text


class Reseller(TenantModel):
    """A company that sells to clients."""

    name = models.CharField(
        _("name"), max_length=200, unique=True, validators=[validate_plain_text]
    )
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)

    scope_paths = {"reseller": "pk"}

    class Meta:
        verbose_name = _("reseller")
        verbose_name_plural = _("resellers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
