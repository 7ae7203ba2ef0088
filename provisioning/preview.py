"""« Ce que le téléphone recevrait »: the current document, whether it would be served, and what
changed.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from django.utils.translation import gettext

from phones import catalogue
from phones.catalogue import PhoneModel
from phones.enums import Refusal, is_mended_by_window
from phones.models import Phone
from provisioning.asking import (
    Asked,
    Said,
    basic_header,
    decide_on,
    held_credentials,
    said_by,
    said_for,
)
from provisioning.gate import Refused
from provisioning.lookup import load
from provisioning.masking import shown
from provisioning.models import ServedDocument
from provisioning.reading import Difference, DiffLine, Summary, diff_lines, differences, summary
from provisioning.remedies import remedy_of
from provisioning.renderers.base import UnsupportedFeature
from provisioning.served import last_served
from provisioning.writing import Written, masked_text, write


class Comparison(Enum):
    """How the current document compares with the last one received."""

    NEVER = "never"  # the phone received none
    UNKNOWN = "unknown"  # the last one received was not stored
    SAME = "same"
    DIFFERS = "differs"
    OTHER_MODEL = "other-model"  # another model than the phone's was requested


class Missing(Enum):
    """Requirements of a document that may be missing."""

    LINE = "line"
    MODEL = "model"


@dataclass(frozen=True)
class Preview:
    """What a phone would receive; `xml` is "" if there is no document: `missing` or `problem` says
    why.
    """

    model: PhoneModel | None
    firmware: str
    missing: Missing | None = None
    problem: str = ""
    refusal: Refusal | None = None
    in_service: bool = False
    xml: str = ""
    kilobytes: float = 0
    summary: Summary | None = None
    comparison: Comparison = Comparison.NEVER
    served: ServedDocument | None = None
    differences: list[Difference] = field(default_factory=list)
    lines: list[DiffLine] = field(default_factory=list)

    @property
    def line_count(self) -> int:
        return len(self.xml.splitlines())

    @property
    def is_mended_by_window(self) -> bool:
        """Whether the phone would be served after « Ré-autoriser »."""
        return self.refusal is not None and is_mended_by_window(
            self.refusal, in_service=self.in_service
        )

    @property
    def waits_for_window(self) -> bool:
        """Whether only a window is missing."""
        return self.is_mended_by_window or self.refusal is Refusal.NOT_YET

    @property
    def remedy(self) -> str:
        return remedy_of(self.refusal, in_service=self.in_service)


def preview_of(phone: Phone, now: datetime, *, code: str = "", firmware: str = "") -> Preview:
    """The document for the requested model, else the one last reported by the phone, else the
    declared one.
    """
    own, asked = said_by(phone), said_for(phone, code, firmware)
    is_own = (asked.model, asked.firmware or own.firmware) == (own.model, own.firmware)
    said = own if is_own else asked
    model = catalogue.get(said.model) if said.model else None
    if phone.subscriber is None or model is None:
        missing = Missing.LINE if phone.subscriber is None else Missing.MODEL
        return Preview(model, said.firmware, missing=missing)
    decision = decide_on(_as_it_would_ask(phone, said, now))
    whole = load(decision.row, by_window=False) if decision.row else None
    refusal = decision.answer.reason if isinstance(decision.answer, Refused) else None
    if whole is None:
        return Preview(model, said.firmware, refusal=Refusal.REVOKED_MEANWHILE)
    try:
        written = write(whole, model, said.firmware)
    except UnsupportedFeature as error:
        return Preview(
            model,
            said.firmware,
            problem=str(error),
            refusal=refusal,
            in_service=phone.is_in_service,
        )
    return _compared(whole, written, said.firmware, refusal, is_own=is_own)


def _as_it_would_ask(phone: Phone, said: Said, now: datetime) -> Asked:
    """The phone's next request, with the credentials it has, from its address in the window."""
    held = held_credentials(phone)
    return Asked(
        mac=phone.mac,
        user_agent=said.user_agent,
        at=now,
        authorization=basic_header(held.user, held.password) if held else None,
        address=phone.window_address,
    )


def _compared(
    phone: Phone, written: Written, firmware: str, refusal: Refusal | None, *, is_own: bool
) -> Preview:
    text, model = masked_text(written.document), written.document.model
    served = last_served(phone) if phone.served_digest and is_own else None
    comparison = _comparison(phone, written, served, is_own=is_own)
    compared = served if comparison is Comparison.DIFFERS else None
    return Preview(
        model,
        firmware,
        refusal=refusal,
        in_service=phone.is_in_service,
        xml=shown(text),
        kilobytes=len(written.body) / 1024,
        summary=summary(text, model),
        comparison=comparison,
        served=served,
        differences=_differences(compared, text, model) if compared else [],
        lines=diff_lines(compared.body, text) if compared else [],
    )


def _comparison(
    phone: Phone, written: Written, served: ServedDocument | None, *, is_own: bool
) -> Comparison:
    if not is_own:
        return Comparison.OTHER_MODEL
    if not phone.served_digest:
        return Comparison.NEVER
    if phone.served_digest == written.digest:  # whether or not it was stored
        return Comparison.SAME
    return Comparison.DIFFERS if served is not None else Comparison.UNKNOWN


def _differences(served: ServedDocument, text: str, model: PhoneModel) -> list[Difference]:
    found = differences(served.body, text, model)
    if served.model != model.code:
        before = catalogue.get(served.model).label
        found.insert(0, Difference("changed", gettext("Model"), before, model.label))
    return found
