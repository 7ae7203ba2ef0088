from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.utils.translation import gettext_lazy

from metacentrex.management.commands.up import collect_static, refuse_what_is_wrong
from metacentrex.signals import database_prepared
from metacentrex.start import CONFIGURATION, CannotServe, refuse_foreign_database


class Command(BaseCommand):
    """Update the database and the static files: before the first start, and at each upgrade."""

    help = str(
        gettext_lazy(
            "Apply the migrations, link a new database to this machine and collect the static "
            "files."
        )
    )
    requires_system_checks: list[str] = []  # run by handle, which reports all problems clearly

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the checks, migrate, refuse a foreign database, then finish the preparation."""
        refuse_what_is_wrong()
        call_command("migrate", verbosity=0, interactive=False)
        database_prepared.send(sender=None)
        try:
            refuse_foreign_database()
        except CannotServe as error:
            raise CommandError(str(error), returncode=CONFIGURATION) from error
        if settings.METACENTREX_EMBEDDED:
            call_command("demo", initial=True, stdout=self.stdout)
        collect_static()
