"""django-axes as an app of ours.

Not in apps.py: Django would find several AppConfigs there, use none of them, and so register no
system check.
"""

from axes.apps import AppConfig as AxesConfig
from django.utils.translation import gettext_lazy as _


class LoginAttemptsConfig(AxesConfig):
    """django-axes, named for what the operator finds there."""

    verbose_name = _("Login attempts")
