import uuid
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Site, Subscriber
from clients.scoping import TenantModel
from clients.search import Searchable
from clients.text import validate_plain_text
from phones import catalogue
from phones.enums import Refusal, knock_words
from phones.mac import MacError, format_mac, parse_mac


def validate_mac(value: str) -> None:
    """Require twelve upper-case hex digits that are a device's address (phones.mac)."""
    try:
        if parse_mac(value) != value:
            raise ValidationError(_("Stored as twelve upper-case hexadecimal digits."))
    except MacError as error:
        raise ValidationError(str(error)) from None


class Phone(Searchable, TenantModel):
    """One device, known by its MAC address, of one client, on at most one line."""

    # The HTTP credentials derive from it: a MAC registered again after a deletion must not get the
    # old ones.
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mac = models.CharField(_("MAC address"), max_length=12, unique=True, validators=[validate_mac])
    description = models.CharField(
        _("description"), max_length=200, blank=True, validators=[validate_plain_text]
    )
    model = models.CharField(
        _("model"),
        max_length=40,
        blank=True,
        choices=catalogue.choices,
        help_text=_("Leave empty for “Automatic”: recognized at the first request."),
    )
    client = models.ForeignKey(
        Client, models.PROTECT, related_name="phones", verbose_name=_("client")
    )
    subscriber = models.ForeignKey(
        Subscriber,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="phones",
        verbose_name=_("line"),
    )
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="phones", verbose_name=_("site")
    )

    # The window, stored nowhere else. `authorized_from` null = from now on.
    authorized_from = models.DateTimeField(_("authorized from"), null=True, blank=True)
    authorized_until = models.DateTimeField(_("authorized until"), null=True, blank=True)
    window_opened_at = models.DateTimeField(null=True, editable=False)
    # When the end of the window was recorded, by the first worker to see it (compare-and-set).
    expiry_recorded_at = models.DateTimeField(null=True, editable=False)
    # First configuration pulled inside the current window.
    authenticated_at = models.DateTimeField(_("authenticated on"), null=True, editable=False)
    # First use of the credentials obtained in this window; the MAC alone is then no longer enough.
    credentials_seen_at = models.DateTimeField(
        _("credentials first used on"), null=True, editable=False
    )
    credential_generation = models.PositiveIntegerField(default=1, editable=False)
    # After « Renouveler les secrets »: the old HTTP credentials stay valid until the new ones are
    # first used.
    previous_generation = models.PositiveIntegerField(null=True, editable=False)
    # The first caller served inside the current window, and the first other caller (« servi à deux
    # adresses »).
    window_address = models.CharField(max_length=45, blank=True, editable=False)
    window_agent = models.CharField(max_length=40, blank=True, editable=False)
    doubled_at = models.DateTimeField(_("served at two addresses on"), null=True, editable=False)
    doubled_with = models.CharField(max_length=100, blank=True, editable=False)
    # Digest responses already accepted under the current nonces (provisioning.digest): none is
    # accepted twice.
    digest_used = models.TextField(blank=True, editable=False)

    # What the phone sent and received, written by provisioning.
    detected_model = models.CharField(
        _("detected model"), max_length=40, blank=True, editable=False
    )
    detected_token = models.CharField(max_length=40, blank=True, editable=False)
    firmware = models.CharField(_("firmware"), max_length=40, blank=True, editable=False)
    last_address = models.CharField(_("last address"), max_length=45, blank=True, editable=False)
    served_at = models.DateTimeField(_("last served"), null=True, editable=False)
    # Address of that fetch: only a refusal from there counts as the phone's own. "" if unknown.
    served_address = models.CharField(
        _("address last served"), max_length=45, blank=True, editable=False
    )
    served_digest = models.CharField(
        _("content hash of the document last served"), max_length=64, blank=True, editable=False
    )
    # Hash of the current document, rendered ahead (provisioning.services.publishing); "" until the
    # phone was served once.
    published_digest = models.CharField(max_length=64, blank=True, editable=False)
    # Whether the last document served makes the phone poll by itself (phones.polling).
    comes_back = models.BooleanField(default=False, editable=False)
    # Since when that is other than what it got last.
    changed_at = models.DateTimeField(_("changes pending since"), null=True, editable=False)
    refused_at = models.DateTimeField(_("last refused"), null=True, editable=False)
    refused_since = models.DateTimeField(null=True, editable=False)
    refused_count = models.PositiveIntegerField(
        _("refusals since it was last served"), default=0, editable=False
    )
    refused_reason = models.CharField(
        _("reason for the refusal"),
        max_length=30,
        blank=True,
        choices=Refusal.choices,
        editable=False,
    )
    # For a phone of a terminated client: when somebody dismissed its refusals for good.
    dismissed_at = models.DateTimeField(null=True, editable=False)
    # Refusals from elsewhere, until acknowledged. Not a state: anybody can send a MAC.
    knocked_at = models.DateTimeField(_("last request from elsewhere"), null=True, editable=False)
    knocked_since = models.DateTimeField(null=True, editable=False)
    knocked_count = models.PositiveIntegerField(
        _("refusals from elsewhere"), default=0, editable=False
    )
    knocked_reason = models.CharField(
        _("reason for the refusal from elsewhere"),
        max_length=30,
        blank=True,
        choices=Refusal.choices,
        editable=False,
    )
    knocked_address = models.CharField(
        _("address of the refused request"), max_length=45, blank=True, editable=False
    )

    # Token of the registration form, so that a double click does not register twice.
    form_token = models.UUIDField(null=True, unique=True, editable=False)
    created_at = models.DateTimeField(_("registered on"), auto_now_add=True)

    scope_paths = {
        "reseller": "client__reseller",
        "client": "client",
        # The phone's own site counts only while it has no line.
        "site": lambda scope: (
            Q(subscriber__site__in=scope.sites) | Q(subscriber=None, site__in=scope.sites)
        ),
        "subscriber": "subscriber",
    }

    class Meta:
        verbose_name = _("phone")
        verbose_name_plural = _("phones")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(subscriber__isnull=False)
                | Q(authorized_from=None, authorized_until=None),
                name="phone_window_needs_a_line",
                violation_error_message=_("Assign a line first."),
            ),
            models.CheckConstraint(
                condition=Q(authorized_from=None)
                | Q(authorized_until__gt=models.F("authorized_from")),
                name="phone_window_ends_after_its_start",
            ),
        ]
        indexes = [
            models.Index(
                fields=["authorized_until"],
                condition=Q(expiry_recorded_at=None, authorized_until__isnull=False),
                name="phone_windows_to_record",
            ),
            # Few phones need attention, and every page counts them: partial indexes avoid reading
            # all phones.
            models.Index(
                fields=["client"], condition=Q(refused_at__isnull=False), name="phones_refused"
            ),
            models.Index(
                fields=["client", "authorized_until"],
                condition=Q(refused_at=None, authenticated_at=None, authorized_until__isnull=False),
                name="phones_awaited",
            ),
            models.Index(
                fields=["client"], condition=Q(doubled_at__isnull=False), name="phones_doubled"
            ),
            models.Index(
                fields=["client"], condition=Q(knocked_at__isnull=False), name="phones_knocked"
            ),
            models.Index(
                fields=["client"],
                condition=Q(model__gt="", detected_model__gt="")
                & ~Q(model=models.F("detected_model")),
                name="phones_of_another_model",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(authenticated_at=None),
                name="phones_that_never_came",
            ),
            models.Index(fields=["-created_at", "-id"], name="phones_newest_first"),
        ]

    def __str__(self) -> str:
        return format_mac(self.mac)

    def clean(self) -> None:
        if self.subscriber is not None and self.subscriber.client_id != self.client_id:
            raise ValidationError({"subscriber": _("This number is not a line of this client.")})

    def search_parts(self) -> Iterable[str]:
        return [format_mac(self.mac), self.mac, self.description, self.model_label, self.firmware]

    @property
    def effective_model(self) -> str:
        """The code of the detected model, else of the declared one, else ""."""
        return self.model if self._is_one_of_the_seen() else self.detected_model or self.model

    @property
    def model_label(self) -> str:
        """ "snom 710", "snom 715 / snom D715" if the phone does not tell them apart, "-" until
        known.
        """
        if self.detected_token and not self.model and self.seen_label:
            return self.seen_label
        return catalogue.get(self.effective_model).label if self.effective_model else "-"

    @property
    def seen_label(self) -> str:
        """The detected model's label, or all labels that share its User-Agent; "" until known."""
        labels = [entry.label for entry in catalogue.by_user_agent(self.detected_token)]
        if not labels and self.detected_model:
            labels = [catalogue.get(self.detected_model).label]
        return " / ".join(labels)

    @property
    def number(self) -> str:
        """The number of the phone's line, as stored; "" without a line."""
        return self.subscriber.number if self.subscriber is not None else ""

    @property
    def place(self) -> Site | None:
        """The line's site, or the phone's own while it has no line; needs `subscriber__site` and
        `site` loaded.
        """
        return self.subscriber.site if self.subscriber is not None else self.site

    @property
    def knocked_reason_words(self) -> str:
        """Why the last request from elsewhere was refused; "" if there was none."""
        return knock_words(self.knocked_reason) if self.knocked_reason else ""

    @property
    def is_in_service(self) -> bool:
        """Whether the phone got its configuration, so has credentials that a new window would
        revoke.
        """
        return self.authenticated_at is not None

    @property
    def has_changes(self) -> bool:
        """Whether the published document differs from the one last served."""
        return (
            bool(self.served_digest and self.published_digest)
            and self.published_digest != self.served_digest
        )

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the phone's place."""
        return self.place.zone if self.place is not None else ZoneInfo("Europe/Paris")

    @property
    def contradicts_declaration(self) -> bool:
        """Whether the detected model differs from the declared one."""
        if not self.model or not self.detected_model or self.model == self.detected_model:
            return False
        return not self._is_one_of_the_seen()

    def _is_one_of_the_seen(self) -> bool:
        """Whether the declared model is one of those that share this phone's User-Agent token
        (snom715: 715, D715).
        """
        return self.model in {entry.code for entry in catalogue.by_user_agent(self.detected_token)}
