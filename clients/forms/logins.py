from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from metacentrex.ui.forms import HouseFormHelper


class LoginForm(AuthenticationForm):
    """« Authentification » of the extranet: Login, Mot de passe, Valider."""

    error_messages = {
        "invalid_login": _("This login and this password do not go together. Check capital letters."),
        "inactive": _("This login is closed."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Login")
        # Django writes the length into the page only; the throttle's column is bounded, on PostgreSQL with a crash.
        self.fields["username"].validators.append(MaxLengthValidator(self.username_field.max_length))
        self.fields["password"].label = _("Password")
        self.helper = HouseFormHelper(submit=_("Log in"), saves=False, required_note=False)
