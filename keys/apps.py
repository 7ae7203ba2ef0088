from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KeysConfig(AppConfig):
    name = "keys"
    verbose_name = _("Keys")

    def ready(self) -> None:
        from clients.audit_words import name_kinds
        from keys import receivers  # noqa: F401 - they register themselves, once models exist

        name_kinds({"keys.changed": _("Keys changed")})
