"""The import job: checks row by row, then imports all or nothing, or only the valid rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from clients.enums import RowState
from clients.models import Client, Job, PlatformSettings, Subscriber
from clients.scoping import Scope
from clients.services.job_kinds import Column, RowOutcome, Runner, StopJob, Work
from clients.services.subscribers import create_subscribers, hold_lines, update_subscribers
from phones.errors import ClientTerminated, ListRefused
from phones.imports.judging import Plan, fields_in_words, judge
from phones.models import Phone
from phones.services.assignment import PhoneChange, change_phone
from phones.services.registration import register_list

KIND = "phones.import"
Payloads = Sequence[Mapping[str, Any]]


class ImportRunner(Runner):
    """Creates and changes the lines and phones of one client from a file."""

    kind = KIND
    columns = (
        Column("number", _("Number (SDA)"), "tel"),
        Column("name", _("Name")),
        Column("site", _("Site")),
        Column("mac", _("MAC address"), "mac"),
    )
    batch = 250
    checks = True
    ready_template = "extranet/phones/import_ready.html"

    def check_rows(self, work: Work, payloads: Payloads) -> list[RowOutcome]:
        return _by_rank(work, payloads, _client(work), Words(done=False))

    def links(self, scope: Scope, payloads: Payloads) -> dict[str, str]:
        macs = {payload["mac"] for payload in payloads if payload.get("mac")}
        seen = Phone.objects.within(scope).filter(mac__in=macs).values_list("mac", flat=True)
        return {mac: reverse("extranet:phone-detail", args=[mac]) for mac in seen}

    def warning(self, scope: Scope, job: Job) -> str:
        if not job.options.get("ticked", {}).get("moves"):
            return ""
        rows = job.rows.filter(state=RowState.OK).values_list("payload", flat=True)
        asked = {row["mac"]: row["number"] for row in rows if row.get("mac") and row.get("number")}
        phones = Phone.objects.within(scope).filter(
            client=job.client_id, authenticated_at__isnull=False
        )
        lines = phones.values_list("mac", "subscriber__number")
        count = sum(asked.get(mac, number) != number for mac, number in lines)
        if not count:
            return ""
        return ngettext(
            "%(count)s phone in service moves to another line: it is cut off until it "
            "fetches again.",
            "%(count)s phones in service move to another line: they are cut off until "
            "they fetch again.",
            count,
        ) % {"count": count}

    def run_rows(self, work: Work, payloads: Payloads) -> list[RowOutcome]:
        # One import at a time per client: two of them could swap extensions.
        client = _client(work, hold=True)
        _hold_lines(client, payloads)
        return _by_rank(work, payloads, client, Words(done=True))


def _by_rank(work: Work, payloads: Payloads, client: Client, words: "Words") -> list[RowOutcome]:
    """Handle the rows, those to which others refer first."""
    outcomes: dict[int, RowOutcome] = {}
    for rank in sorted({payload.get("rank", 0) for payload in payloads}):
        same = [payload for payload in payloads if payload.get("rank", 0) == rank]
        wrong = [row for row, outcome in outcomes.items() if outcome.state == RowState.BAD]
        plans = _judge(work, same, client, words.done, wrong)
        if words.done:
            _apply([plan for plan in plans if not plan.error], client, work)
        outcomes |= {plan.payload["row"]: words.outcome(plan) for plan in plans}
    return [outcomes[payload["row"]] for payload in payloads]


def _client(work: Work, *, hold: bool = False) -> Client:
    rows = (
        Client.objects.within(work.scope).select_related("reseller").filter(pk=work.job.client_id)
    )
    found = (rows.select_for_update(of=("self",), no_key=True) if hold else rows).first()
    if found is None:
        raise StopJob(_("This client is no longer yours."))
    return found


def _hold_lines(client: Client, payloads: Payloads) -> None:
    """Lock all lines in order, before new lines mark documents, to avoid deadlocks with renames."""
    numbers = {payload["number"] for payload in payloads if payload.get("number")}
    hold_lines(client.subscribers.filter(number__in=numbers))


def _judge(
    work: Work, payloads: Payloads, client: Client, applying: bool, wrong: Collection[int]
) -> list[Plan]:
    try:
        return judge(payloads, client=client, work=work, applying=applying, wrong=wrong)
    except (ClientTerminated, ListRefused) as error:
        raise StopJob(error.message) from None


def _apply(plans: list[Plan], client: Client, work: Work) -> None:
    """Carry out the plans: create lines, change lines, then register and change phones.

    Raises IntegrityError if somebody else was faster.
    """
    lines: dict[str, Subscriber] = {
        plan.line.number: plan.line for plan in plans if plan.line is not None
    }
    create_subscribers(
        [plan.line for plan in plans if plan.is_new and plan.line], client=client, actor=work.actor
    )
    changes = {plan.line.pk: plan.changes for plan in plans if plan.line and plan.changes}
    if changes:
        update_subscribers(changes, client=client, actor=work.actor)
    for plan in sorted(plans, key=lambda plan: plan.payload.get("mac", "")):
        if plan.phone is not None and plan.changes_phone:
            _change_phone(plan, plan.phone, lines, work)
    asked = [
        replace(plan.registration, subscriber=lines.get(plan.payload.get("number", "")))
        for plan in plans
        if plan.registration is not None
    ]
    if asked:
        register_list(asked, client=client, actor=work.actor, now=work.now)


def _change_phone(plan: Plan, phone: Phone, lines: Mapping[str, Subscriber], work: Work) -> None:
    """Change only the phone's fields that the row changes."""
    line = lines[plan.payload["number"]] if plan.moves else phone.subscriber
    change = PhoneChange(
        description=plan.phone_changes.get("description", phone.description),
        model=plan.phone_changes.get("model", phone.model),
        subscriber=line,
    )
    change_phone(phone, change, actor=work.actor, now=work.now)


class Words:
    """Describes a plan: what it will do, or with `done` what it did."""

    def __init__(self, *, done: bool) -> None:
        self.done = done
        self.hours = PlatformSettings.current().window_hours

    def outcome(self, plan: Plan) -> RowOutcome:
        if plan.error:
            return RowOutcome.refused(plan.error)
        said = ", ".join(word for word in (self._line(plan), self._phone(plan)) if word)
        message = f"{said} – {plan.payload['note']}" if plan.payload["note"] else said
        return RowOutcome.skipped(message) if plan.does_nothing else RowOutcome.done(message)

    def _own_phone(self, plan: Plan, phone: Phone) -> str:
        said = []
        if plan.phone_changes:
            words = (
                gettext("phone updated (%(fields)s)")
                if self.done
                else gettext("phone to update (%(fields)s)")
            )
            said.append(words % {"fields": fields_in_words(plan.phone_changes)})
        if plan.moves:
            names = {"line": phone.subscriber or gettext("no line")}
            words = (
                gettext("phone moved from %(line)s")
                if self.done
                else gettext("phone to move from %(line)s")
            )
            said.append(words % names)
            if phone.is_in_service and not self.done:
                said.append(gettext("in service: cut off until it fetches again"))
        return ", ".join(said) or gettext("phone already there")

    def _line(self, plan: Plan) -> str:
        if plan.is_new:
            return gettext("line created") if self.done else gettext("line to create")
        if plan.changes:
            words = (
                gettext("line updated (%(fields)s)")
                if self.done
                else gettext("line to update (%(fields)s)")
            )
            return words % {"fields": fields_in_words(plan.changes)}
        if "first" in plan.payload:
            return gettext("on the line of row %(row)s") % {"row": plan.payload["first"]}
        return gettext("line already there, unchanged") if plan.payload.get("number") else ""

    def _phone(self, plan: Plan) -> str:
        if plan.phone is not None:
            return self._own_phone(plan, plan.phone)
        if plan.registration is None:
            return ""
        if plan.payload.get("number"):
            words = (
                gettext("phone registered, window of %(hours)s h opened")
                if self.done
                else gettext("phone to register, window of %(hours)s h")
            )
            return words % {"hours": self.hours}
        if self.done:
            return gettext("phone registered without a line or window")
        return gettext("phone to register without a line or window")
