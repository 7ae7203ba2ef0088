"""The cast: blue_reseller has blue_client and its line, red_reseller is the stranger with a
populated world.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from hypothesis import HealthCheck, settings

from clients.models import Client, Job, Reseller, Subscriber, User
from clients.scoping import Scope, scope_for
from clients.services.audit import Actor
from phones.models import Phone
from provisioning import journal, published, served
from tests.factories.clients import (
    ClientFactory,
    JobFactory,
    OperatorFactory,
    PortalUserFactory,
    ResellerFactory,
    SubscriberFactory,
    UserFactory,
)
from tests.factories.phones import AssignedPhoneFactory

# A shared machine is slow at times: a test says what is right, never how fast.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

SNOM_710 = "Mozilla/4.0 (compatible; snom710-SIP 8.7.5.35 1.1.5-IFX-05.01.12)"


@pytest.fixture
def blue_reseller(db: None) -> Reseller:
    return ResellerFactory(name="Bleu Télécom")


@pytest.fixture
def blue_staff(blue_reseller: Reseller) -> User:
    return UserFactory(login="blue", name="Blue Staff", reseller=blue_reseller)


@pytest.fixture
def blue_client(blue_reseller: Reseller) -> Client:
    return ClientFactory(reseller=blue_reseller, reference="10100", legal_name="Client Bleu")


@pytest.fixture
def alice(blue_client: Client) -> Subscriber:
    return SubscriberFactory(
        client=blue_client,
        number="+33970719001",
        extension="901",
        name="Alice Bleu",
        is_administrator=True,
    )


@pytest.fixture
def bob(blue_client: Client) -> Subscriber:
    return SubscriberFactory(
        client=blue_client, number="+33970719002", extension="902", name="Bob Bleu"
    )


@pytest.fixture
def alices_login(alice: Subscriber) -> User:
    """Of the client's administrator."""
    return PortalUserFactory(subscriber=alice)


@pytest.fixture
def bobs_login(bob: Subscriber) -> User:
    """Of somebody who has a line and nothing else."""
    return PortalUserFactory(subscriber=bob)


@pytest.fixture
def blue_phone(alice: Subscriber) -> Phone:
    """Alice's phone, inside its window, never fetched."""
    return AssignedPhoneFactory(subscriber=alice, mac="00041300B10E", description="Bureau d'Alice")


@pytest.fixture
def red_reseller(db: None) -> Reseller:
    return ResellerFactory(name="Rouge Réseaux")


@pytest.fixture
def red_staff(red_reseller: Reseller) -> User:
    return UserFactory(login="red", name="Red Staff", reseller=red_reseller)


@pytest.fixture
def red_client(red_reseller: Reseller) -> Client:
    return ClientFactory(reseller=red_reseller, reference="20200", legal_name="Client Rouge")


@pytest.fixture
def mallory(red_client: Client) -> Subscriber:
    return SubscriberFactory(
        client=red_client, number="+33970729001", extension="901", name="Mallory Rouge"
    )


@pytest.fixture
def red_phone(mallory: Subscriber) -> Phone:
    return AssignedPhoneFactory(
        subscriber=mallory, mac="00041300EED0", description="Bureau de Mallory"
    )


@pytest.fixture
def blue_job(blue_client: Client, blue_staff: User) -> Job:
    """A job that waits for its worker."""
    return JobFactory(pk=4711, client=blue_client, actor=blue_staff)


@pytest.fixture
def red_job(red_client: Client, red_staff: User) -> Job:
    return JobFactory(pk=4712, client=red_client, actor=red_staff)


@pytest.fixture
def operator(db: None) -> User:
    return OperatorFactory(login="operator", name="The Operator")


@pytest.fixture
def blue_actor(blue_staff: User) -> Actor:
    return Actor(blue_staff)


@pytest.fixture
def blue_scope(blue_staff: User) -> Scope:
    return scope_for(blue_staff)


@pytest.fixture
def as_user() -> Callable[[User], Browser]:
    """A browser logged in as somebody."""

    def browser(user: User) -> Browser:
        client = Browser()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return browser


@pytest.fixture
def blue_browser(blue_staff: User, as_user: Callable[[User], Browser]) -> Browser:
    return as_user(blue_staff)


@pytest.fixture
def fetch() -> Callable[..., HttpResponse]:
    """Ask as a phone would, from loopback; the journal is written before the
    answer is looked at.
    """

    def ask(
        mac: str, *, user_agent: str = SNOM_710, method: str = "get", **extra: str
    ) -> HttpResponse:
        response = getattr(Browser(), method)(
            f"/sip-ps/{mac}.xml", HTTP_USER_AGENT=user_agent, **extra
        )
        journal.flush()
        return response

    return ask


@pytest.fixture(autouse=True)
def empty_journal() -> Iterator[None]:
    """No entry of one test is written, or counted as lost, by another."""
    journal._waiting.clear()
    journal._dropped = 0
    served._waiting.clear()
    published._waiting.clear()
    yield
    journal._waiting.clear()
    served._waiting.clear()
    published._waiting.clear()


@pytest.fixture
def shared_database(
    transactional_db: None, tmp_path: Path, django_db_blocker: Any
) -> Iterator[None]:
    """A database two threads may open: SQLite's own in memory is one connection's only."""
    if connection.vendor != "sqlite":
        yield
        return
    kept = connection.settings_dict["NAME"]
    connection.close()
    keeper = connection.connection  # an in-memory database lives as long as its connection
    connection.connection = None
    connection.settings_dict["NAME"] = str(tmp_path / "race.sqlite3")
    call_command("migrate", verbosity=0)
    try:
        yield
    finally:
        connection.connection.close()
        connection.connection = keeper
        connection.settings_dict["NAME"] = kept
