"""Reading « Plusieurs téléphones »: lines `MAC[;number[;model[;description]]]`, each with what becomes of it."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.models import Client, PlatformSettings, Subscriber
from clients.numbers import NumberError, national, parse_number
from clients.scoping import Scope
from clients.services.audit import Actor
from clients.text import validate_plain_text
from metacentrex.errors import DomainError
from phones import catalogue
from phones.imports.reading import model_code
from phones.mac import MacError, parse_mac
from phones.services.registration import Registration, check_list

MOST_LINES = 1000


class BadLine(Exception):
    """One line of the list cannot be read; the message says why."""


@dataclass
class Row:
    """One line of the list: what was read, and what will happen or what is wrong."""

    line: int
    mac: str = ""
    number: str = ""
    model_label: str = ""
    description: str = ""
    outcome: str = ""
    error: str = ""
    registration: Registration | None = None

    @property
    def ok(self) -> bool:
        return not self.error


def read_list(
    text: str, vendor_confirmed: bool, *, client: Client, scope: Scope, actor: Actor, now: datetime
) -> list[Row]:
    """Every non-empty line as a row. Raises DomainError for an empty or too long list, ListRefused."""
    numbered = [(at, line) for at, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not numbered:
        raise DomainError(_("The list is empty."))
    if len(numbered) > MOST_LINES:
        raise DomainError(_("At most %(most)s lines at a time.") % {"most": MOST_LINES})
    subscribers = {row.number: row for row in client.subscribers.select_related("site")}
    rows = [_read(at, line, subscribers, vendor_confirmed) for at, line in numbered]
    _refuse_twins(rows)
    _say_outcome(rows)
    _ask_platform(rows, client=client, scope=scope, actor=actor, now=now)
    return rows


def _read(at: int, line: str, subscribers: dict[str, Subscriber], vendor_confirmed: bool) -> Row:
    cells = [cell.strip() for cell in line.split(";", 3)] + ["", "", ""]
    row = Row(
        at, mac=cells[0], number=cells[1], model_label=cells[2] or gettext("Automatic"), description=cells[3]
    )
    try:
        mac = parse_mac(cells[0])
        row.mac = mac
        subscriber = _subscriber(cells[1], subscribers)
        model = _model(cells[2])
        row.model_label = catalogue.get(model).label if model else gettext("Automatic")
        _check_description(cells[3])
    except (MacError, BadLine) as error:
        row.error = str(error)
        return row
    row.number = national(subscriber.number) if subscriber else ""
    row.registration = Registration(mac, subscriber, model, cells[3], vendor_confirmed)
    return row


def _subscriber(text: str, subscribers: dict[str, Subscriber]) -> Subscriber | None:
    if not text:
        return None
    try:
        return subscribers[parse_number(text)]
    except (NumberError, KeyError):
        raise BadLine(gettext("This number is not a line of this client.")) from None


def _model(text: str) -> str:
    try:
        return model_code(text)
    except KeyError:
        raise BadLine(gettext("Unknown model: %(model)s.") % {"model": text[:40]}) from None


def _check_description(text: str) -> None:
    try:
        if len(text) > 200:
            raise BadLine(gettext("A description has at most 200 characters."))
        validate_plain_text(text)
    except ValidationError as error:
        raise BadLine(" ".join(error.messages)) from None


def _refuse_twins(rows: list[Row]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if row.registration is None:
            continue
        earlier = first.setdefault(row.registration.mac, row.line)
        if earlier != row.line:
            row.error = gettext("Same MAC address as line %(line)s.") % {"line": earlier}
            row.registration = None


def _say_outcome(rows: list[Row]) -> None:
    opened = gettext("registered, window of %(hours)s h opened") % {
        "hours": PlatformSettings.current().window_hours
    }
    for row in rows:
        on_a_line = row.registration is not None and row.registration.subscriber is not None
        row.outcome = opened if on_a_line else gettext("registered, on no line, no window")


def _ask_platform(rows: list[Row], *, client: Client, scope: Scope, actor: Actor, now: datetime) -> None:
    asked = [row for row in rows if row.registration is not None]
    errors = check_list(
        [row.registration for row in asked if row.registration],
        client=client,
        scope=scope,
        actor=actor,
        now=now,
    )
    for row, error in zip(asked, errors, strict=True):
        if error is not None:
            row.error = str(error)
            row.registration = None
