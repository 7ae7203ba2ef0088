"""Documents to render, the same for every vendor."""

from dataclasses import replace

from keys.layout import effective_layout
from metacentrex.language import platform_language
from phones.catalogue import PhoneModel, Version
from provisioning.assembly.keys import keys_of
from provisioning.document import (
    Contact,
    Identity,
    Locale,
    PhoneDocument,
    Policy,
    Polling,
    Provisioning,
    WebCredentials,
)

NASTY = "<&\"'> é ☎ ]]> <!-- &amp;"
# Planted where secrets go: they belong in the bytes, and nowhere else.
SECRETS = ("http-s3cret-one", "web-s3cret-two", "31415926", "sip-s3cret-four", "web-s3cret-five")


def identity(realname: str = "Accueil") -> Identity:
    """One registered line."""
    return Identity(
        number_e164="+33970711111",
        display_number="0970711111",
        auth_name="mc4k7qs0p2vt9xab",
        password=SECRETS[3],
        realname=realname,
        domain="openip.example.net",
        outbound_proxy="sbc.example.net:5061",
        transport="tls",
        srtp="mandatory",
        mailbox="*97",
    )


def bare(model: PhoneModel, firmware: Version | None = None) -> PhoneDocument:
    """A phone just plugged in: one line, keys untouched, nobody in the directory."""
    with platform_language():
        keys = keys_of(effective_layout(model, ()), "*8")
    return PhoneDocument(
        mac="00041374074C",
        model=model,
        firmware=firmware,
        provisioning=Provisioning(
            "https://portal.example.net/sip-ps/{mac}.xml", "00041374074c", SECRETS[0]
        ),
        locale=Locale(),
        web=WebCredentials("admin", SECRETS[1], SECRETS[4], SECRETS[2]),
        polling=Polling(seconds=80_000),
        policy=Policy(),
        identities=(identity(),),
        keys=keys,
        directory=(),
    )


def nasty(model: PhoneModel, firmware: Version | None = None) -> PhoneDocument:
    """Names that would break a document written as text."""
    document = bare(model, firmware)
    return replace(
        document,
        identities=(identity(NASTY),),
        keys=tuple(replace(key, label=f"{NASTY} {key.index}") for key in document.keys),
        directory=(
            Contact(NASTY, "1001"),
            Contact("Zoé d’Arc\u00a0– L’Haÿ 👩‍💻", "1002"),
            Contact("x" * 200, "0590123456"),
        ),
    )


def crowded(model: PhoneModel, firmware: Version | None = None) -> PhoneDocument:
    """As many contacts as the phone holds."""
    contacts = tuple(
        Contact(f"Collègue {number}", str(2000 + number))
        for number in range(model.directory_entries)
    )
    return replace(nasty(model, firmware), directory=contacts)


# One key of each function, as they are dialled, sent or asked for.
ARRANGED = (
    ("line", "", ""),
    ("blf", "1072", "*8"),
    ("speed", "0612345678", ""),
    ("speed", "+4930123456", ""),
    ("extension", "1073", ""),
    ("transfer", "1074", ""),
    ("forward", "0970711112", ""),
    ("park", "701", ""),
    ("intercom", "1075", ""),
    ("dtmf", "*1,2#", ""),
    ("conference", "8000", ""),
    ("event", "F_DND", ""),
    ("url", "https://crm.example.fr/?q=1&m=2", ""),
    ("none", "", ""),
)


def full(model: PhoneModel, firmware: Version | None = None) -> PhoneDocument:
    """Every key of the phone arranged, names that would break a text, no voicemail number, sound
    not encrypted.
    """
    document = nasty(model, firmware)
    line = replace(document.identities[0], mailbox="", transport="udp", srtp="off")
    return replace(_arranged(document, model.key_count), identities=(line,))


def three_sidecars(model: PhoneModel, firmware: Version | None = None) -> PhoneDocument:
    """Every key of the phone and of three sidecars arranged, in Saint-Pierre-et-Miquelon."""
    document = nasty(model, firmware)
    there = replace(document, locale=Locale(time_zone="America/Miquelon"))
    return _arranged(there, len(document.keys))


def _arranged(document: PhoneDocument, count: int) -> PhoneDocument:
    keys = list(document.keys)
    for at in range(count):
        function, value, pickup = ARRANGED[at % len(ARRANGED)]
        label = "" if function == "none" else f"{NASTY} {at}"
        keys[at] = replace(keys[at], function=function, value=value, pickup=pickup, label=label)
    return replace(document, keys=tuple(keys))


CASES = {"bare": bare, "nasty": nasty, "crowded": crowded}
