from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvisioningConfig(AppConfig):
    name = "provisioning"
    verbose_name = _("Provisioning")

    def ready(self) -> None:
        from clients.audit_words import name_kinds
        from provisioning import receivers  # noqa: F401 - they register themselves, once models exist

        name_kinds(
            {
                "demo.scaled": _("Demo data created"),
                "provisioning.unknown_macs": _("Many unknown MAC addresses from one IP address"),
            }
        )
