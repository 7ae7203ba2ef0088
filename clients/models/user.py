from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.enums import Language, Role, Theme
from clients.models.reseller import Reseller
from clients.models.subscriber import Subscriber
from clients.text import validate_plain_text


class UserManager(BaseUserManager["User"]):
    """Manager of logins; clients.services create them, and `createsuperuser` for an operator."""

    def create_superuser(self, login: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(login=login, role=Role.OPERATOR, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A login of the operator's or a reseller's staff, or of a line, whose number it then is."""

    login = models.CharField(
        _("login"), max_length=100, unique=True, validators=[validate_plain_text]
    )
    # Empty for a subscriber: the line has the name.
    name = models.CharField(_("name"), max_length=200, validators=[validate_plain_text])
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    reseller = models.ForeignKey(
        Reseller,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("reseller"),
    )
    # The login of a line ends with it (clients.services.subscribers.end_subscriber).
    subscriber = models.OneToOneField(
        Subscriber,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="login",
        verbose_name=_("line"),
    )
    must_change_password = models.BooleanField(_("must choose a password"), default=False)
    one_time_until = models.DateTimeField(
        _("one-time password valid until"), null=True, blank=True, editable=False
    )
    # By the user; told at the next login.
    password_changed_at = models.DateTimeField(null=True, editable=False)
    password_notice_due = models.BooleanField(default=False, editable=False)  # by e-mail
    is_active = models.BooleanField(_("active"), default=True)
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    language = models.CharField(
        _("language"), max_length=5, choices=Language.choices, default=Language.FRENCH
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    wants_summary = models.BooleanField(
        _("receives the daily summary by e-mail"),
        default=False,
        help_text=_("Only on days when there is something to do."),
    )
    summary_sent_on = models.DateField(null=True, editable=False)
    created_at = models.DateTimeField(_("created on"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("login")
        verbose_name_plural = _("logins")
        ordering = ["login"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=[Role.OPERATOR, Role.SUBSCRIBER], reseller=None)
                | models.Q(role=Role.RESELLER, reseller__isnull=False),
                name="user_reseller_goes_with_its_role",
                violation_error_message=_(
                    "Reseller staff must have a reseller; an operator must not."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.SUBSCRIBER, subscriber__isnull=False)
                | models.Q(role__in=[Role.OPERATOR, Role.RESELLER], subscriber=None),
                name="user_line_goes_with_its_role",
            ),
        ]

    def clean(self) -> None:
        """Keep logins that look like a number for lines."""
        super().clean()
        if self.role != Role.SUBSCRIBER and self.login.startswith("+"):
            raise ValidationError({"login": _("A login cannot begin with “+”: line numbers do.")})

    def __str__(self) -> str:
        return self.subscriber.name if self.subscriber is not None else self.name or self.login

    def set_password(self, raw_password: str | None) -> None:
        """Also ends a one-time password; whoever gives one says so afterwards."""
        super().set_password(raw_password)
        self.must_change_password, self.one_time_until = False, None

    def has_expired_password(self, now: datetime) -> bool:
        """Whether the password is a one-time password that was not used in time."""
        return (
            self.must_change_password
            and self.one_time_until is not None
            and self.one_time_until <= now
        )

    @property
    def is_operator(self) -> bool:
        return self.role == Role.OPERATOR

    @property
    def is_subscriber(self) -> bool:
        """Whether this is the login of a line, which opens only the portal."""
        return self.role == Role.SUBSCRIBER

    # Used by Django admin, which is all for the operator and for nobody else.
    @property
    def is_staff(self) -> bool:
        return self.is_active and self.is_operator

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff
