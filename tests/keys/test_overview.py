"""Which levels a client has, what each arranges, and how many phones it is about."""

from collections.abc import Callable

from django.test import Client as Browser

from clients.models import Client, Subscriber, User
from clients.scoping import Scope, ScopeLevel, scope_for
from keys.drafts import KeyDraft
from keys.overview import LevelRow, levels_of
from keys.owners import Owner
from tests.factories.clients import SiteFactory, SubscriberFactory
from tests.factories.keys import arrange
from tests.factories.phones import AssignedPhoneFactory
from tests.queries import assert_same_queries

D765 = "snom-d765"


def at(rows: list[LevelRow], name: str, model: str = D765) -> tuple[int, int, int]:
    """Keys, locks and phones of one model at one level; "" is the client's."""
    row = next(row for row in rows if (row.site.name if row.site else "") == name)
    return next(
        (each.keys, each.locks, each.phones) for each in row.models if each.model.code == model
    )


def test_each_level_says_what_it_arranges_and_how_many_phones_are_under_it(
    blue_client: Client, alice: Subscriber, blue_scope: Scope, mallory: Subscriber
) -> None:
    clichy = SiteFactory(client=blue_client, name="Clichy")
    floor = SiteFactory(client=blue_client, name="Étage", parent=clichy)
    AssignedPhoneFactory(subscriber=alice, detected_model=D765)
    AssignedPhoneFactory(subscriber=SubscriberFactory(client=blue_client, site=clichy), model=D765)
    AssignedPhoneFactory(subscriber=SubscriberFactory(client=blue_client, site=floor), model=D765)
    AssignedPhoneFactory(subscriber=mallory, model=D765)
    shut = KeyDraft("speed", "3900", is_locked=True, reason="commun")
    arrange(Owner.of_client(blue_client), side_1=shut, side_2=KeyDraft("speed", "1"))
    arrange(Owner.of_site(floor), side_3=KeyDraft("speed", "2"))

    rows = list(levels_of(blue_client, blue_scope))

    assert rows[0].site is None
    assert at(rows, "") == (2, 1, 3)
    assert at(rows, "Clichy") == (0, 0, 2)
    assert at(rows, "Étage") == (1, 0, 1)
    assert at(rows, "Étage", "snom-710") == (0, 0, 0)


def test_who_administers_a_branch_sees_that_branch_alone(
    blue_client: Client, alice: Subscriber, alices_login: User
) -> None:
    clichy = SiteFactory(client=blue_client, name="Clichy")
    AssignedPhoneFactory(subscriber=alice, model=D765)
    alice.administered_site = clichy
    alice.save()
    scope = scope_for(User.objects.get(pk=alices_login.pk))
    assert scope.level is ScopeLevel.SITE

    rows = list(levels_of(blue_client, scope))

    assert [
        (row.site and row.site.name, sum(each.phones for each in row.models)) for row in rows
    ] == [("Clichy", 0)]


def test_the_page_costs_the_same_whatever_there_is(
    blue_client: Client, blue_staff: User, as_user: Callable[[User], Browser]
) -> None:
    def more() -> None:
        for name in ("Un", "Deux", "Trois"):
            site = SiteFactory(client=blue_client, name=name)
            AssignedPhoneFactory(
                subscriber=SubscriberFactory(client=blue_client, site=site), model=D765
            )
            arrange(Owner.of_site(site), side_1=KeyDraft("speed", "1"))

    assert_same_queries(as_user(blue_staff), "/bg/10100/profils/", more)
