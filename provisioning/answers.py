"""A response with a document, and what to write after sending it."""

from dataclasses import dataclass, field
from datetime import datetime

from phones.catalogue import PhoneModel
from phones.models import Phone
from provisioning import published, served
from provisioning.document import PhoneDocument


@dataclass(frozen=True)
class Answer:
    """A document about to be sent; `document` is None if it was rendered earlier."""

    model: PhoneModel
    firmware: str
    content_type: str
    body: bytes = field(repr=False)
    digest: str
    document: PhoneDocument | None = field(repr=False)


def keep_later(phone: Phone, answer: Answer, *, is_new: bool, at: datetime) -> None:
    """After the response, queue a rendered document for publishing, and new content for masking."""
    if answer.document is not None:
        published.publish_later(phone, answer.model, answer.firmware, answer.digest, answer.body)
    if is_new:
        served.remember_later(
            served.Answer(
                phone.pk, answer.document, answer.digest, at, answer.model, answer.firmware
            )
        )
