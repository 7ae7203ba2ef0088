"""Creates and changes resellers, clients and their sites, and terminates clients."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.changes import changed_fields
from clients.enums import ClientStatus
from clients.models import Client, Reseller, Site
from clients.search import refresh
from clients.services.audit import Actor, record_saved
from clients.services.portal_logins import end_logins
from clients.signals import client_terminated, documents_changed
from metacentrex.errors import DomainError
from metacentrex.language import platform_language

AUDITED = [
    "reference",
    "legal_name",
    "group_name",
    "siret",
    "address",
    "postal_code",
    "city",
    "status",
    "sip_domain",
    "outbound_proxy",
    "transport",
    "srtp",
    "window_policy",
    "pickup_code",
]


def _facts(client: Client) -> dict[str, Any]:
    return {name: str(getattr(client, name)) for name in AUDITED} | {
        "reseller": str(client.reseller)
    }


@transaction.atomic
def save_reseller(reseller: Reseller, *, actor: Actor) -> Reseller:
    """Create or rename a reseller."""
    stored = Reseller.unscoped.filter(pk=reseller.pk).first()  # unscoped: compared with itself
    reseller.save()
    before = {"name": stored.name} if stored else None
    record_saved("reseller", reseller, actor=actor, before=before, after={"name": reseller.name})
    return reseller


@transaction.atomic
def create_client(client: Client, *, actor: Actor) -> Client:
    """Save a new client with its « Site principal »."""
    client.full_clean()
    client.save()
    with platform_language():
        name = gettext("Main site")
    # unscoped: the client was just created here
    Site.unscoped.create(client=client, name=name, is_main=True)
    record_saved("client", client, actor=actor, client=client, before=None, after=_facts(client))
    return client


def hold_client(client: Client) -> Client:
    """The client as stored, locked until the transaction ends, so that meanwhile it is not
    terminated and gets no line.
    """
    # unscoped: compared with itself
    rows = Client.unscoped.select_related("reseller")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=client.pk)


def _check_status(client: Client) -> Client:
    """Lock the client and return it as stored. Raises DomainError for reviving a terminated client,
    whose phones and lines are gone.
    """
    stored = hold_client(client)
    if stored.status == ClientStatus.TERMINATED and client.status != ClientStatus.TERMINATED:
        raise DomainError(
            _("A terminated client cannot be made active again; create a new one."), field="status"
        )
    return stored


@transaction.atomic
def update_client(client: Client, *, actor: Actor) -> Client:
    """Save a changed client. A terminated one gives up its phones (in a receiver of phones), its
    numbers and its logins. Raises DomainError.
    """
    stored = _check_status(client)
    before = _facts(stored)
    ends = client.status == ClientStatus.TERMINATED and before["status"] != ClientStatus.TERMINATED
    if ends:
        client.terminated_at = timezone.now()
    client.full_clean()
    client.save()
    record_saved("client", client, actor=actor, client=client, before=before, after=_facts(client))
    if ends:
        client_terminated.send(sender=Client, client=client, actor=actor)
        end_logins(client)
        client.subscribers.filter(ended_at=None).update(ended_at=client.terminated_at)
    documents_changed.send(sender=Client, fields=changed_fields(stored, client), client=client.pk)
    return client


@transaction.atomic
def set_status(client: Client, status: ClientStatus, *, actor: Actor) -> Client:
    """Make a client active, suspended or terminated, unless it already is. Raises DomainError."""
    client = hold_client(client)
    if client.status == status:
        return client
    client.status = status
    return update_client(client, actor=actor)


def check_site(site: Site) -> None:
    """Check that a site stays with its client, and its tree has no loop. Raises DomainError."""
    # unscoped: compared with itself
    if (
        site.pk is not None
        and not Site.unscoped.filter(pk=site.pk, client_id=site.client_id).exists()
    ):
        raise DomainError(_("A site cannot move to another client."), field="client")
    ancestor, above = site.parent, set[int]()
    # a loop elsewhere in the tree must not loop here
    while ancestor is not None and ancestor.pk not in above:
        above.add(ancestor.pk)
        if ancestor.pk == site.pk:
            raise DomainError(_("A site cannot be part of itself."), field="parent")
        if ancestor.client_id != site.client_id:
            raise DomainError(_("This site belongs to another client."), field="parent")
        ancestor = ancestor.parent


@transaction.atomic
def save_site(site: Site, *, actor: Actor) -> Site:
    """Create or change a site. Raises DomainError (check_site)."""
    check_site(site)
    stored = Site.unscoped.filter(pk=site.pk).first()  # unscoped: compared with itself
    before = _site_facts(stored) if stored else None
    site.save()
    if stored is not None:
        documents_changed.send(
            sender=Site, fields=changed_fields(stored, site), client=site.client_id
        )
    refresh(site.subscribers.select_related("site", "licence"))
    record_saved(
        "site", site, actor=actor, client=site.client, before=before, after=_site_facts(site)
    )
    return site


def _site_facts(site: Site) -> Mapping[str, Any]:
    return {"name": site.name, "parent": str(site.parent or ""), "time_zone": site.time_zone}
