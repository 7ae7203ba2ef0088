"""Explains step by step why a phone is served or refused, using the functions that decide."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.enums import WindowPolicy
from clients.models import AuditEvent
from metacentrex.moments import moment
from metacentrex.ui.durations import duration_words
from phones import catalogue
from phones.enums import Refusal
from phones.mac import format_mac
from phones.models import Phone
from provisioning.asking import Asked, Decision, decide_on
from provisioning.gate import RULES, Case, Granted, Proof, Refused, prove, tried
from provisioning.lookup import load
from provisioning.masking import shown
from provisioning.remedies import remedy_of
from provisioning.renderers.base import UnsupportedFeature
from provisioning.timeline import OPENING
from provisioning.writing import Written, masked_text, write

PROOFS: dict[Proof, str | Promise] = {
    Proof.NONE: _("no credentials"),
    Proof.UNREADABLE: _("an unreadable Authorization header"),
    Proof.WRONG: _("wrong credentials"),
    Proof.IN_CLEAR: _("its credentials, without encryption"),
    Proof.STALE: _("its credentials, answering an old challenge"),
    Proof.REPLAYED: _("its credentials, sent a second time"),
    Proof.CURRENT: _("its credentials"),
    Proof.PREVIOUS: _("its credentials from before the renewal"),
}


class Verdict(Enum):
    """The result of a rule."""

    PASSED = "passed"
    REFUSED = "refused"
    SKIPPED = "skipped"  # an earlier rule had decided


@dataclass(frozen=True)
class Fact:
    """A known value, with its label."""

    label: str
    text: str


@dataclass(frozen=True)
class Step:
    """One rule, with its result."""

    label: str
    verdict: Verdict
    text: str = ""


@dataclass(frozen=True)
class Trace:
    """The full trace of one simulated request."""

    found: list[Fact]
    asked: list[Fact]
    steps: list[Step]
    refusal: Refusal | None
    written: Written | None
    problem: str = ""
    in_service: bool = False

    @property
    def is_served(self) -> bool:
        return self.written is not None

    @property
    def answer(self) -> str:
        """« Refusé : le délai était dépassé », or what would be served."""
        if self.refusal is not None:
            return gettext("Refused: %(reason)s.") % {"reason": self.refusal.label}
        if self.written is None:
            return gettext("The configuration cannot be generated: %(problem)s.") % {
                "problem": self.problem
            }
        return gettext("Served: the configuration for a %(model)s, %(size)s bytes.") % {
            "model": self.written.document.model.label,
            "size": formats.number_format(len(self.written.body), force_grouping=True),
        }

    @property
    def remedy(self) -> str:
        return remedy_of(self.refusal, in_service=self.in_service)

    @property
    def document(self) -> str:
        """The document that would be served, secrets masked."""
        return shown(masked_text(self.written.document)) if self.written else ""


def trace(asked: Asked) -> Trace:
    """Run a simulated request through the real code and record each step; nothing is written."""
    decision = decide_on(asked)
    phone = load(decision.row, by_window=False) if decision.row else None
    refusal = decision.answer.reason if isinstance(decision.answer, Refused) else None
    written, problem = None, ""
    if isinstance(decision.answer, Granted):
        if phone is None:
            refusal = Refusal.REVOKED_MEANWHILE
        else:
            written, problem = _write(phone, decision.answer, decision.question.identified.firmware)
    return Trace(
        found=list(_found(decision, phone)),
        asked=list(_asked(decision, phone)),
        steps=list(_steps(decision)),
        refusal=refusal,
        written=written,
        problem=problem,
        in_service=phone is not None and phone.is_in_service,
    )


def _write(phone: Phone, granted: Granted, firmware: str) -> tuple[Written | None, str]:
    try:
        return write(phone, granted.model, firmware), ""
    except UnsupportedFeature as error:
        return None, str(error)


def _found(decision: Decision, phone: Phone | None) -> Iterator[Fact]:
    row = decision.row
    if row is None or phone is None:
        yield Fact(
            gettext("Phone"), gettext("no phone has the MAC address %(mac)s") % _mac(decision)
        )
        return
    number = gettext("%(name)s (row %(pk)s)")
    yield Fact(gettext("Phone"), number % {"name": phone, "pk": row.pk})
    yield Fact(gettext("Client"), number % {"name": phone.client, "pk": row.client_id})
    line = (
        number % {"name": phone.subscriber, "pk": row.subscriber_id}
        if phone.subscriber
        else gettext("none")
    )
    yield Fact(gettext("Line"), line)
    yield Fact(gettext("Declared model"), phone.get_model_display() or gettext("Automatic"))
    yield Fact(gettext("Window"), _window(decision, phone))
    yield Fact(gettext("Opened"), _opened(phone))
    yield Fact(gettext("MAC address alone"), str(WindowPolicy(row.facts.policy).label))
    yield Fact(gettext("Credentials"), _credentials(decision))


def _mac(decision: Decision) -> dict[str, str]:
    return {"mac": format_mac(decision.asked.mac)}


def _window(decision: Decision, phone: Phone) -> str:
    """« jusqu'au 24/11/2026 à 11:02, il reste 36 min 12 s »."""
    since, until, now, zone = (
        phone.authorized_from,
        phone.authorized_until,
        decision.asked.at,
        phone.zone,
    )
    if until is None:
        return gettext("none is open")
    if until <= now:
        return gettext("ended on %(when)s") % {"when": moment(until, zone)}
    if since is not None and since > now:
        return gettext("begins on %(since)s, ends on %(until)s") % {
            "since": moment(since, zone),
            "until": moment(until, zone),
        }
    return gettext("open until %(until)s, %(left)s left") % {
        "until": moment(until, zone),
        "left": duration_words(until - now),
    }


def _opened(phone: Phone) -> str:
    """Who opened the last window, and when."""
    events = AuditEvent.objects.filter(
        object_type="phone", object_id=str(phone.pk), kind__in=OPENING
    )
    event = events.order_by("-at", "-pk").first()
    if event is None:
        return gettext("not recorded")
    return gettext("on %(when)s by %(who)s") % {
        "when": moment(event.at, phone.zone),
        "who": event.actor_label,
    }


def _credentials(decision: Decision) -> str:
    assert decision.row is not None  # noqa: S101 - only called for a phone that was found
    facts = decision.row.facts
    parts = [gettext("generation %(number)s") % {"number": decision.row.generation}]
    parts.append(gettext("already used") if facts.has_used_credentials else gettext("not used yet"))
    if facts.has_previous_credentials:
        parts.append(gettext("those from before the renewal are still valid"))
    return ", ".join(parts)


def _asked(decision: Decision, phone: Phone | None) -> Iterator[Fact]:
    asked, identified = decision.asked, decision.question.identified
    yield Fact(gettext("Time"), moment(asked.at, phone.zone if phone else None))
    if asked.address:
        yield Fact(gettext("Address"), asked.address)
    yield Fact(gettext("User-Agent"), asked.user_agent or gettext("does not identify itself"))
    if identified.model:
        yield Fact(gettext("Recognized as"), _taken_for(decision))
    yield Fact(gettext("Credentials sent"), str(PROOFS[_proof(decision)]))


def _taken_for(decision: Decision) -> str:
    identified = decision.question.identified
    label = catalogue.get(identified.model or "").label
    if not identified.token:
        label = gettext("%(model)s, as declared") % {"model": label}
    elif len(identified.candidates) > 1:
        labels = " / ".join(catalogue.get(code).label for code in identified.candidates)
        label = gettext("%(model)s, one of %(candidates)s") % {"model": label, "candidates": labels}
    if identified.firmware:
        label = gettext("%(model)s, firmware %(version)s") % {
            "model": label,
            "version": identified.firmware,
        }
    return label


def _proof(decision: Decision) -> Proof:
    row, question = decision.row, decision.question
    if row is None:
        return Proof.WRONG if decision.asked.authorization else Proof.NONE
    return prove(row.facts, question, row.expected, decision.asked.at)


def _steps(decision: Decision) -> Iterator[Step]:
    """The gate's rules in order; those after the first refusal are not tried."""
    known = gettext("The MAC address is registered")
    row = decision.row
    if row is None:
        yield Step(known, Verdict.REFUSED, str(Refusal.UNKNOWN_MAC.label))
        return
    yield Step(known, Verdict.PASSED)
    case = Case(row.facts, decision.question, _proof(decision), decision.asked.at)
    count = 0
    for rule, reason in tried(case):
        count += 1
        if reason is not None:
            yield Step(str(rule.label), Verdict.REFUSED, str(reason.label))
            break
        yield Step(str(rule.label), Verdict.PASSED)
    # Each rule may rely on the previous ones, so rules after a refusal are not run.
    for rule in RULES[count:]:
        yield Step(str(rule.label), Verdict.SKIPPED)
