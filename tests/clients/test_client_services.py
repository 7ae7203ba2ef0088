import pytest
from django.core.exceptions import ValidationError

from clients.enums import ClientStatus
from clients.models import AuditEvent, Client, Reseller, Site, Subscriber, User
from clients.services.audit import PLATFORM, Actor, record
from clients.services.clients import create_client, save_reseller, save_site, update_client
from metacentrex import correlation
from metacentrex.errors import DomainError
from phones.models import Phone, SipCredential
from tests.factories.clients import ResellerFactory, SiteFactory, UserFactory


def new_client(reseller: Reseller, **fields: str) -> Client:
    values = {
        "reference": "30300",
        "legal_name": "Neuf",
        "group_name": "G",
        "sip_domain": "sip.example.net",
    }
    return Client(reseller=reseller, **values | fields)


def test_a_new_client_has_its_main_site(blue_reseller: Reseller, blue_actor: Actor) -> None:
    client = create_client(new_client(blue_reseller), actor=blue_actor)

    assert list(client.sites.values_list("is_main", flat=True)) == [True]


def test_a_new_client_is_audited_with_who_did_it(
    blue_reseller: Reseller, blue_actor: Actor, blue_staff: User
) -> None:
    with correlation.correlated("042a fd8e c57e b9a2"):
        client = create_client(new_client(blue_reseller), actor=blue_actor)

    event = AuditEvent.objects.get()
    assert (event.kind, event.actor, event.client, event.object_id) == (
        "client.created",
        blue_staff,
        client,
        str(client.pk),
    )
    assert event.actor_label == "Blue Staff (Bleu Télécom)"
    assert event.correlator == "042a fd8e c57e b9a2"
    assert event.after["reference"] == "30300"


@pytest.mark.parametrize(
    "siret", ["48285833900022", "4828583390002", "ABCDEFGHIJKLMN", "00000000000000"]
)
def test_a_siret_that_fails_its_key_is_refused(
    siret: str, blue_reseller: Reseller, blue_actor: Actor
) -> None:
    with pytest.raises(ValidationError) as refusal:
        create_client(new_client(blue_reseller, siret=siret), actor=blue_actor)

    assert list(refusal.value.message_dict) == ["siret"]
    assert Client.unscoped.count() == 0
    assert AuditEvent.objects.count() == 0


def test_a_change_is_audited_with_only_what_changed(blue_client: Client, blue_actor: Actor) -> None:
    blue_client.city = "Clichy"

    update_client(blue_client, actor=blue_actor)

    event = AuditEvent.objects.get()
    assert (event.kind, event.before, event.after) == (
        "client.updated",
        {"city": ""},
        {"city": "Clichy"},
    )


def test_a_change_of_nothing_leaves_no_event(blue_client: Client, blue_actor: Actor) -> None:
    update_client(blue_client, actor=blue_actor)

    assert AuditEvent.objects.count() == 0


def test_a_terminated_client_gives_up_its_phones(
    blue_client: Client, blue_phone: Phone, red_phone: Phone, blue_actor: Actor
) -> None:
    blue_client.status = ClientStatus.TERMINATED

    update_client(blue_client, actor=blue_actor)

    blue_phone.refresh_from_db()
    red_phone.refresh_from_db()
    assert (blue_phone.subscriber, blue_phone.authorized_until) == (None, None)
    assert blue_phone.credential_generation == 2
    assert list(SipCredential.unscoped.values_list("phone", flat=True)) == [red_phone.pk]
    assert red_phone.subscriber is not None


def test_terminating_leaves_the_whole_trail(
    blue_client: Client, blue_phone: Phone, blue_actor: Actor
) -> None:
    record("phone.registered", blue_phone, actor=blue_actor, client=blue_client)
    blue_client.status = ClientStatus.TERMINATED

    update_client(blue_client, actor=blue_actor)

    kinds = list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["phone.registered", "client.updated", "phone.unassigned"]


def test_a_terminated_client_is_not_revived(blue_client: Client, blue_actor: Actor) -> None:
    Client.unscoped.filter(pk=blue_client.pk).update(status=ClientStatus.TERMINATED)
    blue_client.status = ClientStatus.ACTIVE

    with pytest.raises(DomainError) as refusal:
        update_client(blue_client, actor=blue_actor)

    blue_client.refresh_from_db()
    assert refusal.value.field == "status"
    assert blue_client.status == ClientStatus.TERMINATED


def test_suspending_a_client_touches_no_phone(
    blue_client: Client, blue_phone: Phone, blue_actor: Actor
) -> None:
    before = Phone.unscoped.filter(pk=blue_phone.pk).values().get()
    blue_client.status = ClientStatus.SUSPENDED

    update_client(blue_client, actor=blue_actor)

    assert Phone.unscoped.filter(pk=blue_phone.pk).values().get() == before


@pytest.mark.parametrize("related", ["own self", "grandchild", "another client's"])
def test_the_tree_of_sites_has_no_loop_and_no_stranger(
    related: str, blue_client: Client, red_client: Client, blue_actor: Actor
) -> None:
    site = SiteFactory(client=blue_client, name="Nantes")
    child = SiteFactory(client=blue_client, name="Étage", parent=site)
    site.parent = {
        "own self": site,
        "grandchild": SiteFactory(client=blue_client, name="Bureau", parent=child),
        "another client's": red_client.sites.get(),
    }[related]

    with pytest.raises(DomainError) as refusal:
        save_site(site, actor=blue_actor)

    assert refusal.value.field == "parent"
    assert Site.unscoped.get(pk=site.pk).parent is None


def test_a_site_stays_with_its_client(
    blue_client: Client, red_client: Client, blue_actor: Actor
) -> None:
    site = SiteFactory(client=blue_client)
    site.client = red_client

    with pytest.raises(DomainError) as refusal:
        save_site(site, actor=blue_actor)

    assert refusal.value.field == "client"


def test_lines_are_found_by_the_new_name_of_their_site(
    alice: Subscriber, blue_actor: Actor
) -> None:
    site = alice.site
    site.name = "Épinay"

    save_site(site, actor=blue_actor)

    alice.refresh_from_db()
    assert "epinay" in alice.search_text
    assert "principal" not in alice.search_text


def test_a_reseller_is_created_then_renamed(db: None) -> None:
    reseller = save_reseller(Reseller(name="Vert"), actor=PLATFORM)
    reseller.name = "Vert Réseaux"
    save_reseller(reseller, actor=PLATFORM)

    events = AuditEvent.objects.order_by("pk").values_list("kind", "after")
    assert list(events) == [
        ("reseller.created", {"name": "Vert"}),
        ("reseller.updated", {"name": "Vert Réseaux"}),
    ]


def test_an_event_fits_whatever_the_names(blue_client: Client) -> None:
    company = ResellerFactory(name="R" * 200)
    staff = UserFactory(name="U" * 200, reseller=company)
    blue_client.legal_name = "C" * 200
    blue_client.save()

    event = record("client.updated", blue_client, actor=Actor(staff), client=blue_client)

    event.refresh_from_db()
    assert event.actor_label.startswith("U" * 200)
    assert event.object_label == f"{'C' * 200} [10100]"


def test_an_event_is_written_once(blue_client: Client) -> None:
    event = record("client.updated", blue_client, actor=PLATFORM)
    event.kind = "other"

    with pytest.raises(TypeError):
        event.save()
