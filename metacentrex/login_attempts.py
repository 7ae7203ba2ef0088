"""The AppConfig of django-axes, with a name that operators understand.

Not in apps.py: with several AppConfigs there, Django would use none of them, and so register no
system check.
"""

from axes.apps import AppConfig as AxesConfig
from django.utils.translation import gettext_lazy as _


class LoginAttemptsConfig(AxesConfig):
    """django-axes under another name."""

    verbose_name = _("Login attempts")
