from axes.apps import AppConfig as AxesConfig
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MetaCentrexConfig(AppConfig):
    """The plumbing: commands, system checks and translations."""

    name = "metacentrex"
    verbose_name = "MetaCentrex"

    def ready(self) -> None:
        """Register the system checks."""
        from metacentrex import checks  # noqa: F401 - importing registers


class LoginAttemptsConfig(AxesConfig):
    """django-axes, named for what the operator finds there."""

    verbose_name = _("Login attempts")
