from collections.abc import Callable

import pytest

from clients.models import Client, Site, Subscriber
from keys.drafts import KeyDraft, LayoutDraft
from keys.errors import LayoutRefused
from keys.impact import Impact, impact_of
from keys.models import PhoneProfile
from keys.owners import Owner
from phones import catalogue
from tests.factories.clients import SubscriberFactory
from tests.factories.keys import arrange
from tests.factories.phones import AssignedPhoneFactory

D765 = catalogue.get("snom-d765")
SIDE_1 = LayoutDraft(0, None, {"side-1": KeyDraft("speed", "1")})


@pytest.fixture
def lines(blue_client: Client) -> list[Subscriber]:
    """Five lines with a D765, one of them with a 710 besides."""
    lines = SubscriberFactory.create_batch(5, client=blue_client)
    for line in lines:
        AssignedPhoneFactory(subscriber=line, model="snom-d765")
    AssignedPhoneFactory(subscriber=lines[0], model="snom-710")
    return lines


def test_a_key_of_the_client_touches_every_phone_of_the_model(
    lines: list[Subscriber], blue_client: Client, red_phone: object
) -> None:
    assert impact_of(Owner.of_client(blue_client), D765, SIDE_1) == Impact(5, 5)
    assert impact_of(Owner.operator(), D765, SIDE_1) == Impact(5, 5)
    assert PhoneProfile.unscoped.count() == 0


def test_who_arranged_that_key_is_not_touched(lines: list[Subscriber], blue_client: Client) -> None:
    arrange(Owner.of_line(lines[0]), side_1=KeyDraft("speed", "2"))
    arrange(Owner.of_line(lines[1]), side_2=KeyDraft("speed", "2"))

    assert impact_of(Owner.of_client(blue_client), D765, SIDE_1) == Impact(4, 5)


def test_a_lock_touches_them_too(lines: list[Subscriber], blue_client: Client) -> None:
    arrange(Owner.of_line(lines[0]), side_1=KeyDraft("speed", "2"))
    locked = LayoutDraft(
        0, None, {"side-1": KeyDraft("speed", "1", is_locked=True, reason="standard")}
    )

    assert impact_of(Owner.of_client(blue_client), D765, locked) == Impact(5, 5)


def test_a_site_is_its_branch(lines: list[Subscriber], blue_client: Client) -> None:
    clichy = Site.unscoped.create(client=blue_client, name="Clichy")
    floor = Site.unscoped.create(client=blue_client, name="Étage", parent=clichy)
    for line, site in zip(lines, [clichy, floor], strict=False):
        line.site = site
        line.save()

    assert impact_of(Owner.of_site(clichy), D765, SIDE_1) == Impact(2, 2)
    assert impact_of(Owner.of_site(floor), D765, SIDE_1) == Impact(1, 1)


def test_what_changes_nothing_touches_nobody(lines: list[Subscriber], blue_client: Client) -> None:
    owner = Owner.of_client(blue_client)
    arrange(owner, side_1=KeyDraft("speed", "1"))
    same = LayoutDraft(1, None, {"side-1": KeyDraft("speed", "1")})
    back = LayoutDraft(1, None, {"side-1": None})

    assert impact_of(owner, D765, same) == Impact(0, 5)
    assert impact_of(owner, D765, back) == Impact(5, 5)


def test_a_wrong_draft_is_refused_as_when_it_is_saved(blue_client: Client) -> None:
    with pytest.raises(LayoutRefused):
        impact_of(
            Owner.of_client(blue_client),
            D765,
            LayoutDraft(0, None, {"side-1": KeyDraft("speed", "x")}),
        )


def test_as_many_questions_for_five_phones_as_for_thirty(
    lines: list[Subscriber], blue_client: Client, django_assert_num_queries: Callable[..., object]
) -> None:
    owner = Owner.of_client(blue_client)
    # Own layer, whose extension is typed, hosts of addresses, phones, profiles before and after,
    # models.
    with django_assert_num_queries(7):
        impact_of(owner, D765, SIDE_1)

    for line in SubscriberFactory.create_batch(25, client=blue_client):
        AssignedPhoneFactory(subscriber=line, model="snom-d765")
        # Of a phone that was replaced.
        arrange(Owner.of_line(line), "snom-720", side_1=KeyDraft("speed", "2"))

    # And the keys that lines arranged, before and after.
    with django_assert_num_queries(9):
        impact_of(owner, D765, SIDE_1)
