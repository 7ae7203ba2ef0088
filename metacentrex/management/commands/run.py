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
    requires_system_checks: list[str] = []  # run by handle, which reports all problems clearly

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", choices=["web", "worker", "beat"])
        parser.add_argument("--processes", type=int, help="of the web server or the worker")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the checks, then replace this process with the server."""
        refuse_to_start()
        os.umask(0o077)  # the data directory is private
        command = command_of(options["role"], options["processes"])
        os.execv(command[0], command)  # noqa: S606 - no shell, the command is ours


def refuse_to_start() -> None:
    """Raise CommandError if the process must not start: status CONFIGURATION if somebody has to
    act, 1 if waiting may help.
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
            _("The database does not answer: %(reason)s") % {"reason": reason}
        ) from error


def command_of(role: str, processes: int | None) -> list[str]:
    """The command line of one role."""
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
    # Separate processes for tasks: time limits work, and a task that kills its process affects no
    # other.
    return [
        *celery,
        *["-P", "prefork", "--concurrency", str(processes or WORKER_PROCESSES)],
        *["--without-gossip", "--without-mingle", "--without-heartbeat"],
    ]
