"""One fixed world has one document, byte for byte, whatever database it was read from.

The suite runs on SQLite and on PostgreSQL: both must come to the digest below. It changes whenever
what phones are told changes, and is then to be replaced by the one the failure shows.
"""

import hashlib
import uuid

from clients.models import Client, Reseller, Site, Subscriber
from phones import catalogue
from phones.models import Phone, SipCredential
from provisioning.assembly import compose
from provisioning.renderers.registry import renderer_for

DIGEST = "4dc2a4b2095ce9be7ea0167111a1e70ada92c7bc2075ae425a4fcebe292e6e17"
# Names that two databases would put in two orders.
NAMES = [
    "Zoé",
    "élodie",
    "Eloïse",
    "eric",
    "Œuvre",
    "ocre",
    "_bas",
    "10 Nantes",
    "9 Nantes",
    "Ñandú",
    "Ångström",
    "aa",
]


def a_world() -> Phone:
    reseller = Reseller.unscoped.create(name="Revendeur")
    client = Client.unscoped.create(
        reseller=reseller,
        reference="30000",
        legal_name="Société & Cie",
        group_name="Groupe <1>",
        sip_domain="sip.example.net",
        outbound_proxy="sbc.example.net:5060",
        transport="tcp",
    )
    main = Site.unscoped.create(client=client, name="Site principal", is_main=True)
    other = Site.unscoped.create(client=client, name="La Réunion", time_zone="Indian/Reunion")
    lines = [
        Subscriber.unscoped.create(
            client=client,
            site=main if number % 2 else other,
            number=f"+3397071{number:04d}",
            extension=None if number % 5 == 0 else f"{7000 + number}",
            name=name,
        )
        for number, name in enumerate(NAMES)
    ]
    phone = Phone.unscoped.create(
        mac="00041374074C",
        uid=uuid.UUID("6f1d3c52-0a4e-4b1c-9a55-3f7a2b9c1d10"),
        client=client,
        subscriber=lines[2],
        credential_generation=3,
    )
    SipCredential.unscoped.create(
        phone=phone, subscriber=lines[2], auth_name="mc00000000000000", password="A" * 24
    )
    return Phone.unscoped.select_related("client", "subscriber__site", "sip_credential").get(
        pk=phone.pk
    )


def test_the_fixed_world_gives_the_committed_bytes(db: None) -> None:
    phone = a_world()
    model = catalogue.get("snom-d765")

    body = b"".join(renderer_for(model.vendor).render(compose(phone, model, "10.1.54.13")))

    assert hashlib.sha256(body).hexdigest() == DIGEST
