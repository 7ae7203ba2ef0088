from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PhonesConfig(AppConfig):
    name = "phones"
    verbose_name = _("Phones")

    def ready(self) -> None:
        from clients.audit_words import name_kinds
        from clients.services.job_kinds import register
        from phones import checks, receivers  # noqa: F401 - they register themselves, once models exist
        from phones.audit_words import WORDS
        from phones.imports.runner import ImportRunner
        from phones.services.bulk_job import ActRunner

        name_kinds(WORDS)
        register(ActRunner())
        register(ImportRunner())
