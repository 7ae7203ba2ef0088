import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import Error
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metacentrex.logs import redact
from metacentrex.management.commands.up import WEB_WORKERS, refuse_what_is_wrong, web
from metacentrex.start import (
    CONFIGURATION,
    CannotServe,
    count_missing_migrations,
    refuse_foreign_database,
)

WORKER_PROCESSES = 2


class Command(BaseCommand):
    """Run one process of MetaCentrex under an init system that keeps it alive (deploy/systemd)."""

    help = str(
        gettext_lazy(
            "Run the web server, the worker or the scheduler; run “manage.py prepare” first."
        )
    )
    requires_system_checks: list[str] = []  # run here, so that every problem is said in words

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", choices=["web", "worker", "beat"])
        parser.add_argument("--processes", type=int, help="of the web server or the worker")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse what is wrong, then be replaced by the server itself."""
        refuse_to_start()
        os.umask(0o077)  # what is in the data directory is nobody else's business
        command = command_of(options["role"], options["processes"])
        os.execv(command[0], command)  # noqa: S606 - no shell, the command is ours


def refuse_to_start() -> None:
    """CommandError with the status CONFIGURATION where only somebody's act helps, with 1 where
    waiting may.
    """
    try:
        refuse_what_is_wrong()
        if count_missing_migrations():
            raise CommandError(
                _("The database is not prepared: run “manage.py prepare”."), returncode=1
            )
        refuse_foreign_database()
    except CannotServe as error:
        raise CommandError(str(error), returncode=CONFIGURATION) from error
    except Error as error:
        reason = redact(str(error).strip())
        raise CommandError(
            _("The database is not responding: %(reason)s") % {"reason": reason}
        ) from error


def command_of(role: str, processes: int | None) -> list[str]:
    """The command of one role."""
    if role == "web":
        return list(web(processes or WEB_WORKERS).command)
    celery = [
        sys.executable,
        "-m",
        "celery",
        "--quiet",
        "-A",
        "metacentrex",
        role,
        "--loglevel",
        "warning",
    ]
    if role == "beat":
        schedule = settings.METACENTREX_HOME / "celerybeat-schedule"
        return [*celery, "-s", str(schedule), "--pidfile", ""]
    # Processes of its own for the tasks: time limits hold, and a task that ends its process ends no
    # other.
    return [
        *celery,
        *["-P", "prefork", "--concurrency", str(processes or WORKER_PROCESSES)],
        *["--without-gossip", "--without-mingle", "--without-heartbeat"],
    ]
