import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, call_command
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.models import Heartbeat, Installation
from clients.services.audit import PLATFORM, record
from clients.services.installation import mark_of_database, renew_mark, take_mark
from clients.services.installation_keys import check_keys, note_keys, take_http_key
from clients.services.job_upkeep import stop_all
from metacentrex import renewals
from metacentrex.renewals import Renewals
from metacentrex.start import CannotServe
from phones.models import Phone
from phones.services import restoration


class Command(BaseCommand):
    """Bind a database to this machine: clear what must not come back from a restored one, or join
    a live one.
    """

    help = str(
        gettext_lazy(
            "Tell this machine whether its database was restored from a backup or is the "
            "live one. See docs/operations.md."
        )
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "--live", action="store_true", help=_("the live database, served by other machines too")
        )
        what.add_argument(
            "--backup",
            action="store_true",
            help=_("restored database: close windows, revoke what was renewed since the backup"),
        )
        what.add_argument(
            "--new-http-key",
            action="store_true",
            help=_("METACENTREX_HTTP_KEY was changed on purpose: every phone is re-authorized"),
        )
        parser.add_argument(
            "--renewals",
            nargs="+",
            action="extend",
            default=[],
            type=Path,
            metavar="FILE",
            help=_("with --backup: the renewals.log of every machine that served this database"),
        )
        parser.add_argument(
            "--close-everything",
            action="store_true",
            help=_(
                "with --backup: no renewals.log is left, so every phone has to be re-authorized"
            ),
        )
        parser.add_argument(
            "--yes",
            action="store_true",
            help=_("with --close-everything or --new-http-key: do not ask"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse what is not safe, do the work, and only then write the mark needed to serve."""
        if not options["backup"] and (options["renewals"] or options["close_everything"]):
            raise CommandError(_("--renewals and --close-everything go with --backup."))
        call_command("migrate", verbosity=0, interactive=False)
        if options["new_http_key"]:
            self._take_http_key(ask=not options["yes"])
            return
        try:
            check_keys()
        except CannotServe as error:
            raise CommandError(str(error)) from error
        own = self._read([renewals.path()] if renewals.path().exists() else [])
        if options["live"]:
            self._join(own)
        else:
            self._adopt(own, options)

    def _take_http_key(self, *, ask: bool) -> None:
        if ask:
            confirm()
        take_http_key()
        self.stdout.write(_("MetaCentrex can start."))

    def _read(self, files: list[Path]) -> Renewals:
        try:
            return renewals.read(files)
        except (renewals.UnreadableRenewals, OSError) as error:
            raise CommandError(
                _("The record of renewals cannot be read: %(place)s.") % {"place": error}
            ) from error

    def _join(self, own: Renewals) -> None:
        if count := len(restoration.forgotten(own.generations)):
            words = ngettext(
                "This is not the live database: this machine remembers newer credentials for "
                "%(count)s phone.",
                "This is not the live database: this machine remembers newer credentials for "
                "%(count)s phones.",
                count,
            )
            raise CommandError(words % {"count": count})
        take_mark()
        note_keys()
        self.stdout.write(_("This machine now serves this database."))

    def _adopt(self, own: Renewals, options: dict[str, Any]) -> None:
        known = self._known(own, options["renewals"], everything=options["close_everything"])
        if options["close_everything"] and not options["yes"]:
            confirm()
        self._say_how_old(known)
        now = timezone.now()
        closed = restoration.close_windows(now)
        cut_short = restoration.forget_previous_credentials()
        revoked = self._revoke(known, now, everything=options["close_everything"])
        done = {
            "windows_closed": len(closed),
            "renewals_ended": len(cut_short),
            "phones_revoked": len(revoked),
            "phones_to_reopen": restoration.to_reopen(closed, cut_short, revoked),
            "jobs_stopped": stop_all(now),
            "sessions_ended": restoration.end_sessions(),
        }
        renew_mark()
        note_keys()
        record(
            "installation.adopted", Installation.objects.get(), actor=PLATFORM, after=done, at=now
        )
        self._report(done)

    def _revoke(self, known: Renewals, now: datetime, *, everything: bool) -> list[Phone]:
        if everything:
            return restoration.revoke_all(known.generations, now)
        return restoration.revoke(restoration.forgotten(known.generations), known.generations, now)

    def _known(self, own: Renewals, files: list[Path], *, everything: bool) -> Renewals:
        """The renewals recorded for this database. All given files must be about this database.
        One record, given or own, is needed unless everything is to be closed.
        """
        mark = mark_of_database()
        for file in files:
            if mark not in self._read([file]).marks:
                raise CommandError(_("%(file)s is not about this database.") % {"file": file})
        given = self._read(files)
        if not everything and mark not in given.marks | own.marks:
            raise CommandError(
                _(
                    "Nothing shows which phones have had their credentials renewed since this "
                    "backup. Give the renewals.log of the machines that served it (--renewals), "
                    "or have every phone re-authorized (--close-everything)."
                )
            )
        return self._read([*files, *([renewals.path()] if renewals.path().exists() else [])])

    def _say_how_old(self, known: Renewals) -> None:
        """Print both dates: a renewals.log that ends before the backup is useless."""
        sign = Heartbeat.objects.order_by("-at").first()
        values = {
            "backup": f"{sign.at:%Y-%m-%dT%H:%M:%SZ}" if sign else "?",
            "renewals": known.last or "-",
        }
        words = _("Last activity in this backup: %(backup)s. Last recorded renewal: %(renewals)s.")
        self.stdout.write(words % values)

    def _report(self, done: dict[str, int]) -> None:
        lines = [
            _("Windows closed: %(count)s") % {"count": done["windows_closed"]},
            _("Renewals in progress interrupted: %(count)s") % {"count": done["renewals_ended"]},
            _("Phones whose credentials were revoked: %(count)s")
            % {"count": done["phones_revoked"]},
            _("Phones to re-authorize: %(count)s") % {"count": done["phones_to_reopen"]},
            _("Jobs stopped: %(count)s") % {"count": done["jobs_stopped"]},
            _("Sessions ended: %(count)s") % {"count": done["sessions_ended"]},
            _("MetaCentrex can start."),
        ]
        self.stdout.write("\n".join(lines))


def confirm() -> None:
    """Say how many phones must be re-authorized, and go on only after an explicit yes."""
    count = Phone.unscoped.count()  # unscoped: of the whole installation
    question = _("Every phone has to be re-authorized: %(count)s. Type yes to continue: ") % {
        "count": count
    }
    if not sys.stdin.isatty():
        raise CommandError(question + _("(or give --yes)"))
    if input(question).strip().lower() not in {"yes", "oui"}:
        raise CommandError(_("Nothing has been changed."))
