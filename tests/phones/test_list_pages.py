"""« Liste des clients » and « Compte MetaCentrex »: the same work for one row and for many; found,
sorted, told.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone, translation

from clients.models import BarringClass, Client, Licence, Reseller, Subscriber, User
from clients.numbers import national
from clients.search import fold
from metacentrex.templatetags.house import thousands
from phones.models import Phone
from tests.downloads import rows_of
from tests.factories.clients import ClientFactory, SiteFactory, SubscriberFactory
from tests.factories.phones import AssignedPhoneFactory, PhoneFactory
from tests.queries import assert_same_queries, count_queries

ACCOUNT = "/extranet/clients/10100/compte/"
CLIENTS = "/extranet/clients/"


def populate(client: Client, count: int) -> None:
    """Lines with everything a row shows, each with a phone, and as many phones that wait."""
    licence = Licence.objects.create(name=f"Full {client.subscribers.count()}")
    barring = BarringClass.objects.create(code=client.subscribers.count() + 1, name="Monde")
    for _ in range(count):
        line = SubscriberFactory(
            client=client, site=SiteFactory(client=client), licence=licence, barring=barring
        )
        AssignedPhoneFactory(subscriber=line, detected_model="snom-710", model="snom-720")
        PhoneFactory(client=client, site=line.site)


def test_the_account_page_asks_as_much_for_one_row_as_for_25(
    blue_browser: Browser, blue_client: Client
) -> None:
    populate(blue_client, 1)

    assert_same_queries(blue_browser, ACCOUNT, lambda: populate(blue_client, 24))

    assert len(blue_browser.get(ACCOUNT).context["subscribers"]) == 25


def test_a_search_in_the_account_asks_as_much_for_one_row_as_for_25(
    blue_browser: Browser, blue_client: Client
) -> None:
    populate(blue_client, 1)

    assert_same_queries(
        blue_browser,
        f"{ACCOUNT}?qu=person&fu=phoneless&qt=snom&tt=-number&tu=-barring",
        lambda: populate(blue_client, 24),
    )


@pytest.mark.parametrize("query", ["", "?sort=-todo", "?f=active&q=client"])
def test_the_client_list_asks_as_much_for_one_row_as_for_25(
    query: str, blue_browser: Browser, blue_client: Client, blue_reseller: Reseller
) -> None:
    populate(blue_client, 1)

    def add_clients() -> None:
        for _ in range(24):
            AssignedPhoneFactory(
                subscriber=SubscriberFactory(client=ClientFactory(reseller=blue_reseller))
            )

    assert_same_queries(blue_browser, CLIENTS + query, add_clients)

    assert len(blue_browser.get(CLIENTS + query).context["page"]) == 25


def test_a_phones_page_asks_as_much_whatever_the_client_has(
    blue_browser: Browser, blue_phone: Phone, blue_client: Client
) -> None:
    url = f"/extranet/telephones/{blue_phone.mac}/"
    Phone.unscoped.filter(pk=blue_phone.pk).update(detected_model="snom-710")
    SubscriberFactory(client=blue_client)
    few = count_queries(blue_browser, url)

    populate(blue_client, 10)

    assert count_queries(blue_browser, url) == few


def test_the_last_page_of_a_sorted_list_follows_the_one_before(
    blue_browser: Browser, blue_client: Client
) -> None:
    populate(blue_client, 30)

    shown = [
        line.name
        for page in (1, 2)
        for line in blue_browser.get(f"{ACCOUNT}?tu=-name&pu={page}").context["subscribers"]
    ]

    assert shown == sorted(
        blue_client.subscribers.values_list("name", flat=True), key=fold, reverse=True
    )


def test_clients_count_their_lines_phones_and_what_is_to_do(
    blue_browser: Browser, blue_client: Client, alice: Subscriber, bob: Subscriber, red_phone: Phone
) -> None:
    now = timezone.now()
    AssignedPhoneFactory(subscriber=alice)
    AssignedPhoneFactory(subscriber=alice, authorized_until=now - timedelta(hours=1))
    AssignedPhoneFactory(subscriber=bob, refused_at=now, refused_reason="overdue")
    PhoneFactory(client=blue_client)

    [row] = blue_browser.get(CLIENTS, {"sort": "todo"}).context["page"]

    assert (row.line_count, row.phone_count, row.todo_count) == (2, 4, 2)
    assert {cause.value: count for cause, count in row.todo.by_cause.items() if count} == {
        "overdue": 1,
        "refused": 1,
    }


def test_the_head_says_how_many_clients_and_lines(
    blue_browser: Browser, blue_client: Client, mallory: Subscriber
) -> None:
    SubscriberFactory.create_batch(3, client=blue_client)

    assert "1 client, 3\xa0lignes" in blue_browser.get(CLIENTS).content.decode()


def test_thousands_are_kept_together() -> None:
    with translation.override("fr"):
        assert thousands(3871) == "3\xa0871"
    with translation.override("en"):
        assert thousands(3871) == "3,871"


@pytest.mark.parametrize("sort", ["created", "reference", "name", "lines", "phones", "todo"])
def test_clients_are_sorted_both_ways(
    sort: str, blue_browser: Browser, blue_reseller: Reseller
) -> None:
    small = ClientFactory(reseller=blue_reseller, reference="A1", legal_name="Abc")
    big = ClientFactory(reseller=blue_reseller, reference="B1", legal_name="élan")
    overdue = timezone.now() - timedelta(hours=1)
    AssignedPhoneFactory(subscriber=SubscriberFactory(client=big), authorized_until=overdue)

    up = blue_browser.get(CLIENTS, {"sort": sort}).context["page"]
    down = blue_browser.get(CLIENTS, {"sort": f"-{sort}"}).context["page"]

    assert (list(up), list(down)) == ([small, big], [big, small])


def test_the_operator_sees_whose_the_clients_are_and_sorts_by_it(
    operator: User, as_user: Callable[[User], Browser], blue_client: Client, red_client: Client
) -> None:
    browser = as_user(operator)

    up = browser.get(CLIENTS, {"sort": "reseller"})
    down = browser.get(CLIENTS, {"sort": "-reseller"})

    assert list(up.context["page"]) == list(down.context["page"])[::-1]
    assert f'data-l="Revendeur">{red_client.reseller.name}</td>' in up.content.decode()


def test_the_operators_list_of_clients_asks_as_much_for_one_row_as_for_25(
    operator: User, as_user: Callable[[User], Browser], blue_client: Client
) -> None:
    def add_clients() -> None:
        for _ in range(24):
            AssignedPhoneFactory(subscriber=SubscriberFactory(client=ClientFactory()))

    populate(blue_client, 1)

    assert_same_queries(as_user(operator), CLIENTS + "?q=client&sort=-reseller", add_clients)


def test_only_clients_with_something_to_do_are_left(
    blue_browser: Browser, blue_reseller: Reseller
) -> None:
    ClientFactory(reseller=blue_reseller)
    overdue = AssignedPhoneFactory(
        subscriber=SubscriberFactory(client=ClientFactory(reseller=blue_reseller)),
        authorized_until=timezone.now() - timedelta(hours=1),
    )

    shown = blue_browser.get(CLIENTS, {"f": "todo"}).context["page"]

    assert list(shown) == [overdue.client]


@pytest.mark.parametrize(
    "typed",
    ["00:04:13:00:b1:0e", "00041300b10e", "B10E", "bureau", "0970719001", "alice bureau", "bleu"],
)
def test_phones_are_found_by_what_their_row_shows(
    typed: str, blue_browser: Browser, blue_phone: Phone
) -> None:
    PhoneFactory(client=blue_phone.client)

    shown = blue_browser.get(ACCOUNT, {"qt": typed}).context["phones"]

    assert [row.phone for row in shown] == [blue_phone]


def test_phones_are_filtered_by_state(blue_browser: Browser, blue_phone: Phone) -> None:
    waiting = PhoneFactory(client=blue_phone.client)

    page = blue_browser.get(ACCOUNT, {"f": "unassigned"}).context

    assert [row.phone for row in page["phones"]] == [waiting]
    assert [chip.count for chip in page["phone_filters"]] == [2, 1, 1]


@pytest.mark.parametrize(
    "sort", ["model", "mac", "number", "description", "created", "evil__password"]
)
def test_phones_are_sorted_by_any_column(
    sort: str, blue_browser: Browser, blue_phone: Phone
) -> None:
    PhoneFactory(client=blue_phone.client)

    for way in (sort, f"-{sort}"):
        assert len(blue_browser.get(ACCOUNT, {"tt": way}).context["phones"]) == 2


@pytest.mark.parametrize("page", ["2", "99", "0", "-1", "x", ""])
def test_a_page_that_does_not_exist_gives_the_nearest(
    page: str, blue_browser: Browser, blue_client: Client
) -> None:
    for _ in range(26):
        SubscriberFactory(client=blue_client)

    shown = blue_browser.get(ACCOUNT, {"pu": page}).context["subscribers"]

    assert len(shown) == (1 if page in ("2", "99", "0", "-1") else 25)


def test_the_models_seen_and_declared_are_told_apart(
    blue_browser: Browser, blue_phone: Phone
) -> None:
    Phone.unscoped.update(model="snom-720", detected_model="snom-710", detected_token="snom710")

    [row] = blue_browser.get(ACCOUNT).context["phones"]

    assert (row.phone.model_label, "snom 720" in row.mismatch, "snom 710" in row.mismatch) == (
        "snom 710",
        True,
        True,
    )


def test_a_phone_on_no_line_is_found_by_its_site(
    blue_browser: Browser, blue_client: Client
) -> None:
    there = PhoneFactory(client=blue_client, site=SiteFactory(client=blue_client, name="Entrepôt"))
    PhoneFactory(client=blue_client, site=SiteFactory(client=blue_client, name="Bureau"))

    page = blue_browser.get("/extranet/clients/10100/compte/?qt=entrepot")

    assert [row.phone for row in page.context["phones"]] == [there]


@pytest.mark.parametrize(
    "typed", ["0970719001", "+33970719001", "europe", "bob 719001", "bob europe"]
)
def test_users_are_found_by_what_they_present_and_by_their_restriction(
    typed: str, blue_browser: Browser, alice: Subscriber, bob: Subscriber
) -> None:
    barring = BarringClass.objects.create(code=3, name="Europe")
    BarringClass.objects.create(code=4, name="Monde")
    Subscriber.unscoped.filter(pk=bob.pk).update(presented_number=alice.number, barring=barring)

    page = blue_browser.get(ACCOUNT, {"qu": typed}).context

    assert bob in page["subscribers"]
    assert (alice in page["subscribers"]) == (typed in ("0970719001", "+33970719001"))
    assert page["user_filters"][0].count == len(page["subscribers"])


def test_the_number_a_company_presents_does_not_find_everybodys_phones(
    blue_browser: Browser, blue_phone: Phone, alice: Subscriber, bob: Subscriber
) -> None:
    Subscriber.unscoped.filter(pk=bob.pk).update(presented_number=alice.number)
    AssignedPhoneFactory(subscriber=bob)

    shown = blue_browser.get(ACCOUNT, {"qt": "0970719001"}).context["phones"]

    assert [row.phone for row in shown] == [blue_phone]


def test_a_number_presented_by_a_stranger_finds_nobody(
    blue_browser: Browser, alice: Subscriber, mallory: Subscriber
) -> None:
    Subscriber.unscoped.filter(pk=mallory.pk).update(presented_number="+33970700000")

    page = blue_browser.get(ACCOUNT, {"qu": "0970700000"})

    assert list(page.context["subscribers"]) == []
    assert "Rien ne contient «\xa00970700000\xa0»" in page.content.decode()


@pytest.mark.parametrize(
    "sort", ["number", "name", "licence", "site", "locked", "presented", "barring"]
)
def test_users_are_sorted_by_every_column_both_ways(
    sort: str, blue_browser: Browser, alice: Subscriber, bob: Subscriber
) -> None:
    there = SiteFactory(client=bob.client, name="Zone sud")
    licence = Licence.objects.create(name="Full")
    barring = BarringClass.objects.create(code=1, name="Europe")
    changed = {"site": there, "licence": licence, "barring": barring, "is_locked": True}
    Subscriber.unscoped.filter(pk=bob.pk).update(**changed)

    up = blue_browser.get(ACCOUNT, {"tu": sort}).context["subscribers"]
    down = blue_browser.get(ACCOUNT, {"tu": f"-{sort}"}).context["subscribers"]

    # Alice has neither licence nor restriction: on both databases she comes before those who have.
    assert (list(up), list(down)) == ([alice, bob], [bob, alice])


def test_users_are_filtered_and_counted(
    blue_browser: Browser,
    blue_phone: Phone,
    alice: Subscriber,
    bob: Subscriber,
    mallory: Subscriber,
) -> None:
    locked = SubscriberFactory(client=bob.client, is_locked=True, status="suspended")

    shown = {
        code: list(blue_browser.get(ACCOUNT, {"fu": code}).context["subscribers"])
        for code in ("", "suspended", "locked", "phoneless", "nonsense")
    }
    chips = blue_browser.get(ACCOUNT, {"fu": "locked"}).context["user_filters"]

    everybody = [alice, bob, locked]
    assert shown == {
        "": everybody,
        "suspended": [locked],
        "locked": [locked],
        "phoneless": [bob, locked],
        "nonsense": everybody,
    }
    assert [(chip.count, chip.active) for chip in chips] == [
        (3, False),
        (1, False),
        (1, True),
        (2, False),
    ]


def test_the_chips_of_the_users_keep_the_phones_as_they_are(
    blue_browser: Browser, blue_phone: Phone, bob: Subscriber
) -> None:
    asked = {"f": "overdue", "qt": "snom", "pu": "2"}

    [_everybody, phoneless] = blue_browser.get(ACCOUNT, asked).context["user_filters"]

    assert phoneless.url == "?f=overdue&qt=snom&fu=phoneless"


def test_a_filter_of_users_that_leaves_nobody_says_so(
    blue_browser: Browser, blue_phone: Phone
) -> None:
    page = blue_browser.get(ACCOUNT, {"fu": "locked"}).content.decode()

    assert "Aucun utilisateur n’est dans ce cas" in page


def test_the_file_of_the_users_is_what_the_list_shows(
    blue_browser: Browser, blue_phone: Phone, alice: Subscriber, bob: Subscriber
) -> None:
    file = blue_browser.get("/extranet/clients/10100/exports/utilisateurs/", {"fu": "phoneless"})

    assert [row[0] for row in rows_of(file)[1:]] == [national(bob.number)]
