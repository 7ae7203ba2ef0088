"""SIP identities: the one in use, and the others switched off."""

from collections.abc import Iterator

from lxml import etree

from provisioning.document import Identity, PhoneDocument
from provisioning.renderers.snom.elements import setting

# In this order; the list is that of firmware 8.7 and later. A-law first, as French networks speak it.
CODECS = "pcma,pcmu,g722,g729,telephone-event"
# What an identity in use is told and an unused one must not keep from the phone's former line.
PERSONAL = (
    "user_realname",
    "user_name",
    "user_pname",
    "user_pass",
    "user_host",
    "user_outbound",
    "user_idle_text",
    "user_idle_number",
    "user_mailbox",
)


def lines(document: PhoneDocument) -> Iterator[etree._Element]:
    """Every identity of the model: left out, it would keep its old account."""
    for idx in range(1, document.model.identities + 1):
        if idx <= len(document.identities):
            yield from _used(idx, document.identities[idx - 1])
        else:
            yield from _unused(idx)


def _used(idx: int, identity: Identity) -> Iterator[etree._Element]:
    yield setting("user_active", "on", idx=idx)
    for name, value in zip(PERSONAL, _personal(identity), strict=True):
        yield setting(name, value, idx=idx)
    yield setting(
        "user_srtp", "off", idx=idx
    )  # on in the factory: no sound with a platform that speaks plain RTP
    yield setting("user_dtmf_info", "off", idx=idx)  # digits as RFC 4733 events
    yield setting("codec_priority_list", CODECS, idx=idx)


def _personal(identity: Identity) -> tuple[str, ...]:
    return (
        identity.realname,
        identity.number_e164,
        identity.auth_name,
        identity.password,
        identity.domain,
        # The transport can only be said here, so a line without a proxy names its domain.
        f"{identity.outbound_proxy or identity.domain};transport={identity.transport}",
        identity.realname or identity.display_number,
        identity.display_number,
        identity.mailbox,
    )


def _unused(idx: int) -> Iterator[etree._Element]:
    yield setting("user_active", "off", idx=idx)
    for name in PERSONAL:
        yield setting(name, "", idx=idx)
