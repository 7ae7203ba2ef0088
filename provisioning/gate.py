"""Decides whether a phone gets its configuration now, from facts, question and time. Pure.

The same comparisons are always made, with dummy credentials if there are none. So neither the bytes
nor the duration of a refusal reveal its reason.
"""

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.enums import WindowPolicy
from phones import catalogue
from phones.catalogue import PhoneModel
from phones.credentials import HttpCredentials
from phones.enums import Refusal
from phones.first_contact import FirstContact, is_open
from provisioning import digest
from provisioning.authorization import Authorization, Basic, Digest, NoCredentials, Unreadable
from provisioning.renderers.snom.identify import Identified


@dataclass(frozen=True)
class Facts:
    """The current data about a known MAC."""

    is_assigned: bool
    is_client_active: bool
    is_line_active: bool
    authorized_from: datetime | None
    authorized_until: datetime | None
    has_used_credentials: bool = False
    has_previous_credentials: bool = False
    policy: str = WindowPolicy.WINDOW
    contacted_at: datetime | None = None  # the first 200 of this window
    contacted_from: str = ""  # its caller's network
    digest_used: str = ""


@dataclass(frozen=True)
class Question:
    """The data of a request: MAC, credentials, origin, and kind of phone."""

    mac: str
    authorization: Authorization
    is_confidential: bool
    identified: Identified
    method: str = "GET"
    path: str = ""
    network: str = ""


class Expected(NamedTuple):
    """The phone's credentials, and those from before a renewal; dummy ones if there are none."""

    current: HttpCredentials
    previous: HttpCredentials


class Proof(Enum):
    """The result of checking the sent credentials."""

    NONE = "none"
    UNREADABLE = "unreadable"
    WRONG = "wrong"
    IN_CLEAR = "in-clear"
    STALE = "stale"
    REPLAYED = "replayed"
    CURRENT = "current"
    PREVIOUS = "previous"

    @property
    def is_good(self) -> bool:
        return self in (Proof.CURRENT, Proof.PREVIOUS)


@dataclass(frozen=True)
class Case:
    """The input of the rules."""

    facts: Facts
    question: Question
    proof: Proof
    now: datetime


@dataclass(frozen=True)
class Granted:
    model: PhoneModel
    proof: Proof

    @property
    def with_credentials(self) -> bool:
        return self.proof.is_good


@dataclass(frozen=True)
class Refused:
    reason: Refusal


class Rule(NamedTuple):
    """One rule: a label for traces, and a function that returns a reason to refuse, or None."""

    label: Promise
    refusal: Callable[[Case], Refusal | None]


def decide(
    facts: Facts | None, question: Question, expected: Expected, now: datetime
) -> Granted | Refused:
    """Grant or refuse; `expected` are the phone's credentials, or dummies for an unknown MAC."""
    # Always compared, before any other check.
    proof = prove(facts, question, expected, now)
    if facts is None:
        return Refused(Refusal.UNKNOWN_MAC)
    refusals = (reason for _rule, reason in tried(Case(facts, question, proof, now)))
    reason = next((reason for reason in refusals if reason is not None), None)
    if reason is not None:
        return Refused(reason)
    return Granted(catalogue.get(question.identified.model or ""), proof)


def tried(case: Case) -> Iterator[tuple[Rule, Refusal | None]]:
    """Each rule in order with its result; the first refusal is the answer."""
    for rule in RULES:
        yield rule, rule.refusal(case)


def prove(facts: Facts | None, question: Question, expected: Expected, now: datetime) -> Proof:
    """Check the sent credentials; both sets are always compared."""
    given = question.authorization
    is_current = _matches(question, expected.current)
    is_previous = _matches(question, expected.previous)
    if isinstance(given, NoCredentials):
        return Proof.NONE
    if isinstance(given, Unreadable):
        return Proof.UNREADABLE
    if facts is None or not (is_current or (is_previous and facts.has_previous_credentials)):
        return Proof.WRONG
    if isinstance(given, Basic) and not question.is_confidential:
        return Proof.IN_CLEAR
    if isinstance(given, Digest):
        if not digest.is_fresh(given, now):
            return Proof.STALE
        if digest.was_used(given, facts.digest_used, now):
            return Proof.REPLAYED
    return Proof.CURRENT if is_current else Proof.PREVIOUS


def _matches(question: Question, expected: HttpCredentials) -> bool:
    given = question.authorization
    if isinstance(given, Digest):
        return digest.is_proof(given, expected, question.method, question.path)
    if not isinstance(given, Basic):
        given = Basic(b"", b"")
    same_user = hmac.compare_digest(given.user.lower(), expected.user.encode())
    same_password = hmac.compare_digest(given.password, expected.password.encode())
    return same_user & same_password


def _is_on_a_line(case: Case) -> Refusal | None:
    return None if case.facts.is_assigned else Refusal.UNASSIGNED


def _is_client_active(case: Case) -> Refusal | None:
    return None if case.facts.is_client_active else Refusal.CLIENT_INACTIVE


def _is_line_active(case: Case) -> Refusal | None:
    return None if case.facts.is_line_active else Refusal.LINE_SUSPENDED


def _has_a_way_in(case: Case) -> Refusal | None:
    """Require the phone's own credentials, or an open window, even with stale credentials."""
    if case.proof.is_good:
        return None
    if is_open(case.facts.authorized_from, case.facts.authorized_until, case.now):
        return (
            None
            if _may_come_by_mac(case)
            else _PROOF_REFUSED.get(case.proof, Refusal.ALREADY_FETCHED)
        )
    return _PROOF_REFUSED.get(case.proof) or _why_closed(case.facts, case.now)


_PROOF_REFUSED = {
    Proof.UNREADABLE: Refusal.BAD_AUTHORIZATION,
    Proof.WRONG: Refusal.BAD_CREDENTIALS,
    Proof.IN_CLEAR: Refusal.CREDENTIALS_IN_CLEAR,
    Proof.STALE: Refusal.STALE_NONCE,
    Proof.REPLAYED: Refusal.REPLAYED,
}


def _may_come_by_mac(case: Case) -> bool:
    """Whether the policy still accepts the MAC alone: under `first-contact` only from the first
    caller, for a few minutes.
    """
    facts = case.facts
    first = FirstContact(facts.policy, facts.contacted_at, facts.contacted_from)
    return first.takes(case.question.network, case.now)


def _why_closed(facts: Facts, now: datetime) -> Refusal:
    if facts.has_used_credentials:
        return Refusal.CREDENTIALS_EXPECTED
    if facts.authorized_until is None:
        return Refusal.NO_WINDOW
    return Refusal.OVERDUE if facts.authorized_until <= now else Refusal.NOT_YET


def _says_the_same_mac(case: Case) -> Refusal | None:
    said = case.question.identified.mac
    return Refusal.MAC_MISMATCH if said is not None and said != case.question.mac else None


def _is_a_known_model(case: Case) -> Refusal | None:
    identified = case.question.identified
    if identified.model is not None:
        return None
    unsupported = identified.problem == "unsupported-model"
    return Refusal.UNSUPPORTED_MODEL if unsupported else Refusal.UNKNOWN_MODEL


def _is_recent_enough(case: Case) -> Refusal | None:
    identified = case.question.identified
    minimum = catalogue.get(identified.model or "").minimum_firmware
    is_too_old = (
        bool(identified.firmware) and catalogue.parse_version(identified.firmware) < minimum
    )
    return Refusal.FIRMWARE_TOO_OLD if is_too_old else None


# Each rule may rely on the previous ones.
RULES = (
    Rule(_("The phone is on a line"), _is_on_a_line),
    Rule(_("The client is active"), _is_client_active),
    Rule(_("The line is active"), _is_line_active),
    Rule(_("Its credentials are right, or a window is open"), _has_a_way_in),
    Rule(_("The phone reports the same MAC address"), _says_the_same_mac),
    Rule(_("The model is known"), _is_a_known_model),
    Rule(_("The firmware is recent enough"), _is_recent_enough),
)
