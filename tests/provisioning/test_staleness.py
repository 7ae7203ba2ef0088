"""No change reaches the bytes of a document unmarked, and after rendering exactly the phones whose
bytes changed wait.

Each column of each model that feeds documents is changed by the service that can, or says why none
can. A new column fails until it has its row here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any

import pytest
from django.db.models import F, Model
from django.http import HttpResponse
from django.utils import translation
from lxml import etree

from clients.models import BarringClass, Client, Licence, PlatformSettings, Site, Subscriber
from clients.services.audit import PLATFORM
from clients.services.clients import save_site, update_client
from clients.services.platform import save_settings
from clients.services.subscribers import create_subscriber, end_subscriber, update_subscriber
from keys.drafts import KeyDraft
from keys.models import Key, PhoneProfile
from keys.owners import Owner
from phones import catalogue
from phones.models import Phone, SipCredential
from phones.services.assignment import PhoneChange, assign, change_phone, unassign
from phones.services.window import open_window, renew
from provisioning.models import PublishedDocument
from provisioning.services.publishing import render_stale
from provisioning.writing import write
from tests.factories.clients import SiteFactory, SubscriberFactory
from tests.factories.keys import arrange
from tests.factories.phones import AssignedPhoneFactory, PhoneFactory

D765 = catalogue.get("snom-d765")
Bytes = dict[int, bytes]


@dataclass(frozen=True)
class World:
    """A client with three phones in service and one with one; the first watches the second and has
    every layer.
    """

    client: Client
    site: Site
    lines: list[Subscriber]
    phones: list[Phone]
    stranger: Phone

    @property
    def owner(self) -> Owner:
        return Owner.of_line(
            Subscriber.unscoped.select_related("client", "site").get(pk=self.lines[0].pk)
        )

    def line(self, at: int = 0) -> Subscriber:
        return Subscriber.unscoped.select_related("client", "site").get(pk=self.lines[at].pk)

    def phone(self, at: int = 0) -> Phone:
        return Phone.unscoped.select_related("client", "subscriber__site").get(
            pk=self.phones[at].pk
        )


@pytest.fixture
def world(blue_client: Client, red_client: Client, fetch: Callable[..., HttpResponse]) -> World:
    PlatformSettings(pk=1, voicemail_number="*97", url_hosts="crm.example.fr").save()
    site = SiteFactory(client=blue_client, name="Clichy")
    names = ("Accueil", "Bureau", "Cave")
    lines = [SubscriberFactory(client=blue_client, site=site, name=name) for name in names]
    phones = [AssignedPhoneFactory(subscriber=line, model="snom-d765") for line in lines]
    stranger = AssignedPhoneFactory(subscriber__client=red_client, model="snom-d765")
    arrange(Owner.of_line(lines[0]), sidecars=1, side_1=KeyDraft("blf", person=lines[1].pk))
    arrange(Owner.of_client(blue_client), side_9=KeyDraft("speed", "9"))
    arrange(Owner.of_site(site), side_10=KeyDraft("speed", "10"))
    arrange(Owner.of_line(lines[2]), side_2=KeyDraft("url", "https://crm.example.fr/"))
    for phone in (*phones, stranger):
        said = f"Mozilla/4.0 (compatible; snomD765-SIP 10.1.54.13 2010.12 {phone.mac})"
        assert fetch(phone.mac, user_agent=said).status_code == 200
    assert render_stale() is False
    assert waiting() == set()
    return World(blue_client, site, lines, phones, stranger)


def documents() -> Bytes:
    """What every phone in service would get now."""
    whole = Phone.unscoped.select_related("client", "subscriber__site", "sip_credential")
    found = whole.filter(subscriber__isnull=False).exclude(served_digest="")
    return {phone.pk: write(phone, D765, phone.firmware).body for phone in found}


def marked() -> set[int]:
    rows = PublishedDocument.objects.filter(rendered__lt=F("wanted"))
    return set(rows.values_list("phone_id", flat=True))


def waiting() -> set[int]:
    """Whose document is another one than the phone has."""
    phones = Phone.unscoped.exclude(served_digest="").exclude(published_digest=F("served_digest"))
    return set(phones.filter(subscriber__isnull=False).values_list("pk", flat=True))


def fetched(*phones: Phone) -> None:
    """They came for what waited."""
    Phone.unscoped.filter(pk__in=[phone.pk for phone in phones]).update(
        served_digest=F("published_digest")
    )


def changed_by(act: Callable[[], object]) -> set[int]:
    """Whose bytes the act changed; fails if one of them was not marked, or if others wait
    afterwards.
    """
    before = documents()
    act()
    after = documents()
    changed = {pk for pk in after if before.get(pk) != after[pk]}

    assert changed <= marked(), "bytes changed unmarked"
    render_stale()
    assert waiting() == changed
    return changed


# --- Column by column -----------------------------------------------------------------------------


def saved(row: Model, save: Callable[..., object], **values: Any) -> object:
    for name, value in values.items():
        setattr(row, name, value)
    return save(row, actor=PLATFORM)


def settings(**values: Any) -> Callable[[World], object]:
    return lambda world: saved(PlatformSettings.objects.get(pk=1), save_settings, **values)


def client(**values: Any) -> Callable[[World], object]:
    return lambda world: saved(Client.unscoped.get(pk=world.client.pk), update_client, **values)


def site(**values: Any) -> Callable[[World], object]:
    return lambda world: saved(Site.unscoped.get(pk=world.site.pk), save_site, **values)


def line(at: int = 0, **values: Any) -> Callable[[World], object]:
    return lambda world: saved(world.line(at), update_subscriber, **values)


def keys(**drafts: Any) -> Callable[[World], object]:
    return lambda world: arrange(world.owner, **drafts)


def child_site(world: World) -> object:
    """The site under another one, which has keys of its own."""
    above = SiteFactory(client=world.client, name="Nord")
    arrange(Owner.of_site(above), side_11=KeyDraft("speed", "11"))
    return saved(Site.unscoped.get(pk=world.site.pk), save_site, parent=above)


def licence(world: World) -> object:
    return saved(world.line(), update_subscriber, licence=Licence.objects.create(name="Autre"))


def barring(world: World) -> object:
    return saved(
        world.line(), update_subscriber, barring=BarringClass.objects.create(code=9, name="Tout")
    )


def other_site(world: World) -> object:
    return saved(
        world.line(),
        update_subscriber,
        site=SiteFactory(client=world.client, time_zone="Indian/Reunion"),
    )


def other_model(world: World) -> object:
    change = PhoneChange(description="", model="snom-760", subscriber=world.line())
    return change_phone(world.phone(), change, actor=PLATFORM)


def described(world: World) -> object:
    change = PhoneChange(description="Autre", model="snom-d765", subscriber=world.line())
    return change_phone(world.phone(), change, actor=PLATFORM)


OURS = "the database's own"
FETCHED = "written by a fetch, which gives the phone its document itself"
WINDOW = "of the window: says whether a document is served, not what it says"
NEVER = "no service changes it"
VIA_DRAFT = "changes with a key that is saved"

CHANGES: dict[type[Model], dict[str, Callable[[World], object] | str]] = {
    PlatformSettings: {
        "id": OURS,
        "operator_name": settings(operator_name="Autre"),
        "one_time_password_hours": settings(one_time_password_hours=24),
        "window_hours": settings(window_hours=24),
        "maximum_window_days": settings(maximum_window_days=10),
        "window_policy": settings(window_policy="first-contact"),
        "release_after_days": settings(release_after_days=10),
        "voicemail_number": settings(voicemail_number="888"),
        "pickup_code": settings(pickup_code="*77"),
        "url_hosts": settings(url_hosts=""),
        "ntp_server": settings(ntp_server=""),
        "polling_from": settings(polling_from=time(2)),
        "polling_until": settings(polling_until=time(5, 30)),
        "authenticates_notify": settings(authenticates_notify=False),
        "registration_expiry": settings(registration_expiry=600),
        "sip_server_type": settings(sip_server_type="metaswitch"),
        "says_user_phone": settings(says_user_phone=True),
        "matches_user_name": settings(matches_user_name=True),
    },
    Client: {
        "id": OURS,
        "search_text": OURS,
        "reseller": NEVER,
        "reference": client(reference="10101"),
        "legal_name": client(legal_name="Autre"),
        "group_name": client(group_name="Autre"),
        "siret": client(siret="48285833900021"),
        "address": client(address="1, rue Neuve"),
        "postal_code": client(postal_code="75001"),
        "city": client(city="Paris"),
        "status": "suspending closes the gate; terminating takes the phones off their lines "
        "(below)",
        "sip_domain": client(sip_domain="autre.example.net"),
        "outbound_proxy": client(outbound_proxy="sbc.example.net:5061"),
        "transport": client(transport="tls"),
        "srtp": client(srtp="optional"),
        "window_policy": client(window_policy="first-contact"),
        "pickup_code": client(pickup_code="#8"),
        "created_at": NEVER,
        "terminated_at": NEVER,
    },
    Site: {
        "id": OURS,
        "client": NEVER,
        "parent": child_site,
        "name": site(name="Autre"),
        "is_main": NEVER,
        "time_zone": site(time_zone="Indian/Reunion"),
    },
    Subscriber: {
        "id": OURS,
        "search_text": OURS,
        "client": NEVER,
        "site": other_site,
        "number": line(number="+33970799999"),
        "extension": line(extension="7777"),
        "name": line(name="Autre"),
        "licence": licence,
        "presented_number": lambda world: saved(
            world.line(), update_subscriber, presented_number=world.lines[1].number
        ),
        "barring": barring,
        "status": line(1, status="suspended"),
        "is_locked": line(is_locked=True),
        "is_administrator": line(is_administrator=True),
        "administered_site": lambda world: saved(
            world.line(), update_subscriber, administered_site=world.site
        ),
        "platform_auth_name": line(platform_auth_name="imposed", platform_password="imposed-too"),
        "platform_password": VIA_DRAFT.replace("a key that", "the account's name when both"),
        "created_at": NEVER,
        "ended_at": NEVER,
    },
    Phone: {
        **dict.fromkeys(["id", "search_text", "form_token", "created_at"], OURS),
        **dict.fromkeys(["uid", "mac", "client", "site"], NEVER),
        **dict.fromkeys(
            [
                "authorized_from",
                "authorized_until",
                "window_opened_at",
                "expiry_recorded_at",
                "authenticated_at",
                "credentials_seen_at",
                "window_address",
                "window_agent",
                "doubled_at",
                "doubled_with",
                "digest_used",
                "refused_at",
                "refused_since",
                "refused_count",
                "refused_reason",
                "dismissed_at",
                "knocked_at",
                "knocked_since",
                "knocked_count",
                "knocked_reason",
                "knocked_address",
                "previous_generation",
            ],
            WINDOW,
        ),
        **dict.fromkeys(
            [
                "detected_model",
                "detected_token",
                "firmware",
                "last_address",
                "served_at",
                "served_address",
                "served_digest",
                "published_digest",
                "comes_back",
                "changed_at",
            ],
            FETCHED,
        ),
        "description": described,
        "model": other_model,
        "subscriber": lambda world: assign(world.phone(), world.line(1), actor=PLATFORM),
        "credential_generation": lambda world: renew(world.phone(), actor=PLATFORM),
    },
    SipCredential: {
        **dict.fromkeys(["id", "phone", "subscriber", "created_at"], OURS),
        "auth_name": lambda world: renew(world.phone(), actor=PLATFORM),
        "password": lambda world: open_window(world.phone(), actor=PLATFORM),
    },
    PhoneProfile: {
        **dict.fromkeys(["id", "level", "client", "site", "subscriber", "model"], NEVER),
        "sidecars": keys(sidecars=2, sidecar_2_1=KeyDraft("speed", "21")),
        **dict.fromkeys(["revision", "changed_at", "changed_by"], VIA_DRAFT),
    },
    Key: {
        **dict.fromkeys(["id", "profile"], NEVER),
        **dict.fromkeys(["bank", "position"], VIA_DRAFT),
        "function": keys(side_2=KeyDraft("line")),
        "value": keys(side_2=KeyDraft("speed", "2")),
        "person": lambda world: arrange(
            world.owner, side_1=KeyDraft("blf", person=world.lines[2].pk)
        ),
        **dict.fromkeys(["person_number", "person_name"], VIA_DRAFT),
        "label": lambda world: arrange(
            world.owner, side_1=KeyDraft("blf", person=world.lines[1].pk, label="Lui")
        ),
        "picks_up": lambda world: arrange(
            world.owner, side_1=KeyDraft("blf", person=world.lines[1].pk, picks_up=False)
        ),
        "is_locked": lambda world: arrange(
            Owner.of_client(world.client),
            side_1=KeyDraft("speed", "1", is_locked=True, reason="standard"),
        ),
        "lock_reason": VIA_DRAFT,
    },
}
CASES = [
    pytest.param(change, id=f"{model.__name__}.{name}")
    for model, columns in CHANGES.items()
    for name, change in columns.items()
    if not isinstance(change, str)
]


@pytest.mark.parametrize("model", CHANGES, ids=lambda model: model.__name__)
def test_every_column_is_changed_or_says_why_not(model: type[Model]) -> None:
    assert {field.name for field in model._meta.concrete_fields} == set(CHANGES[model])


@pytest.mark.parametrize("change", CASES)
def test_no_byte_changes_unmarked_and_nobody_else_waits(
    change: Callable[[World], object], world: World
) -> None:
    changed_by(lambda: change(world))


# --- What else reaches a document -----------------------------------------------------------------


def test_a_renamed_person_changes_each_key_that_watches_them_and_the_directories(
    world: World,
) -> None:
    for other in (world.lines[1], world.lines[2]):
        SubscriberFactory(client=world.client, name=f"Voisin de {other.name}")

    changed = changed_by(lambda: saved(world.line(1), update_subscriber, name="Bérénice"))

    assert changed == {phone.pk for phone in world.phones}
    body = documents()[world.phones[0].pk].decode()
    assert 'label="Bérénice"' in body and "<name>Bérénice</name>" in body
    assert world.stranger.pk not in changed


def test_of_a_layer_only_the_phones_that_have_it_change(world: World) -> None:
    arrange(world.owner, side_9=KeyDraft("speed", "90"))
    render_stale()
    fetched(world.phones[0])

    changed = changed_by(
        lambda: arrange(Owner.of_client(world.client), side_9=KeyDraft("speed", "99"))
    )

    assert changed == {world.phones[1].pk, world.phones[2].pk}


def test_a_lock_of_the_client_wins_in_the_document_and_its_end_gives_the_key_back(
    world: World,
) -> None:
    def told() -> str:
        body = documents()[world.phones[0].pk]
        return str(etree.fromstring(body).findtext("functionKeys/fkey[@idx='4']"))

    mine = told()
    locked = KeyDraft("speed", "3900", is_locked=True, reason="standard")
    arrange(Owner.of_client(world.client), side_1=locked)
    theirs = told()
    arrange(Owner.of_client(world.client), side_1=KeyDraft("speed", "3900"))

    assert (mine, theirs) == (f"blf {world.lines[1].extension}|*8", "speed 3900")
    assert told() == mine


def test_a_new_colleague_and_one_who_ends_change_the_directories(world: World) -> None:
    new = Subscriber(
        client=world.client, site=world.site, number="+33970712222", extension="222", name="Nouveau"
    )
    everybody = {phone.pk for phone in world.phones}

    assert changed_by(lambda: create_subscriber(new, actor=PLATFORM)) == everybody
    fetched(*world.phones)
    assert changed_by(lambda: end_subscriber(new, actor=PLATFORM)) == everybody


def test_another_phone_on_the_line_may_end_what_was_taken_over(world: World) -> None:
    arrange(Owner.of_line(world.line(1)), "snom-720", side_6=KeyDraft("speed", "6"))
    render_stale()
    fetched(world.phones[1])
    other = PhoneFactory(client=world.client, model="snom-720")

    changed = changed_by(lambda: assign(other, world.line(1), actor=PLATFORM))

    assert changed == {world.phones[1].pk}
    fetched(world.phones[1])
    again = Phone.unscoped.get(pk=other.pk)
    assert changed_by(lambda: unassign(again, actor=PLATFORM)) == {world.phones[1].pk}


def test_a_client_elsewhere_is_never_marked(world: World) -> None:
    saved(world.line(1), update_subscriber, name="Autre")

    assert world.stranger.pk not in marked()


def test_a_document_speaks_one_language_whoever_s_change_has_it_written(world: World) -> None:
    with translation.override("en"):
        arrange(world.owner, side_2=KeyDraft("event", "F_REDIAL"))
        english = documents()
    with translation.override("fr"):
        french = documents()

    assert english == french
    assert 'label="Rappeler le dernier numéro"' in french[world.phones[0].pk].decode()
