import errno
import fcntl
import hashlib
import http.client
import io
import logging
import os
import socket
import sys
import time
from argparse import ArgumentParser
from importlib.metadata import version
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.checks import ERROR, run_checks
from django.core.management import BaseCommand, CommandError, call_command
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metacentrex.checks import TAG
from metacentrex.start import CONFIGURATION
from metacentrex.supervisor import Child, Supervisor

WEB_WORKERS = 2
QUIET_WORKER = ["--without-gossip", "--without-mingle", "--without-heartbeat"]

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Start MetaCentrex: prepare the data, then keep the web server and the worker running."""

    help = str(
        gettext_lazy("Prepare the database and run the web server and the worker until Ctrl-C.")
    )
    requires_system_checks: list[str] = []  # run by handle, which reports all problems clearly

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the option for the number of workers."""
        parser.add_argument("--workers", type=int, default=WEB_WORKERS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the checks, prepare, then run the servers."""
        refuse_what_is_wrong()
        os.umask(0o077)  # the data directory is private
        with open_lock() as lock:
            take_lock(lock)
            refuse_taken_port()
            call_command("prepare", stdout=self.stdout)
            log_warnings()
            if not self.supervise(options["workers"]):
                raise CommandError(
                    _("The web server keeps stopping; the log says why."), returncode=1
                )
            self.stdout.write(_("MetaCentrex has stopped."))

    def supervise(self, workers: int) -> bool:
        """Run the process tree, and print the URL once it answers."""
        answered = False

        def announce() -> None:
            nonlocal answered
            if not answered and answers():
                answered = True
                url = settings.METACENTREX_PUBLIC_URL
                self.stdout.write(
                    _("MetaCentrex is running at %(url)s (Ctrl-C stops it).") % {"url": url}
                )
                self.stdout.flush()

        return Supervisor([web(workers), worker(), beat()], on_tick=announce).run()


def refuse_what_is_wrong() -> None:
    """Run every system check, those for a deployment too in production; an error stops the
    start.
    """
    messages = run_checks(include_deployment_checks=not settings.METACENTREX_EMBEDDED)
    serious = [message for message in messages if message.is_serious(ERROR)]
    if serious:
        lines = [
            f"{message.id}: {message.msg}" + (f" {message.hint}" if message.hint else "")
            for message in serious
        ]
        raise CommandError(
            "\n".join([_("MetaCentrex cannot start:"), *lines]), returncode=CONFIGURATION
        )


def log_warnings() -> None:
    """Log what our checks warn of, once it is sure that the start goes on."""
    for message in run_checks(tags=[TAG]):
        logger.warning("check_warning id=%s text=%s", message.id, message.msg)


def open_lock() -> io.TextIOWrapper:
    """Open the lock file. Raises CommandError if the directory cannot be written."""
    try:
        settings.METACENTREX_HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
        return (settings.METACENTREX_HOME / "up.lock").open("a+")
    except OSError as error:
        raise CommandError(
            _("The data directory %(home)s is not writable: %(reason)s.")
            % {"home": settings.METACENTREX_HOME, "reason": error.strerror}
        ) from error


def take_lock(lock: io.TextIOWrapper) -> None:
    """Lock the data directory, since two process trees would run everything twice. Raises
    CommandError.
    """
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        message = _("MetaCentrex is already running on the data directory %(home)s.")
        raise CommandError(message % {"home": settings.METACENTREX_HOME}, returncode=1) from error


def refuse_taken_port() -> None:
    """Raise CommandError with a short message if the port is taken, instead of the server's long
    one.
    """
    host, port = settings.METACENTREX_HOST, settings.METACENTREX_PORT
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                message = _(
                    "Port %(port)s is already taken: choose another one with METACENTREX_PORT."
                )
            else:
                message = _("MetaCentrex cannot listen on %(host)s, port %(port)s: %(reason)s.")
            values = {"host": host, "port": port, "reason": error.strerror}
            raise CommandError(message % values, returncode=1) from error


def collect_static() -> None:
    """Collect, hash and compress the static files, unless already done for the same sources."""
    stamp = settings.METACENTREX_HOME / "static.stamp"
    signature = static_signature()
    if stamp.exists() and stamp.read_text() == signature and Path(settings.STATIC_ROOT).is_dir():
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(signature)


def static_signature() -> str:
    """A hash of the source files' names, sizes and times, and of the versions that process them."""
    digest = hashlib.sha256(
        " ".join([django.__version__, version("whitenoise"), str(settings.STATIC_ROOT)]).encode()
    )
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def web(workers: int) -> Child:
    """The web server process: WSGI, one blocking thread per worker (measured fastest)."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"]
    command += ["--workers", str(workers), "--blocking-threads", "1"]
    command += [
        "--respawn-failed-workers",
        "--respawn-interval",
        "0.2",
        "--workers-kill-timeout",
        "8",
    ]
    command += ["--no-access-log", "--log-level", "error"]
    # A request line and headers larger than that are refused before Python sees them.
    command += ["--http1-buffer-size", "65536", "--http1-header-read-timeout", "10000"]
    command += ["--host", settings.METACENTREX_HOST, "--port", str(settings.METACENTREX_PORT)]
    command += ["metacentrex.wsgi:application"]
    return Child("web", command, vital=True)


def worker() -> Child:
    """Describe the worker: one process is faster than several on this broker."""
    return Child("worker", celery("worker", "-P", "solo", *QUIET_WORKER))


def beat() -> Child:
    """Describe the scheduler, which wakes the worker."""
    schedule = settings.METACENTREX_HOME / "celerybeat-schedule"
    return Child("beat", celery("beat", "-s", str(schedule), "--pidfile", ""))


def celery(role: str, *options: str) -> list[str]:
    """The command of one Celery process."""
    start = [sys.executable, "-m", "celery", "--quiet", "-A", "metacentrex", role]
    return [*start, "--loglevel", "warning", *options]


_last_try = 0.0


def answers() -> bool:
    """Whether the web server responds, with any status. Tried at most four times a second."""
    global _last_try  # noqa: PLW0603
    if time.monotonic() - _last_try < 0.25:
        return False
    _last_try = time.monotonic()
    loopback = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
    host = loopback.get(settings.METACENTREX_HOST, settings.METACENTREX_HOST)
    connection = http.client.HTTPConnection(host, settings.METACENTREX_PORT, timeout=1)
    try:
        connection.request(
            "HEAD", settings.STATIC_URL + "css/tokens.css", headers={"Host": "localhost"}
        )
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


os.environ.setdefault("PYTHONUNBUFFERED", "1")  # show the children's output at once
