"""Writes a phone's document, for a request or for a preview."""

import hashlib
from dataclasses import dataclass, field

from django.conf import settings

from phones.catalogue import PhoneModel
from phones.models import Phone
from provisioning.assembly import compose
from provisioning.assembly.shared import Shared
from provisioning.document import PhoneDocument
from provisioning.masking import masked
from provisioning.renderers.registry import renderer_for


@dataclass(frozen=True)
class Written:
    """A document and its bytes; their hash is the ETag."""

    document: PhoneDocument
    content_type: str
    body: bytes = field(repr=False)
    digest: str


def write(phone: Phone, model: PhoneModel, firmware: str, shared: Shared | None = None) -> Written:
    """Compose and render the current configuration. Raises UnsupportedFeature."""
    document = compose(phone, model, firmware, shared)
    renderer = renderer_for(model.vendor)
    body = b"".join(renderer.render(document))
    return Written(document, renderer.content_type, body, hashlib.sha256(body).hexdigest())


def masked_text(document: PhoneDocument) -> str:
    """The document as it would be served, secrets masked; never show it without
    `masking.shown`.
    """
    renderer = renderer_for(document.model.vendor)
    return b"".join(renderer.render(masked(document, settings.METACENTREX_HTTP_KEY))).decode()
