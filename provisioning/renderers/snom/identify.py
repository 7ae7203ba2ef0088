"""Identifies a snom phone by the User-Agent of its provisioning requests."""

import re
from dataclasses import dataclass
from typing import Literal

from phones import catalogue

Problem = Literal["unknown-model", "unsupported-model"]

# Known User-Agents differ after the firmware (build dates contain spaces), so only distinctive
# parts are searched for. Every repetition is bounded, because the text is untrusted.
_PHONE = re.compile(
    r"\b(snom\w{1,16})-SIP(?: ([0-9]{1,4}(?:\.[0-9]{1,4}){1,6})(?![\w.]))?",
    re.ASCII | re.IGNORECASE,
)
_SNOM = re.compile(r"\bsnom", re.ASCII | re.IGNORECASE)
_MAC = re.compile(r"\b000413[0-9A-F]{6}\b", re.ASCII | re.IGNORECASE)
_SIDECARS = re.compile(r"\bUXM:([0-9]{1,2})\b", re.ASCII)
_LONGEST = 512


@dataclass(frozen=True)
class Identified:
    """What a request reports, given the declared model; `model` is a catalogue code, or None with
    a `problem`.
    """

    model: str | None
    candidates: tuple[str, ...] = ()
    token: str = ""
    firmware: str = ""
    mac: str | None = None
    sidecars: int | None = None  # a hint: never a reason to remove a key
    problem: Problem | None = None


def identify(user_agent: str, declared: str | None = None) -> Identified:
    """The model to render for: what the phone reports, else what was declared."""
    text = user_agent[:_LONGEST]
    phone = _PHONE.search(text)
    if phone is None:
        # A snom phone of an unknown kind is not the declared model either.
        return (
            Identified(model=None, problem="unsupported-model")
            if _SNOM.search(text)
            else _declared(declared)
        )
    candidates = tuple(model.code for model in catalogue.by_user_agent(phone[1]))
    return Identified(
        model=_choose(candidates, declared),
        candidates=candidates,
        token=phone[1],
        firmware=phone[2] or "",
        mac=_mac(text),
        sidecars=_sidecars(text),
        problem=None if candidates else "unsupported-model",
    )


def _declared(declared: str | None) -> Identified:
    if not declared:
        return Identified(model=None, problem="unknown-model")
    return Identified(model=declared, candidates=(declared,))


def _choose(candidates: tuple[str, ...], declared: str | None) -> str | None:
    if declared in candidates:
        return declared
    return candidates[0] if candidates else None


def _mac(text: str) -> str | None:
    found = _MAC.findall(text)
    return found[-1].upper() if found else None


def _sidecars(text: str) -> int | None:
    found = _SIDECARS.search(text)
    return int(found[1]) if found else None
