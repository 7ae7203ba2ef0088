"""The SIP identity of a phone on its line."""

from clients.models import PlatformSettings, Subscriber
from clients.numbers import national
from phones.models import Phone
from provisioning.document import Identity

# What ends a display name or starts an address in a SIP header (RFC 3261, §25.1).
_SIP_MARKS = str.maketrans({'"': "'", "<": "(", ">": ")", "\\": "/"})


def sip_display_name(name: str) -> str:
    """The name with the marks replaced that a phone might copy unquoted into a SIP header."""
    return name.translate(_SIP_MARKS)


def identity_of(phone: Phone, subscriber: Subscriber, platform: PlatformSettings) -> Identity:
    """The account that the phone registers with: the one that the platform imposes on the line,
    else that of this phone on this line.
    """
    client = phone.client
    imposed = bool(subscriber.platform_auth_name)
    return Identity(
        number_e164=subscriber.number,
        display_number=national(subscriber.number),
        auth_name=subscriber.platform_auth_name if imposed else phone.sip_credential.auth_name,
        password=subscriber.platform_password if imposed else phone.sip_credential.password,
        realname=sip_display_name(subscriber.name),
        domain=client.sip_domain,
        outbound_proxy=client.outbound_proxy,
        transport=client.transport,
        srtp=client.effective_srtp,
        mailbox=platform.voicemail_number,
    )
