import os
from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import Error
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metacentrex.logs import redact
from metacentrex.management.commands.up import (
    QUIET_WORKER,
    WEB_WORKERS,
    beat,
    celery,
    log_warnings,
    refuse_what_is_wrong,
    web,
)
from metacentrex.start import (
    CONFIGURATION,
    CannotServe,
    count_missing_migrations,
    refuse_foreign_database,
)
from metacentrex.supervisor import Child, Supervisor

WORKER_PROCESSES = 2
GRACE = {"web": 10.0, "worker": 320.0, "beat": 10.0}  # seconds; the longest task may take 300


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
        """Refuse what is wrong, then keep the server running. When it ends, so does this process:
        the init system starts both again.
        """
        refuse_to_start()
        log_warnings()
        os.umask(0o077)  # what is in the data directory is nobody else's business
        child = child_of(options["role"], options["processes"])
        if not Supervisor([child], grace=GRACE[options["role"]]).run():
            status = CONFIGURATION if child.status == CONFIGURATION else 1
            raise CommandError(
                _("The process keeps stopping; the log says why."), returncode=status
            )


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
            _("The database is not responding: %(reason)s") % {"reason": reason}
        ) from error


def child_of(role: str, processes: int | None) -> Child:
    """The process tree of one role. All of them are vital: what keeps ending is for the init system
    to see.
    """
    if role == "web":
        return web(processes or WEB_WORKERS)
    if role == "beat":
        return replace(beat(), vital=True)
    # Processes of its own for the tasks: time limits hold, and a task that ends its process ends no
    # other.
    pool = ["-P", "prefork", "--concurrency", str(processes or WORKER_PROCESSES)]
    return Child("worker", celery("worker", *pool, *QUIET_WORKER), vital=True)
