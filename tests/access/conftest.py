"""Two populated worlds: whoever looks into the other one would find something."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from clients.models import BarringClass, Client, Job, JobRow, Reseller, Site, Subscriber, User
from keys.models import Key, PhoneProfile
from phones.models import Phone, SipCredential
from tests.factories.clients import SiteFactory, UserFactory

TENANT_DATA = [
    Reseller,
    Client,
    Site,
    Subscriber,
    Phone,
    SipCredential,
    Job,
    JobRow,
    PhoneProfile,
    Key,
]
ROLES = ["anonymous", "stranger", "owner", "colleague", "operator", "end_user", "administrator"]
SITE = 4711  # of blue's


@pytest.fixture
def barring(db: None) -> BarringClass:
    return BarringClass.objects.create(code=3, name="Europe")


@pytest.fixture
def colleague(blue_reseller: Reseller) -> User:
    return UserFactory(login="blue2", name="Blue Colleague", reseller=blue_reseller)


@pytest.fixture
def worlds(
    blue_phone: Phone,
    bob: Subscriber,
    red_phone: Phone,
    barring: BarringClass,
    blue_job: Job,
    red_job: Job,
) -> None:
    """Blue has Alice with a phone, Bob, keys, and a job; red has Mallory with a phone, keys, and a
    job.
    """
    SiteFactory(client=bob.client, pk=SITE, name="Étage")
    for phone in (blue_phone, red_phone):
        profile = PhoneProfile.unscoped.create(
            level="subscriber",
            client=phone.client,
            subscriber=phone.subscriber,
            model="snom-d765",
            revision=1,
        )
        Key.objects.create(profile=profile, bank="side", position=1, function="speed", value="15")


@pytest.fixture
def browsers(
    worlds: None,
    blue_staff: User,
    colleague: User,
    red_staff: User,
    operator: User,
    bobs_login: User,
    alices_login: User,
    as_user: Callable[[User], Browser],
) -> dict[str, Browser]:
    """One browser for each role, seen from blue's objects."""
    return {
        "anonymous": Browser(),
        "stranger": as_user(red_staff),
        "owner": as_user(blue_staff),
        "colleague": as_user(colleague),
        "operator": as_user(operator),
        "end_user": as_user(bobs_login),
        "administrator": as_user(alices_login),
    }


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of tenant data, to compare before and after."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in TENANT_DATA
    }
