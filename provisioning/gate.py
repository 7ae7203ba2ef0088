"""May this phone have its configuration now? Pure: facts, question and clock in, answer out.

Whatever the answer, the same comparison is made once, with a dummy where there is nothing to
compare with, so that a refusal tells neither by its bytes nor by its work why it was refused.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime

from phones import catalogue
from phones.catalogue import PhoneModel
from phones.credentials import HttpCredentials
from phones.enums import Refusal
from provisioning.authorization import Authorization, Basic, NoCredentials, Unreadable
from provisioning.renderers.snom.identify import Identified


@dataclass(frozen=True)
class Facts:
    """What the database says of a known MAC at this moment."""

    is_assigned: bool
    is_client_active: bool
    is_line_active: bool
    authorized_from: datetime | None
    authorized_until: datetime | None
    has_used_credentials: bool = False


@dataclass(frozen=True)
class Question:
    """What the request says: which MAC, with what credentials, from what sort of phone."""

    mac: str
    authorization: Authorization
    is_confidential: bool
    identified: Identified


@dataclass(frozen=True)
class Granted:
    model: PhoneModel
    with_credentials: bool


@dataclass(frozen=True)
class Refused:
    reason: Refusal


def decide(
    facts: Facts | None, question: Question, expected: HttpCredentials, now: datetime
) -> Granted | Refused:
    """Decide; `expected` is the phone's credentials, or anybody's for an unknown MAC."""
    # Compared before anything is known of the phone, and always.
    is_match = _matches(question.authorization, expected)
    if facts is None:
        return Refused(Refusal.UNKNOWN_MAC)
    if reason := _standing(facts):
        return Refused(reason)
    with_credentials = is_match and question.is_confidential
    if not with_credentials and (reason := _outside_window(facts, question, is_match, now)):
        return Refused(reason)
    return _what_it_is(question, with_credentials)


def _matches(authorization: Authorization, expected: HttpCredentials) -> bool:
    given = authorization if isinstance(authorization, Basic) else Basic(b"", b"")
    same_user = hmac.compare_digest(given.user.lower(), expected.user.encode())
    same_password = hmac.compare_digest(given.password, expected.password.encode())
    return same_user & same_password


def _standing(facts: Facts) -> Refusal | None:
    if not facts.is_assigned:
        return Refusal.UNASSIGNED
    if not facts.is_client_active:
        return Refusal.CLIENT_INACTIVE
    if not facts.is_line_active:
        return Refusal.LINE_SUSPENDED
    return None


def _outside_window(facts: Facts, question: Question, is_match: bool, now: datetime) -> Refusal | None:
    """Why the MAC alone is not enough, or None inside the window, whatever stale credentials came along."""
    since, until = facts.authorized_from, facts.authorized_until
    if until is not None and now < until and (since is None or since <= now):
        return None
    if is_match:
        return Refusal.CREDENTIALS_IN_CLEAR
    if isinstance(question.authorization, Unreadable):
        return Refusal.BAD_AUTHORIZATION
    if not isinstance(question.authorization, NoCredentials):
        return Refusal.BAD_CREDENTIALS
    if facts.has_used_credentials:
        return Refusal.CREDENTIALS_EXPECTED
    if until is None:
        return Refusal.NO_WINDOW
    return Refusal.OVERDUE if until <= now else Refusal.NOT_YET


def _what_it_is(question: Question, with_credentials: bool) -> Granted | Refused:
    identified = question.identified
    if identified.mac is not None and identified.mac != question.mac:
        return Refused(Refusal.MAC_MISMATCH)
    if identified.model is None:
        unsupported = identified.problem == "unsupported-model"
        return Refused(Refusal.UNSUPPORTED_MODEL if unsupported else Refusal.UNKNOWN_MODEL)
    model = catalogue.get(identified.model)
    if identified.firmware and catalogue.parse_version(identified.firmware) < model.minimum_firmware:
        return Refused(Refusal.FIRMWARE_TOO_OLD)
    return Granted(model, with_credentials)
