"""Plans what each row will do, given the current database: for the check, and again on applying."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Subscriber
from clients.search import fold
from clients.services.job_kinds import Work
from metacentrex import correlation
from phones.errors import DuplicateMac, ListRefused
from phones.imports.cells import Options
from phones.imports.known import Known, Payload, look, sight_of
from phones.imports.reading import LINE_FIELDS
from phones.models import Phone
from phones.services.duplicates import budget_spent, count_foreign
from phones.services.registration import Registration, check_list

NAMES: dict[str, str | Promise] = {
    "name": _("name"),
    "extension": _("extension"),
    "licence": _("licence"),
    "site": _("site"),
    "presented_number": _("number to present"),
    "barring": _("restriction"),
    "model": _("model"),
    "description": _("description"),
}


class Wrong(Exception):
    """The row is not valid; the message says why and what to do."""


@dataclass
class Plan:
    """What a row will do: create or change a line, register or change a phone; or why it is
    refused.
    """

    payload: Payload
    error: str = ""
    line: Subscriber | None = None  # found, or to create
    is_new: bool = False
    changes: dict[str, Any] = field(default_factory=dict)
    registration: Registration | None = None
    phone: Phone | None = None  # already registered
    phone_changes: dict[str, str] = field(default_factory=dict)  # model, description
    moves: bool = False  # from its current line to the row's

    @property
    def does_nothing(self) -> bool:
        return not (self.is_new or self.changes or self.registration or self.changes_phone)

    @property
    def changes_phone(self) -> bool:
        return bool(self.phone_changes) or self.moves


def judge(
    payloads: Sequence[Payload],
    *,
    client: Client,
    work: Work,
    applying: bool,
    wrong: Collection[int] = (),
) -> list[Plan]:
    """A plan for each row, in a constant number of queries. Raises ClientTerminated, ListRefused.

    `wrong`: rows of this batch already found invalid, to which other rows may refer.
    """
    options = Options(**work.job.options.get("ticked", {}))
    known = look(payloads, client, work, wrong)
    plans = [_plan(payload, known, client, options, applying) for payload in payloads]
    hidden = known.elsewhere - known.in_sight
    count_foreign(
        (),
        reseller=client.reseller,
        scope=work.scope,
        actor=work.actor,
        now=work.now,
        numbers=hidden,
    )
    if budget_spent(client.reseller, work.scope, work.now):
        raise ListRefused  # all of it: accepted rows would reveal which numbers do not exist
    _judge_phones(
        [plan for plan in plans if not plan.error and plan.payload.get("mac")],
        client,
        work,
        options,
    )
    return plans


def _plan(payload: Payload, known: Known, client: Client, options: Options, applying: bool) -> Plan:
    plan = Plan(payload)
    try:
        if payload["problem"]:
            raise Wrong(payload["problem"])
        if payload.get("number"):
            _plan_line(plan, known, client, options, applying)
    except Wrong as error:
        plan.error = str(error)
    return plan


def _plan_line(plan: Plan, known: Known, client: Client, options: Options, applying: bool) -> None:
    payload, number = plan.payload, plan.payload["number"]
    plan.line = known.lines.get(number)
    if number in known.elsewhere:
        raise Wrong(_taken(number, known.in_sight))
    if plan.line is None and "first" in payload:
        _need_row(payload["first"], known, done=applying)
        return
    wanted = _wanted(payload, known, applying)
    holder = known.extensions.get(wanted.get("extension", ""))
    if holder not in (None, number):
        raise Wrong(gettext("Another line of the client has this extension."))
    if plan.line is None:
        plan.line, plan.is_new = _new_line(number, wanted, known, client), True
        return
    line = plan.line
    plan.changes = {name: value for name, value in wanted.items() if getattr(line, name) != value}
    if plan.changes and not options.update:
        raise Wrong(
            gettext(
                "This line exists with other values (%(fields)s): tick “Update existing "
                "lines and phones” to change it."
            )
            % {"fields": fields_in_words(plan.changes)}
        )


def fields_in_words(names: Collection[str]) -> str:
    return ", ".join(str(NAMES[name]) for name in names)


def _taken(number: str, in_sight: set[str]) -> str:
    if number in in_sight:
        return gettext("This number is a line of another of your clients.")
    words = gettext(
        "This number is already a line on the platform. Check it, then contact support with the "
        "code %(number)s."
    )
    return words % {"number": correlation.current()}


def _need_row(position: int, known: Known, *, done: bool) -> None:
    if done or position in known.wrong:
        raise Wrong(
            gettext("This row depends on row %(row)s, which was not imported.") % {"row": position}
        )


def _wanted(payload: Payload, known: Known, applying: bool) -> dict[str, Any]:
    """The values in the row; an empty cell changes nothing."""
    given = {name: payload[name] for name in LINE_FIELDS if payload.get(name)}
    wanted: dict[str, Any] = {name: given[name] for name in ("name", "extension") if name in given}
    tables: tuple[tuple[str, Mapping[str, Any], Any], ...] = (
        ("site", known.sites, _("This client has no site called “%(text)s”.")),
        ("licence", known.licences, _("No licence is called “%(text)s”.")),
        ("barring", known.barrings, _("No restriction is called “%(text)s”.")),
    )
    for name, rows, sentence in tables:
        if name in given:
            found = rows.get(fold(given[name]))
            if found is None:
                raise Wrong(str(sentence) % {"text": given[name][:60]})
            wanted[name] = found
    if "presented" in given:
        wanted["presented_number"] = _presented(payload, known, applying)
    return wanted


def _presented(payload: Payload, known: Known, applying: bool) -> str:
    shown = str(payload["presented"])
    if shown != payload["number"] and shown not in known.lines:
        if "presents_row" not in payload:
            raise Wrong(gettext("The number to present is not a line of this client."))
        _need_row(payload["presents_row"], known, done=applying)
    return shown


def _new_line(number: str, wanted: Mapping[str, Any], known: Known, client: Client) -> Subscriber:
    if not wanted.get("name"):
        raise Wrong(
            gettext("This number is not a line of this client yet: a new line needs a name.")
        )
    return Subscriber(client=client, number=number, **{"site": known.main, **wanted})


def _judge_phones(plans: Sequence[Plan], client: Client, work: Work, options: Options) -> None:
    asked = [
        Registration(
            mac=plan.payload["mac"],
            model=plan.payload.get("model", ""),
            description=plan.payload.get("description", ""),
            vendor_confirmed=options.vendor_confirmed,
        )
        for plan in plans
    ]
    errors = check_list(
        asked,
        client=client,
        scope=work.scope,
        actor=work.actor,
        now=work.now,
        sight=sight_of(client),
    )
    for plan, registration, error in zip(plans, asked, errors, strict=True):
        if error is None:
            plan.registration = registration
        elif isinstance(error, DuplicateMac) and _is_own(error.phone, client):
            try:
                _plan_own_phone(plan, error.phone, options)
            except Wrong as wrong:
                plan.error = str(wrong)
        else:
            plan.error = str(error)


def _is_own(phone: Phone | None, client: Client) -> TypeGuard[Phone]:
    return phone is not None and phone.client_id == client.pk


def _plan_own_phone(plan: Plan, phone: Phone, options: Options) -> None:
    """Plan the changes to one of the client's phones; empty cells change nothing. Raises Wrong."""
    payload = plan.payload
    plan.phone = phone
    plan.moves = bool(payload.get("number")) and not _is_on(phone, plan.line)
    if plan.moves and not options.moves:
        raise Wrong(_why_it_stays(phone))
    given = {name: payload.get(name, "") for name in ("model", "description")}
    plan.phone_changes = {
        name: value for name, value in given.items() if value not in ("", getattr(phone, name))
    }
    if plan.phone_changes and not options.update:
        raise Wrong(
            gettext(
                "This phone exists with other values (%(fields)s): tick “Update existing "
                "lines and phones” to change it."
            )
            % {"fields": fields_in_words(plan.phone_changes)}
        )


def _is_on(phone: Phone, line: Subscriber | None) -> bool:
    return line is not None and line.pk is not None and line.pk == phone.subscriber_id


def _why_it_stays(phone: Phone) -> str:
    if phone.subscriber is None:
        return gettext(
            "This phone is already registered, but on no line: tick “Move phones to the "
            "line in their row” to put it on this line."
        )
    return gettext(
        "This phone is already on the line %(line)s: tick “Move phones to the line "
        "in their row” to move it."
    ) % {"line": phone.subscriber}
