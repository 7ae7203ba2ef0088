from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Level(models.TextChoices):
    """Who arranged something, the widest first: the narrower wins, unless the
    wider one locked it.
    """

    OPERATOR = "operator", _("Operator")
    CLIENT = "client", pgettext_lazy("level", "Client")
    SITE = "site", pgettext_lazy("level", "Site")
    SUBSCRIBER = "subscriber", pgettext_lazy("level", "User")
