"""Changes, fetches and renderings all at once: nothing waits for ever, and in the end what is published is what is so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser

from clients.models import Client, Subscriber
from clients.services.audit import PLATFORM
from clients.services.subscribers import update_subscriber
from keys.drafts import KeyDraft
from keys.owners import Owner
from phones import catalogue
from phones.models import Phone
from provisioning import journal
from provisioning.assembly.shared import Shared
from provisioning.models import PublishedDocument
from provisioning.sealing import unseal
from provisioning.services.publishing import render_stale
from provisioning.writing import write
from tests.conftest import SNOM_710
from tests.factories.clients import SubscriberFactory
from tests.factories.keys import arrange
from tests.factories.phones import AssignedPhoneFactory
from tests.provisioning.asking import given_to

ROUNDS = 12


def renaming(line: Subscriber) -> Callable[[int], None]:
    """Of a colleague: the directory of each phone of the client."""

    def rename(number: int) -> None:
        fresh = Subscriber.unscoped.get(pk=line.pk)
        fresh.name = f"Nom {number}"
        update_subscriber(fresh, actor=PLATFORM)

    return rename


def arranging(owner: Owner) -> Callable[[int], None]:
    return lambda number: arrange(owner, "snom-710", side_3=KeyDraft("speed", str(number)))  # type: ignore[return-value]


def fetching(mac: str, given: dict[str, str]) -> Callable[[int], None]:
    """The phone comes again, and what it made the server keep is kept."""

    def ask(number: int) -> None:
        response = Browser().get(f"/sip-ps/{mac}.xml", HTTP_USER_AGENT=SNOM_710, **given)
        assert response.status_code == 200, response.status_code
        journal.flush()

    return ask


def at_once(acts: "list[Callable[[int], object]]") -> None:
    """Each act again and again in a thread of its own, seven at most: a process has eight connections.

    Raises what one of them raised.
    """

    def go_on(at: int) -> None:
        shuffled = Random(at)
        try:
            for number in range(ROUNDS):
                acts[at](number * 100 + shuffled.randrange(100))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(go_on, range(len(acts))))


@pytest.mark.usefixtures("shared_database")
def test_whatever_happens_at_once_each_phone_ends_with_the_document_that_is_so(
    blue_client: Client,
    alice: Subscriber,
    bob: Subscriber,
    fetch: Callable[..., HttpResponse],
    caplog: pytest.LogCaptureFixture,
) -> None:
    carol = SubscriberFactory(client=blue_client, number="+33970719003", name="Carole")
    macs = ["00041300AA01", "00041300AA02"]
    for mac, line in zip(macs, [alice, bob], strict=True):
        AssignedPhoneFactory(subscriber=line, mac=mac, model="snom-710")
    given = {mac: given_to(fetch(mac)) for mac in macs}
    assert PublishedDocument.objects.count() == len(macs)

    at_once(
        [
            renaming(carol),
            renaming(bob),
            arranging(Owner.of_line(alice)),
            arranging(Owner.of_client(blue_client)),
            *(fetching(mac, given[mac]) for mac in macs),
            lambda _number: render_stale(),
        ]
    )
    while render_stale():
        pass
    # What fails after a commit, or while it is kept, is only logged.
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []

    assert {fetch(mac, **given[mac]).status_code for mac in macs} == {200}
    for phone in Phone.unscoped.filter(mac__in=macs).select_related("published_document"):
        row = phone.published_document
        so = write(phone, catalogue.get("snom-710"), row.firmware, Shared(phone.client_id))
        assert row.rendered == row.wanted
        assert (phone.published_digest, phone.served_digest) == (so.digest, so.digest)
        assert unseal(phone.pk, phone.published_digest, bytes(row.body)) == so.body
        assert not phone.has_changes
        assert phone.changed_at is None
