import uuid
from datetime import time

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.enums import RegistrationExpiry, SipServerType, WindowPolicy
from clients.text import validate_plain_text
from clients.validators import validate_host_names, validate_pickup_code, validate_plain_host
from metacentrex.crypto import EncryptedTextField


class PlatformSettings(models.Model):
    """The operator's own settings: one row, because one installation is one operator."""

    operator_name = models.CharField(
        _("operator"), max_length=100, default="MetaCentrex", validators=[validate_plain_text]
    )
    one_time_password_hours = models.PositiveSmallIntegerField(
        _("a one-time password is valid for, in hours"),
        default=48,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
        help_text=_("Until then its user logs in with it, and chooses another."),
    )
    window_hours = models.PositiveSmallIntegerField(
        _("length of a window, in hours"),
        default=48,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
    )
    maximum_window_days = models.PositiveSmallIntegerField(
        _("latest end of a window, in days"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
    )
    window_policy = models.CharField(
        _("access by MAC address alone inside a window"),
        max_length=15,
        choices=WindowPolicy.choices,
        default=WindowPolicy.WINDOW,
    )
    release_after_days = models.PositiveSmallIntegerField(
        _("days after which an unused MAC address can be released"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_(
            "The operator releases the addresses of phones that never fetched; those of "
            "terminated clients are released automatically."
        ),
    )
    voicemail_number = models.CharField(
        _("voicemail number"),
        max_length=32,
        blank=True,
        validators=[validate_plain_text],
        help_text=_(
            "Dialled by the message key. If empty, the key asks the platform for the "
            "line's mailbox."
        ),
    )
    pickup_code = models.CharField(
        _("pick-up code"),
        max_length=10,
        default="*8",
        validators=[validate_pickup_code],
        help_text=_("Dialled by a supervision key to pick up a call ringing there."),
    )
    url_hosts = models.TextField(
        _("hosts that keys may contact"),
        blank=True,
        max_length=5000,
        validators=[validate_host_names],
        help_text=_("One host name per line. If empty, no key may request a web address."),
    )

    # Settings that every phone gets, whatever its line (phones/catalogue/data/vendors).
    ntp_server = models.CharField(
        _("time server"),
        max_length=253,
        default="pool.ntp.org",
        blank=True,
        validators=[validate_plain_host],
        help_text=_(
            "Where phones get the time. If empty, they ask the server that the client's "
            "network announces, if any."
        ),
    )
    polling_from = models.TimeField(
        _("phones fetch again from"),
        default=time(1),
        help_text=_("In the time zone of their site. Each phone picks its own time of night."),
    )
    polling_until = models.TimeField(
        _("phones fetch again until"),
        default=time(4),
        help_text=_("Phones on firmware 8 fetch within a day of their last fetch, at any hour."),
    )
    authenticates_notify = models.BooleanField(
        _("a remote reload or restart needs the line's password"),
        default=True,
        help_text=_(
            "Untick this if the platform cannot answer the phone's challenge: otherwise "
            "it cannot reload any phone."
        ),
    )
    registration_expiry = models.PositiveIntegerField(
        _("phones register again after"),
        choices=RegistrationExpiry.choices,
        default=RegistrationExpiry.HOUR,
    )
    sip_server_type = models.CharField(
        _("kind of SIP platform"),
        max_length=12,
        choices=SipServerType.choices,
        default=SipServerType.DEFAULT,
        help_text=_("Its effect on the phone is unconfirmed: try it on one phone first."),
    )
    says_user_phone = models.BooleanField(
        _("addresses marked as telephone numbers"),
        default=False,
        help_text=_(
            "“user=phone” in SIP addresses, for platforms that recognize telephone numbers by it."
        ),
    )
    matches_user_name = models.BooleanField(
        _("calls are matched by the line's number alone"),
        default=False,
        help_text=_("For platforms that call an address other than the one the phone registered."),
    )

    class Meta:
        verbose_name = _("platform settings")
        verbose_name_plural = _("platform settings")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="platform_settings_one_row")
        ]

    def __str__(self) -> str:
        return self.operator_name

    def clean(self) -> None:
        if (
            self.window_hours
            and self.maximum_window_days
            and self.window_hours > self.maximum_window_days * 24
        ):
            raise ValidationError(
                {"window_hours": _("Must not run past the latest end of a window.")}
            )
        if self.polling_from and self.polling_until and self.polling_from >= self.polling_until:
            raise ValidationError(
                {"polling_until": _("Must be later than the start time, on the same night.")}
            )

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """The hosts allowed in the URL of a key, in lower case."""
        return frozenset(self.url_hosts.lower().split())

    @classmethod
    def current(cls) -> "PlatformSettings":
        """The row, or the defaults if none is saved."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class Installation(models.Model):
    """The mark shared with a data directory, so that a restored or moved database is detected."""

    mark = models.UUIDField(_("identifier"), default=uuid.uuid4, editable=False)
    # Proofs of the keys (clients.services.installation_keys).
    http_key_print = models.CharField(max_length=32, blank=True, editable=False)
    field_key_proof = EncryptedTextField(blank=True, editable=False)
    has_field_proof = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installations")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="installation_one_row")
        ]

    def __str__(self) -> str:
        return str(self.mark)


class Heartbeat(models.Model):
    """When a background process last reported that it is alive."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("background service")
        verbose_name_plural = _("background services")

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


class Licence(models.Model):
    """The licence of a line, which takes effect on the SIP platform and is only recorded here."""

    name = models.CharField(
        _("name"), max_length=100, unique=True, validators=[validate_plain_text]
    )

    class Meta:
        verbose_name = _("licence")
        verbose_name_plural = _("licences")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class BarringClass(models.Model):
    """An international restriction offered by the operator; `code` is its platform number."""

    code = models.PositiveSmallIntegerField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=100, validators=[validate_plain_text])

    class Meta:
        verbose_name = _("international restriction")
        verbose_name_plural = _("international restrictions")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
