"""Simulated requests, decided by the same functions as real ones; nothing is written."""

import base64
from dataclasses import dataclass
from datetime import datetime

from metacentrex.net import caller_network
from phones import catalogue
from phones.credentials import HttpCredentials, http_credentials
from phones.enums import Refusal
from phones.models import Phone
from provisioning.authorization import parse_authorization
from provisioning.gate import Granted, Question, Refused, decide
from provisioning.lookup import Row, expected_of_nobody, look_up
from provisioning.queries import last_refusal
from provisioning.renderers.snom.identify import identify

# Refusals because of what the phone reported, which was then not written to its row.
OF_ITSELF = (Refusal.MAC_MISMATCH, Refusal.UNSUPPORTED_MODEL, Refusal.FIRMWARE_TOO_OLD)


@dataclass(frozen=True)
class Asked:
    """A request of a phone, and its time; over TLS, so that credentials are accepted."""

    mac: str
    user_agent: str
    at: datetime
    authorization: str | None = None  # the header, secret included
    address: str = ""


@dataclass(frozen=True)
class Said:
    """What a phone reports itself to be: a catalogue code ("" if unknown), a firmware and
    a User-Agent.
    """

    model: str
    firmware: str
    user_agent: str


@dataclass(frozen=True)
class Decision:
    """The row found, the question and the decision."""

    asked: Asked
    row: Row | None
    question: Question
    answer: Granted | Refused


def decide_on(asked: Asked) -> Decision:
    """Look up the phone and decide, as for a real request."""
    row = look_up(asked.mac)
    question = Question(
        mac=asked.mac,
        authorization=parse_authorization(asked.authorization),
        is_confidential=True,
        identified=identify(asked.user_agent, row.model if row else ""),
        method="GET",
        path=f"/sip-ps/{asked.mac}.xml",
        network=caller_network(asked.address) if asked.address else "",
    )
    expected = row.expected if row else expected_of_nobody(asked.mac)
    return Decision(
        asked, row, question, decide(row.facts if row else None, question, expected, asked.at)
    )


def user_agent_of(token: str, firmware: str = "") -> str:
    """The User-Agent of a phone of that model; empty for one that does not identify itself."""
    if not token:
        return ""
    return (
        f"Mozilla/4.0 (compatible; {' '.join(part for part in (f'{token}-SIP', firmware) if part)})"
    )


def said_by(phone: Phone) -> Said:
    """What this phone last reported about itself: when refused because of it, else when served."""
    if phone.refused_reason in OF_ITSELF:
        last = last_refusal(phone)
        if last is not None:
            return Said(last.model or phone.effective_model, last.firmware, last.user_agent)
    return Said(
        phone.effective_model, phone.firmware, user_agent_of(phone.detected_token, phone.firmware)
    )


def said_for(phone: Phone | None, code: str = "", firmware: str = "") -> Said:
    """The report to simulate: the phone's last one, or the given model; a firmware alone keeps the
    phone's model.
    """
    own = said_by(phone) if phone else Said("", "", "")
    model = code or own.model
    if not model or not (code or firmware):
        return own
    firmware = firmware or ("" if code else own.firmware)
    return Said(model, firmware, user_agent_of(catalogue.get(model).user_agents[0], firmware))


def held_credentials(phone: Phone) -> HttpCredentials | None:
    """The credentials that the phone has, as far as we know; None before its first configuration.
    After a renewal, it has the previous ones until it fetches the new ones.
    """
    if phone.authenticated_at is None:
        return None
    generation = phone.previous_generation
    return http_credentials(
        phone.mac, phone.uid, phone.credential_generation if generation is None else generation
    )


def basic_header(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
