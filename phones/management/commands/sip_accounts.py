import csv
import os
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.core.management import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.enums import ClientStatus, SubscriberStatus
from clients.models import Client, PlatformSettings
from clients.services.audit import PLATFORM, record
from phones.models import SipCredential

COLUMNS = (
    "number",
    "auth_name",
    "password",
    "sip_domain",
    "active",
    "mac",
    "client",
    "created_at",
)
CHUNK = 500  # rows read at a time


class Writable(Protocol):
    """A file, or a command's own output."""

    def write(self, text: str, /) -> object: ...


class Command(BaseCommand):
    """Export the SIP accounts that phones register with, for the SIP platform."""

    help = str(
        gettext_lazy(
            "Write the SIP accounts of the phones as CSV, passwords included, for the SIP "
            "platform. See docs/operations.md."
        )
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", help=_("a file to create, readable by nobody else; - for standard output")
        )
        parser.add_argument(
            "--client", metavar="REFERENCE", help=_("only the accounts of this client")
        )
        parser.add_argument(
            "--since",
            metavar="WHEN",
            help=_("only the accounts created since then (2026-11-24T09:00:00+01:00)"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        accounts, since = accounts_in_use(), _moment(options["since"])
        if options["client"]:
            if not Client.unscoped.filter(  # unscoped: the operator's own tool
                reference=options["client"]
            ).exists():
                raise CommandError(
                    _("No client has the reference %(text)s.") % {"text": options["client"]}
                )
            accounts = accounts.filter(subscriber__client__reference=options["client"])
        if since is not None:
            accounts = accounts.filter(created_at__gte=since)
        with _opened(options["file"], self.stdout) as file:
            count = _write(accounts, file)
        told = {"rows": count, "client": options["client"] or "", "since": options["since"] or ""}
        record("sip.exported", PlatformSettings.current(), actor=PLATFORM, after=told)
        words = ngettext("%(count)s SIP account written.", "%(count)s SIP accounts written.", count)
        self.stderr.write(words % {"count": count})


def accounts_in_use() -> QuerySet[SipCredential]:
    """The accounts given to phones, except those that the platform imposes on a line: it already
    knows them.
    """
    # unscoped: the operator's own tool
    rows = SipCredential.unscoped.filter(subscriber__platform_auth_name="")
    return rows.select_related("phone", "subscriber__client").order_by("subscriber__number", "pk")


def _write(accounts: QuerySet[SipCredential], file: Writable) -> int:
    # Not meant for a spreadsheet: values are not escaped.
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    count = 0
    for count, account in enumerate(accounts.iterator(chunk_size=CHUNK), start=1):  # noqa: B007 - how many
        line, client = account.subscriber, account.subscriber.client
        is_active = line.status == SubscriberStatus.ACTIVE and client.status == ClientStatus.ACTIVE
        writer.writerow(
            [
                line.number,
                account.auth_name,
                account.password,
                client.sip_domain,
                "yes" if is_active else "no",
                account.phone.mac,
                client.reference,
                account.created_at.isoformat(timespec="seconds"),
            ]
        )
    return count


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        words = _("“%(text)s” is not a date and time such as 2026-11-24T09:00:00+01:00.")
        raise CommandError(words % {"text": text})
    return found if timezone.is_aware(found) else timezone.make_aware(found)


@contextmanager
def _opened(name: str, standard_output: Writable) -> Iterator[Writable]:
    """Open the output file: never an existing one, readable by its owner alone."""
    if name == "-":
        yield standard_output
        return
    try:
        number = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from None
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
            yield file
    except BaseException:
        Path(name).unlink(missing_ok=True)  # leave no partial list
        raise
