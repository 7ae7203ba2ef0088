"""The operator's lists: the same queries for one row and for many, found and filtered without an
error.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.views.main import ChangeList
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from clients.models import AuditEvent, BarringClass, Client, Heartbeat, Licence, Subscriber, User
from clients.services.audit import Actor, record
from keys.drafts import KeyDraft
from keys.owners import Owner
from phones.models import Phone
from provisioning.models import Fetch, FetchOutcome, ServedDocument, UnknownCaller
from tests.architecture.sources import APPS
from tests.downloads import rows_of
from tests.factories.clients import (
    ClientFactory,
    JobRowFactory,
    SiteFactory,
    SubscriberFactory,
    UserFactory,
)
from tests.factories.keys import arrange
from tests.factories.phones import AssignedPhoneFactory, PhoneFactory
from tests.queries import assert_same_queries

# the others are libraries'
LISTS = sorted(
    model._meta.label_lower for model in admin.site._registry if model._meta.app_label in APPS
)
ONE_ROW = {"clients.platformsettings", "clients.installation"}


@pytest.fixture
def operators_browser(operator: User, as_user: Callable[[User], Browser]) -> Browser:
    return as_user(operator)


def populate(count: int) -> None:
    """A row of every list, each with everything it shows."""
    for _ in range(count):
        number = Subscriber.unscoped.count()
        licence = Licence.objects.create(name=f"Licence {number}")
        barring = BarringClass.objects.create(code=number + 10, name=f"Zone {number}")
        client = ClientFactory()
        site = SiteFactory(client=client, parent=client.sites.get(is_main=True))
        line = SubscriberFactory(client=client, site=site, licence=licence, barring=barring)
        phone = AssignedPhoneFactory(
            subscriber=line,
            detected_model="snom-710",
            refused_at=timezone.now(),
            refused_reason="overdue",
        )
        PhoneFactory(client=client, site=site)
        user = UserFactory(reseller=client.reseller)
        record("phone.updated", phone, actor=Actor(user), client=client)
        JobRowFactory(job__client=client, job__reseller=client.reseller)
        journal(phone, number)
        arrange(Owner.of_line(phone.subscriber), side_1=KeyDraft("speed", "15"))


def journal(phone: Phone, number: int) -> None:
    now = timezone.now()
    Fetch.objects.create(
        phone=phone,
        client=phone.client,
        mac=phone.mac,
        at=now,
        address="192.0.2.1",
        outcome=FetchOutcome.SERVED,
    )
    ServedDocument.objects.create(
        phone=phone, digest=f"{number:064}", at=now, model="snom-710", body="<settings/>"
    )
    UnknownCaller.objects.create(address="192.0.2.9", hour=now - timedelta(hours=number))
    Heartbeat.objects.create(name=f"worker-{number}", at=now)


def changelist(label: str) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_changelist")


@pytest.mark.parametrize("label", [name for name in LISTS if name not in ONE_ROW])
def test_a_list_asks_as_much_for_one_row_as_for_a_page(
    label: str, operators_browser: Browser
) -> None:
    populate(2)

    assert_same_queries(operators_browser, changelist(label), lambda: populate(20))


@pytest.mark.parametrize("label", LISTS)
@pytest.mark.parametrize("query", ["q=lef%C3%A8vre", "q=0004", "p=99", "o=-1"])
def test_a_list_is_searched_sorted_and_paged_without_an_error(
    label: str, query: str, operators_browser: Browser
) -> None:
    populate(1)

    response = operators_browser.get(f"{changelist(label)}?{query}", follow=True)

    assert response.status_code == 200


@pytest.mark.parametrize(
    "label",
    ["phones.phone", "phones.sipcredential", "provisioning.fetch", "provisioning.serveddocument"],
)
@pytest.mark.parametrize("typed", ["00:04:13:00:B1:0E", "0004.1300.b10e", "MAC : 00041300b10e"])
def test_a_mac_is_found_in_any_spelling(
    label: str, typed: str, operators_browser: Browser, blue_phone: Phone
) -> None:
    journal(blue_phone, 0)
    found = operators_browser.get(changelist(label), {"q": typed}).context["cl"]

    assert found.result_count == 1


@pytest.mark.parametrize("label", ["clients.auditevent", "provisioning.fetch"])
def test_a_record_is_narrowed_to_the_last_days(
    label: str, operators_browser: Browser, operator: User, blue_phone: Phone
) -> None:
    record("phone.updated", blue_phone, actor=Actor(operator))
    journal(blue_phone, 0)
    url = changelist(label)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)

    recent = operators_browser.get(url, {"at__gte": midnight.isoformat()}).context["cl"]
    before = operators_browser.get(url, {"at__lt": midnight.isoformat()}).context["cl"]

    assert (recent.result_count, before.result_count) == (1, 0)


def names(shown: ChangeList) -> list[str]:
    """What the first filter beside a list offers."""
    return [str(choice["display"]) for choice in shown.filter_specs[0].choices(shown)]


def test_phones_are_filtered_by_the_models_people_know(operators_browser: Browser) -> None:
    populate(2)  # each time a phone that was recognized, and one that never asked
    url = changelist("phones.phone")

    shown = operators_browser.get(url).context["cl"]
    counted = operators_browser.get(url, {"_facets": "True"}).context["cl"]
    never = operators_browser.get(url, {"detected_model": ""}).context["cl"]

    assert names(shown) == ["Tout", "Pas encore reconnu", "snom 710"]
    assert names(counted) == ["Tout", "Pas encore reconnu (2)", "snom 710 (2)"]
    assert never.result_count == 2


# --- As files -------------------------------------------------------------------------------------


def exported(browser: Browser, label: str, **query: str) -> list[list[str]]:
    return rows_of(browser.get(reverse(f"admin:{label.replace('.', '_')}_export"), query))


@pytest.mark.parametrize("label", LISTS)
def test_a_list_is_a_file_of_the_columns_it_shows(label: str, operators_browser: Browser) -> None:
    populate(1)
    listed = operators_browser.get(changelist(label))

    rows = exported(operators_browser, label)

    shown = listed.context["cl"]
    heads = [
        head["text"]
        for head in result_headers(shown)
        if head["text"] and "checkbox" not in head["text"]
    ]
    assert rows[0] == [capfirst(str(head)) for head in heads]
    own = int(label == "clients.auditevent")  # the export itself is one of them
    assert len(rows) - 1 == shown.result_count + own
    assert shown.result_count > 0 or label in ONE_ROW
    assert f"{changelist(label)}export/" in listed.content.decode()


@pytest.mark.parametrize("label", [name for name in LISTS if name not in ONE_ROW])
def test_a_file_asks_as_much_for_one_row_as_for_many(
    label: str, operators_browser: Browser
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            exported(operators_browser, label)
        return len(captured)

    populate(2)
    few = queries()
    populate(5)

    assert queries() == few


def test_the_search_the_filters_and_the_order_of_the_list_hold_for_the_file(
    operators_browser: Browser, blue_client: Client, red_client: Client
) -> None:
    turned = exported(operators_browser, "clients.client", o="-1")
    found = exported(operators_browser, "clients.client", q="bleu", status__exact="active")
    linked = operators_browser.get(
        changelist("clients.client"), {"q": "bleu", "p": "1"}
    ).content.decode()

    assert [row[0] for row in turned[1:]] == ["20200", "10100"]
    assert [row[:2] for row in found[1:]] == [["10100", "Client Bleu"]]
    assert 'export/?q=bleu"' in linked


def test_a_file_says_in_words_what_the_list_says_and_holds_no_formula(
    operators_browser: Browser, alice: Subscriber
) -> None:
    Subscriber.unscoped.filter(pk=alice.pk).update(name="=1+1", is_locked=True)

    [row] = exported(operators_browser, "clients.subscriber")[1:]

    assert row[0:3] == ["0970719001", "'=1+1", "Client Bleu [10100]"]
    assert row[5:7] == ["Actif", "oui"]


def test_a_file_of_the_admin_is_audited(
    operators_browser: Browser, operator: User, blue_client: Client
) -> None:
    exported(operators_browser, "clients.client", q="bleu")

    event = AuditEvent.objects.get(kind="export")
    told = {"list": "clients.client", "format": "csv", "rows": 1, "asked": {"q": "bleu"}}
    assert (event.actor, event.after) == (operator, told)


@pytest.mark.parametrize("query", [{"nonsense": "1"}, {"p": "99"}, {"status__exact": "\0"}])
def test_a_nonsensical_address_of_a_file_leads_to_the_list(
    query: dict[str, str], operators_browser: Browser, blue_client: Client
) -> None:
    address = reverse("admin:clients_client_export")

    assert operators_browser.get(address, query, follow=True).status_code == 200
    assert (
        operators_browser.get(
            reverse("admin:clients_client_changelist"), query, follow=True
        ).status_code
        == 200
    )
    assert operators_browser.post(address).status_code == 405
