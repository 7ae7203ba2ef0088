"""A request made up, to be decided by the very functions that decide the real ones; nothing is written."""

import base64
from dataclasses import dataclass
from datetime import datetime

from metacentrex.net import caller_network
from phones import catalogue
from phones.credentials import HttpCredentials, http_credentials
from phones.models import Phone
from provisioning.authorization import parse_authorization
from provisioning.gate import Granted, Question, Refused, decide
from provisioning.lookup import Row, expected_of_nobody, look_up
from provisioning.renderers.snom.identify import identify


@dataclass(frozen=True)
class Asked:
    """What a phone sends, and when: over TLS, so that credentials count."""

    mac: str
    user_agent: str
    at: datetime
    authorization: str | None = None  # the header, secret and all
    address: str = ""


@dataclass(frozen=True)
class Decision:
    """What was found, what was asked and what is answered, at that moment."""

    asked: Asked
    row: Row | None
    question: Question
    answer: Granted | Refused


def decide_on(asked: Asked) -> Decision:
    """Look up and decide, as for a phone."""
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
    return Decision(asked, row, question, decide(row.facts if row else None, question, expected, asked.at))


def user_agent_of(phone: Phone | None, code: str = "", firmware: str = "") -> str:
    """What a phone of that model says of itself; of no model in particular, what this one said last."""
    if code:
        token = catalogue.get(code).user_agents[0]
    elif phone is not None:
        token, firmware = phone.detected_token, firmware or phone.firmware
    else:
        token = ""
    if not token:
        return ""
    return f"Mozilla/4.0 (compatible; {token}-SIP {firmware})".replace(" )", ")")


def held_credentials(phone: Phone) -> HttpCredentials | None:
    """The credentials the phone has on board, as far as we know; None before its first configuration.

    After a renewal it has those of before until it has fetched the new ones.
    """
    if phone.authenticated_at is None:
        return None
    generation = phone.previous_generation
    return http_credentials(
        phone.mac, phone.uid, phone.credential_generation if generation is None else generation
    )


def basic_header(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
