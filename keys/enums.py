from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Level(models.TextChoices):
    """The level that sets keys, the widest first; a narrower level wins unless a wider one locked
    the key.
    """

    OPERATOR = "operator", _("Operator")
    CLIENT = "client", pgettext_lazy("level", "Client")
    SITE = "site", pgettext_lazy("level", "Site")
    SUBSCRIBER = "subscriber", pgettext_lazy("level", "User")
