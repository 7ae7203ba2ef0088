from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Subscriber
from clients.scoping import TenantModel
from metacentrex.crypto import EncryptedTextField
from phones.models.phone import Phone


class SipCredential(TenantModel):
    """The SIP account of one phone on one line; deleting it does not cut off the line's other
    phones.
    """

    # At most one row per phone: it leaves its line before it joins another.
    phone = models.OneToOneField(
        Phone, models.CASCADE, related_name="sip_credential", verbose_name=_("phone")
    )
    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, related_name="sip_credentials", verbose_name=_("line")
    )
    auth_name = models.CharField(_("authentication name"), max_length=40, unique=True)
    password = EncryptedTextField(_("password"))
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)

    scope_paths = {"reseller": "phone__client__reseller"}

    class Meta:
        verbose_name = _("SIP account")
        verbose_name_plural = _("SIP accounts")

    def __str__(self) -> str:
        return self.auth_name
