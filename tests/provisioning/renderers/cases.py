"""Documents to render, the same for every vendor."""

from dataclasses import replace

from keys.layout import effective_layout
from phones.catalogue import PhoneModel, Version
from provisioning.assembly.keys import keys_of
from provisioning.document import (
    Contact,
    Identity,
    Locale,
    PhoneDocument,
    Provisioning,
    WebCredentials,
)

NASTY = "<&\"'> é ☎ ]]> <!-- &amp;"
# Planted where secrets go: they belong in the bytes, and nowhere else.
SECRETS = ("http-s3cret-one", "web-s3cret-two", "31415926", "sip-s3cret-four")


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
        mailbox="*97",
    )


def bare(model: PhoneModel, firmware: Version | None = None) -> PhoneDocument:
    """A phone just plugged in: one line, keys untouched, nobody in the directory."""
    return PhoneDocument(
        mac="00041374074C",
        model=model,
        firmware=firmware,
        provisioning=Provisioning("https://portal.example.net/sip-ps/{mac}.xml", "00041374074c", SECRETS[0]),
        locale=Locale(),
        web=WebCredentials("admin", SECRETS[1], SECRETS[2]),
        identities=(identity(),),
        keys=keys_of(effective_layout(model, ()), "*8"),
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
        Contact(f"Collègue {number}", str(2000 + number)) for number in range(model.directory_entries)
    )
    return replace(nasty(model, firmware), directory=contacts)


CASES = {"bare": bare, "nasty": nasty, "crowded": crowded}
