from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.enums import Language, Theme
from clients.forms.logins import BUSY
from clients.models import User
from clients.services.logins import OwnChoices
from metacentrex.turns import Busy, turn
from metacentrex.ui.forms import HouseFormHelper


class LanguageSelect(forms.Select):
    """Language choices marked with `lang`, so that a screen reader pronounces each correctly."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["lang"] = str(value)
        return option


class MyAccountForm(forms.Form):
    """« Mon compte »: a user's own choices."""

    language = forms.ChoiceField(
        label=_("Language"), choices=Language.choices, widget=LanguageSelect
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=User._meta.get_field("email").max_length,
        help_text=_("For the daily summary, and to tell you when your password was changed."),
    )
    wants_summary = forms.BooleanField(
        label=_("Receive the daily summary by e-mail"),
        required=False,
        help_text=_("In the morning, on days when there is something to do."),
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        names = ("language", "theme", "email", "wants_summary")
        super().__init__(data, initial={name: getattr(user, name) for name in names})
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        self.helper = HouseFormHelper(submit=_("Save"), action=reverse("extranet:my-account"))

    def clean_email(self) -> str:
        """An address that mail can be sent to: some valid-looking domains have no ASCII form."""
        email: str = self.cleaned_data["email"]
        try:
            if email:
                sanitize_address(email, "utf-8")
        except ValueError as error:
            raise ValidationError(validate_email.message, code="invalid") from error
        return email

    def choices(self) -> OwnChoices:
        """The choices made in the valid form."""
        return OwnChoices(**self.cleaned_data)


class MyPasswordForm(PasswordChangeForm):
    """Changes the user's own password, given the old one."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": _(
            "That is not your current password. Enter your current password again."
        ),
        "password_mismatch": _("The two new passwords do not match. Type the same one twice."),
        "password_unchanged": _(
            "This is your current password. Choose another: the person who gave it to you knows it."
        ),
    }

    def clean(self) -> dict[str, Any]:
        """Refuse to keep the old password: if it was given out, someone else knows it."""
        data = super().clean() or self.cleaned_data
        if data.get("new_password1") and data["new_password1"] == data.get("old_password"):
            self.add_error(
                "new_password1",
                ValidationError(self.error_messages["password_unchanged"], "unchanged"),
            )
        return data

    def clean_old_password(self) -> str:
        """Check the password as a login does: failures are counted, throttled and recorded."""
        old: str = self.cleaned_data["old_password"]
        try:
            with turn("password"):
                user = authenticate(self.request, username=self.user.get_username(), password=old)
        except Busy:
            raise ValidationError(BUSY, "busy") from None
        if user is None:
            raise ValidationError(
                self.error_messages["password_incorrect"], code="password_incorrect"
            )
        return old

    def __init__(self, *args: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["old_password"].label = _("Current password")
        # this is the second form of its page
        self.fields["old_password"].widget.attrs.pop("autofocus", None)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = _(
            "At least 12 characters; not a common word, not only digits."
        )
        self.fields["new_password2"].label = _("New password, again")
        self.fields["new_password2"].help_text = ""
        self.helper = HouseFormHelper(
            submit=_("Change the password"),
            action=reverse("extranet:my-password"),
            icon="key",
            # alone on its page until a password of one's own is chosen
            look="primary" if self.user.must_change_password else "secondary",
        )


class PortalPasswordForm(MyPasswordForm):
    """The password form of the portal, alone on its page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = HouseFormHelper(submit=_("Change the password"), icon="key")
