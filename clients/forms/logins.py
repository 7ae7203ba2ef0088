from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import User
from clients.numbers import NumberError, parse_number
from clients.scoping import scope_for
from metacentrex.turns import Busy, turn
from metacentrex.ui.forms import HouseFormHelper

BUSY = _("Many people are logging in at this moment: try again in a second.")


class DoorForm(AuthenticationForm):
    """A login form for staff or for subscribers. Others get the same error as a wrong password."""

    for_subscribers: bool
    is_busy = False  # no password was checked: try again

    def clean(self) -> dict[str, Any]:
        try:
            with turn("password"):
                return super().clean()
        except Busy:
            self.is_busy = True
            raise ValidationError(BUSY, "busy") from None

    def confirm_login_allowed(self, user: User) -> None:
        if user.is_subscriber is not self.for_subscribers:
            raise self.get_invalid_login_error()
        super().confirm_login_allowed(user)
        try:
            scope_for(user)
        except PermissionDenied:  # a locked account, a terminated client
            raise ValidationError(self.error_messages["inactive"], "inactive") from None
        if user.has_expired_password(timezone.now()):
            raise ValidationError(
                _("This one-time password has expired. Ask whoever gave it to you for a new one."),
                "expired",
            )


class LoginForm(DoorForm):
    """« Authentification » of the extranet: Login, Mot de passe, Valider."""

    for_subscribers = False
    error_messages = {
        "invalid_login": _("Wrong login or password. Check the capital letters."),
        "inactive": _("This login is closed."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Login")
        # Django only writes the length into the page; on PostgreSQL, a longer login would crash the
        # throttle.
        self.fields["username"].validators.append(
            MaxLengthValidator(self.username_field.max_length)
        )
        self.fields["password"].label = _("Password")
        self.helper = HouseFormHelper(submit=_("Log in"), saves=False, required_note=False)


class PortalLoginForm(DoorForm):
    """« Veuillez ouvrir une session ci-dessous. »: Numéro, Mot de passe, Se souvenir de moi."""

    for_subscribers = True
    error_messages = {
        "invalid_login": _("Wrong number or password. Check both."),
        "inactive": _("This login is closed."),
    }
    remember = forms.BooleanField(label=_("Remember me"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = self.fields["username"]
        number.label = _("Number")
        number.validators.append(MaxLengthValidator(self.username_field.max_length))
        number.widget.attrs |= {"inputmode": "tel", "autocomplete": "username"}
        self.fields["password"].label = _("Password")
        self.helper = HouseFormHelper(submit=_("Log in"), saves=False, required_note=False)

    def clean_username(self) -> str:
        """Normalize the number, so that all its spellings are throttled as one login."""
        typed: str = self.cleaned_data["username"]
        try:
            return parse_number(typed)
        except NumberError:
            return typed
