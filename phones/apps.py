from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PhonesConfig(AppConfig):
    name = "phones"
    verbose_name = _("Phones")

    def ready(self) -> None:
        from clients.services.job_kinds import register
        from phones import checks, receivers  # noqa: F401 - they register themselves, once models exist
        from phones.imports.runner import ImportRunner
        from phones.services.bulk_job import ActRunner

        register(ActRunner())
        register(ImportRunner())
