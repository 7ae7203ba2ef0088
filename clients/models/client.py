from collections.abc import Iterable

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.enums import ClientStatus, Srtp, Transport, WindowPolicy
from clients.models.reseller import Reseller
from clients.scoping import TenantModel
from clients.search import Searchable
from clients.text import validate_plain_text
from clients.validators import validate_host, validate_pickup_code, validate_siret

validate_reference = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,19}\Z", _("Only letters, digits, “-” and “_”, at most 20.")
)


class Client(Searchable, TenantModel):
    """A company, which is one business group on the SIP platform."""

    reseller = models.ForeignKey(
        Reseller, models.PROTECT, related_name="clients", verbose_name=_("reseller")
    )
    reference = models.CharField(
        _("reference"), max_length=20, unique=True, validators=[validate_reference]
    )
    legal_name = models.CharField(
        _("company name"), max_length=200, validators=[validate_plain_text]
    )
    group_name = models.CharField(
        _("business group"), max_length=100, validators=[validate_plain_text]
    )
    siret = models.CharField(
        _("SIRET number"), max_length=14, blank=True, validators=[validate_siret]
    )
    address = models.CharField(
        _("address"), max_length=200, blank=True, validators=[validate_plain_text]
    )
    postal_code = models.CharField(
        _("postcode"), max_length=10, blank=True, validators=[validate_plain_text]
    )
    city = models.CharField(_("city"), max_length=100, blank=True, validators=[validate_plain_text])
    status = models.CharField(
        _("status"), max_length=10, choices=ClientStatus.choices, default=ClientStatus.ACTIVE
    )
    sip_domain = models.CharField(_("SIP domain"), max_length=253, validators=[validate_host])
    outbound_proxy = models.CharField(
        _("outbound proxy"), max_length=260, blank=True, validators=[validate_host]
    )
    transport = models.CharField(
        _("transport"), max_length=3, choices=Transport.choices, default=Transport.UDP
    )
    srtp = models.CharField(
        _("encrypted audio (SRTP)"),
        max_length=10,
        choices=Srtp.choices,
        blank=True,
        help_text=_("Leave empty to follow the transport: always with TLS, never without."),
    )
    window_policy = models.CharField(
        _("access by MAC address alone inside a window"),
        max_length=15,
        choices=WindowPolicy.choices,
        blank=True,
        help_text=_("Leave empty to use the operator’s setting for all clients."),
    )
    pickup_code = models.CharField(
        _("pick-up code"),
        max_length=10,
        blank=True,
        validators=[validate_pickup_code],
        help_text=_("Leave empty to use the operator’s setting for all clients."),
    )
    created_at = models.DateTimeField(_("created on"), default=timezone.now)
    terminated_at = models.DateTimeField(_("terminated on"), null=True, blank=True, editable=False)

    scope_paths = {
        "reseller": "reseller",
        "client": "pk",
        "site": lambda scope: models.Q(sites=scope.pk),
        "subscriber": "subscribers",
    }

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["reference"]

    def __str__(self) -> str:
        return f"{self.legal_name} [{self.reference}]"

    def search_parts(self) -> Iterable[str]:
        return [
            self.legal_name,
            self.reference,
            self.group_name,
            self.siret,
            self.address,
            self.postal_code,
            self.city,
        ]

    @property
    def effective_srtp(self) -> str:
        """SRTP as set, else mandatory with TLS, which protects its keys, and off without."""
        return self.srtp or (Srtp.MANDATORY if self.transport == Transport.TLS else Srtp.OFF)

    @property
    def is_active(self) -> bool:
        return self.status == ClientStatus.ACTIVE
