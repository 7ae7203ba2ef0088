import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from clients.numbers import national
from metacentrex.errors import DomainError
from phones.mac import format_mac
from phones.models import Phone
from phones.states import state_of
from provisioning import demo, demo_scale
from provisioning.demo_scale import Scale

FILE = "demo-logins.txt"

DOORS = {"subscriber": "/connexion/"}  # subscribers use the portal


class Command(BaseCommand):
    """Create the guide's data; if run again, keep the data and set new passwords."""

    help = "Make the demo data of the commissioning guide (embedded mode only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="print one JSON object and nothing else"
        )
        parser.add_argument(
            "--initial", action="store_true", help="only where there is no client yet"
        )
        parser.add_argument(
            "--scale", type=int, metavar="CLIENTS", help="and as many invented clients beside it"
        )
        parser.add_argument(
            "--lines", type=int, default=50, help="lines of each invented client (50)"
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="another number invents other people (1)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.METACENTREX_EMBEDDED:
            raise CommandError(
                _("Demo data can only be created in embedded mode (SQLite, loopback).")
            )
        if options["initial"] and Client.unscoped.exists():  # unscoped: of the whole installation
            return
        demo.make()
        if options["scale"] is not None:
            self._scale(
                Scale(options["scale"], options["lines"], options["seed"]), quiet=options["json"]
            )
        logins = [
            login
            | {"url": settings.METACENTREX_PUBLIC_URL + DOORS.get(login["role"], "/extranet/")}
            for login in demo.passwords()
        ]
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {"logins": logins, "phones": list(map(_phone, _phones()))}, ensure_ascii=False
                )
            )
        else:
            self._show(logins)

    def _scale(self, scale: Scale, *, quiet: bool) -> None:
        if demo_scale.is_made():
            said = _("The demo clients already exist: nothing was added.")
        else:
            try:
                demo_scale.make(scale)
            except DomainError as error:
                raise CommandError(str(error)) from None
            said = _("Created %(clients)s clients with %(lines)s lines and phones each.") % asdict(
                scale
            )
        if not quiet:
            self.stdout.write(said)

    def _show(self, logins: list[dict[str, str]]) -> None:
        """Print the logins on a terminal, else write them to a file readable by its owner alone."""
        text = "\n".join(
            f"{login['role']:<10} {login['login']:<18} {login['password']}  {login['url']}"
            for login in logins
        )
        if sys.stdout.isatty():
            self.stdout.write(text)
            return
        path = Path(settings.METACENTREX_HOME) / FILE
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{text}\n")
        self.stdout.write(_("Demo logins written to %(path)s.") % {"path": path})


def _phones() -> list[Phone]:
    # unscoped: of the demo
    rows = Phone.unscoped.select_related("client", "subscriber__site", "site")
    return list(rows.order_by("mac"))


def _phone(phone: Phone) -> dict[str, str]:
    number = national(phone.number)
    return {
        "mac": format_mac(phone.mac),
        "number": number,
        "model": phone.model_label,
        "state": state_of(phone, timezone.now()).code,
    }
