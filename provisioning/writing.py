"""Write a phone's document, for the phone that asked or for a preview."""

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
    """A document and its bytes. The ETag is their hash, and a phone gets all of them or none."""

    document: PhoneDocument
    content_type: str
    body: bytes = field(repr=False)
    digest: str


def write(phone: Phone, model: PhoneModel, firmware: str, shared: Shared | None = None) -> Written:
    """The configuration as it is now. Raises UnsupportedFeature."""
    document = compose(phone, model, firmware, shared)
    renderer = renderer_for(model.vendor)
    body = b"".join(renderer.render(document))
    return Written(document, renderer.content_type, body, hashlib.sha256(body).hexdigest())


def masked_text(document: PhoneDocument) -> str:
    """The document as it would be served, its secrets masked; never to be shown without
    `masking.shown`.
    """
    renderer = renderer_for(document.model.vendor)
    return b"".join(renderer.render(masked(document, settings.METACENTREX_HTTP_KEY))).decode()
