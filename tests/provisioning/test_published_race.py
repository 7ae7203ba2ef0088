"""Changes, fetches and renderings all at once: nothing waits for ever, and in the end what is
published is what is so.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser

from clients.models import Client, Subscriber
from clients.services.audit import PLATFORM
from clients.services.subscribers import create_subscriber, end_subscriber, update_subscriber
from keys.drafts import KeyDraft
from keys.owners import Owner
from phones import catalogue
from phones.errors import AssignLineFirst
from phones.models import Phone
from phones.services.assignment import assign, unassign
from phones.services.deletion import delete_phone
from phones.services.registration import Registration, register_list
from phones.services.window import open_window
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


def moving(phone: Phone, lines: list[Subscriber]) -> Callable[[int], None]:
    """From one line to the other, and off."""

    def move(number: int) -> None:
        fresh = Phone.unscoped.get(pk=phone.pk)
        if number % 3 == 0:
            unassign(fresh, actor=PLATFORM)
        else:
            assign(fresh, Subscriber.unscoped.get(pk=lines[number % 3 - 1].pk), actor=PLATFORM)

    return move


def ending(phone: Phone, like: Subscriber) -> Callable[[int], None]:
    """A line that is made, given the phone, and ended under it."""

    def end(number: int) -> None:
        line = SubscriberFactory.build(
            client=like.client,
            site=like.site,
            licence=like.licence,
            barring=like.barring,
            number=f"+3397072{number % 10_000:04}",
        )
        create_subscriber(line, actor=PLATFORM)
        assign(Phone.unscoped.get(pk=phone.pk), line, actor=PLATFORM)
        end_subscriber(line, actor=PLATFORM)

    return end


def opening(phone: Phone) -> Callable[[int], None]:
    def reopen(_number: int) -> None:
        with suppress(AssignLineFirst):  # taken off its line meanwhile
            open_window(Phone.unscoped.get(pk=phone.pk), actor=PLATFORM)

    return reopen


def registering(line: Subscriber) -> Callable[[int], None]:
    """One more phone on a line, and away again."""

    def register(number: int) -> None:
        asked = [Registration(f"00041301{number % 10_000:04d}", line, "snom-710")]
        (phone,) = register_list(asked, client=line.client, actor=PLATFORM)
        delete_phone(phone, actor=PLATFORM)

    return register


def watching(line: Subscriber, other: Subscriber) -> Callable[[int], None]:
    """One's own key about a colleague, who does the same."""
    return lambda number: arrange(
        Owner.of_line(line), "snom-710", side_4=KeyDraft("blf", person=other.pk, label=str(number))
    )  # type: ignore[return-value]


def at_once(acts: "list[Callable[[int], object]]") -> None:
    """Each act again and again in a thread of its own, seven at most: a process has eight
    connections.

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


@pytest.mark.usefixtures("shared_database")
def test_acts_on_lines_phones_and_keys_never_wait_for_each_other_in_a_circle(
    alice: Subscriber,
    bob: Subscriber,
    caplog: pytest.LogCaptureFixture,
    fetch: Callable[..., HttpResponse],
) -> None:
    phones = [
        AssignedPhoneFactory(subscriber=line, mac=f"00041300BB0{at}", model="snom-710")
        for at, line in enumerate([alice, bob, alice])
    ]
    for phone in phones:
        fetch(phone.mac)

    at_once(
        [
            moving(phones[2], [alice, bob]),
            ending(phones[1], alice),
            opening(phones[1]),
            renaming(bob),
            registering(alice),
            watching(alice, bob),
            watching(bob, alice),
        ]
    )

    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    assert Phone.unscoped.count() == len(phones)
    assert Subscriber.unscoped.count() == 2
