"""Two populated worlds: whoever looks into the other one would find something."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from clients.models import BarringClass, Client, Job, JobRow, Reseller, Site, Subscriber, User
from phones.models import Phone, SipCredential
from tests.factories.clients import UserFactory

TENANT_DATA = [Reseller, Client, Site, Subscriber, Phone, SipCredential, Job, JobRow]
ROLES = ["anonymous", "stranger", "owner", "colleague", "operator"]


@pytest.fixture
def barring(db: None) -> BarringClass:
    return BarringClass.objects.create(code=3, name="Europe")


@pytest.fixture
def colleague(blue_reseller: Reseller) -> User:
    return UserFactory(login="blue2", name="Blue Colleague", reseller=blue_reseller)


@pytest.fixture
def worlds(
    blue_phone: Phone, bob: Subscriber, red_phone: Phone, barring: BarringClass, blue_job: Job, red_job: Job
) -> None:
    """Blue has Alice with a phone, Bob, and a job; red has Mallory with a phone, and a job."""


@pytest.fixture
def browsers(
    worlds: None,
    blue_staff: User,
    colleague: User,
    red_staff: User,
    operator: User,
    as_user: Callable[[User], Browser],
) -> dict[str, Browser]:
    """One browser for each role, seen from blue's objects."""
    return {
        "anonymous": Browser(),
        "stranger": as_user(red_staff),
        "owner": as_user(blue_staff),
        "colleague": as_user(colleague),
        "operator": as_user(operator),
    }


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of tenant data, to compare before and after."""
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in TENANT_DATA}
