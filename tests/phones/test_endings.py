"""The end of a client, by the operator: counted, typed, done once; and what is left afterwards."""

from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Browser
from django.utils import timezone

from clients.enums import ClientStatus
from clients.models import AuditEvent, Client, Subscriber, User
from clients.numbers import parse_number
from clients.scoping import scope_for
from clients.services.audit import PLATFORM
from clients.services.clients import set_status
from clients.services.portal_logins import give_access
from clients.services.subscribers import NumberTaken, create_subscriber, create_subscribers
from metacentrex.errors import DomainError
from phones.everywhere import exact
from phones.models import Phone
from tests.access.conftest import everything
from tests.factories.clients import SubscriberFactory
from tests.factories.phones import AssignedPhoneFactory, PhoneFactory

pytestmark = pytest.mark.django_db

END, SUSPEND = "/extranet/clients/10100/resilier/", "/extranet/clients/10100/suspendre/"
SHEET = "/extranet/clients/10100/"
NUMBER = "0970719001"  # Alice's


@pytest.fixture
def ten_phones(blue_client: Client) -> list[Phone]:
    lines = [SubscriberFactory(client=blue_client) for _ in range(10)]
    phones = [AssignedPhoneFactory(subscriber=line) for line in lines]
    Phone.unscoped.filter(pk__in=[phone.pk for phone in phones[:4]]).update(
        authenticated_at=timezone.now(), authorized_until=None
    )
    PhoneFactory(client=blue_client)  # on no line: it loses nothing
    return phones


@pytest.fixture
def admin(operator: User, as_user: Callable[[User], Browser]) -> Browser:
    return as_user(operator)


def seen(browser: Browser, url: str = END) -> str:
    return browser.get(url).context["losses"].signature


def said(browser: Browser, answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_operator_reads_what_goes_steps_back_and_then_does_it(
    admin: Browser, ten_phones: list[Phone], blue_client: Client, alice: Subscriber
) -> None:
    give_access(alice, actor=PLATFORM)
    before = everything()

    page = admin.get(END)
    losses = page.context["losses"]
    assert (losses.lines, losses.phones, losses.in_service) == (11, 10, 4)
    assert (losses.windows, losses.logins) == (6, 1)
    assert len(page.context["phones"]) == 10
    assert admin.get(SHEET).status_code == 200  # « Annuler »
    assert everything() == before

    done = admin.post(END, {"seen": losses.signature, "reference": " 10100 "})

    blue_client.refresh_from_db()
    assert (done.status_code, done["Location"]) == (302, SHEET)
    assert blue_client.status == ClientStatus.TERMINATED
    assert not blue_client.phones.filter(subscriber__isnull=False).exists()
    assert not blue_client.subscribers.filter(ended_at=None).exists()
    assert not User.objects.filter(subscriber__client=blue_client).exists()
    assert AuditEvent.objects.filter(kind="phone.unassigned").count() == 10


@pytest.mark.parametrize("typed", ["", "10101", "OPENIP"])
def test_another_reference_ends_nothing_and_stays_in_the_field(
    typed: str, admin: Browser, ten_phones: list[Phone]
) -> None:
    before = everything()

    page = admin.post(END, {"seen": seen(admin), "reference": typed})

    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["reference"]
    assert page.context["form"]["reference"].value() == typed
    assert everything() == before


def test_what_changed_since_it_was_shown_is_asked_about_again(
    admin: Browser, ten_phones: list[Phone], blue_client: Client
) -> None:
    shown = seen(admin)
    AssignedPhoneFactory(subscriber=SubscriberFactory(client=blue_client))

    again = admin.post(END, {"seen": shown, "reference": "10100"})

    assert again.context["losses"].phones == 11
    assert again.context["form"]["reference"].value() == "10100"
    assert Client.unscoped.get(pk=blue_client.pk).status == ClientStatus.ACTIVE
    new = again.context["form"]["seen"].value()
    assert admin.post(END, {"seen": new, "reference": "10100"}).status_code == 302


def test_a_second_click_ends_it_once(admin: Browser, ten_phones: list[Phone]) -> None:
    form = {"seen": seen(admin), "reference": "10100"}
    admin.post(END, form)

    second = admin.post(END, form)

    assert second["Location"] == SHEET
    assert AuditEvent.objects.filter(kind="client.updated").count() == 1
    assert admin.get(END)["Location"] == SHEET


def test_a_suspension_touches_no_row_of_a_phone_and_is_taken_back(
    admin: Browser, ten_phones: list[Phone], blue_client: Client
) -> None:
    before = everything()["Phone"]

    admin.post(SUSPEND, {"seen": seen(admin, SUSPEND)})
    assert Client.unscoped.get(pk=blue_client.pk).status == ClientStatus.SUSPENDED
    assert everything()["Phone"] == before

    admin.post("/extranet/clients/10100/reactiver/")
    assert Client.unscoped.get(pk=blue_client.pk).status == ClientStatus.ACTIVE


def test_a_terminated_client_is_not_revived(admin: Browser, blue_client: Client) -> None:
    set_status(blue_client, ClientStatus.TERMINATED, actor=PLATFORM)

    answer = admin.post("/extranet/clients/10100/reactiver/")

    assert "Un client résilié ne revient pas" in said(admin, answer)[0]
    assert Client.unscoped.get(pk=blue_client.pk).status == ClientStatus.TERMINATED


@pytest.mark.parametrize("url", [END, SUSPEND])
def test_a_reseller_ends_none_of_its_clients(
    url: str, blue_client: Client, blue_staff: User, as_user: Callable[[User], Browser]
) -> None:
    assert as_user(blue_staff).post(url, {"reference": "10100"}).status_code == 403
    assert Client.unscoped.get(pk=blue_client.pk).status == ClientStatus.ACTIVE


def test_the_admin_form_keeps_the_status_and_leads_to_where_it_changes(
    admin: Browser, blue_client: Client
) -> None:
    url = f"/admin/clients/client/{blue_client.pk}/change/"
    form = admin.get(url).context["adminform"].form
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data |= {"status": "terminated", "created_at_0": "24/11/2026", "created_at_1": "10:00"}

    page, posted = admin.get(url).content.decode(), admin.post(url, data)

    assert f'href="{SHEET}#status"' in page
    assert posted.status_code == 302
    assert Client.unscoped.get(pk=blue_client.pk).status == ClientStatus.ACTIVE


# --- Afterwards -----------------------------------------------------------------------------------


@pytest.fixture
def ended(blue_client: Client, alice: Subscriber, blue_phone: Phone) -> Client:
    return set_status(blue_client, ClientStatus.TERMINATED, actor=PLATFORM)


@pytest.mark.parametrize("page", ["telephones/provisionner", "telephones/plusieurs", "importer"])
def test_a_terminated_client_gets_no_phone_and_its_pages_say_why(
    page: str, ended: Client, admin: Browser
) -> None:
    for answer in (admin.get(f"{SHEET}{page}/"), admin.post(f"{SHEET}{page}/", {"mac": "x"})):
        assert answer["Location"] == f"{SHEET}compte/"
        assert said(admin, answer)[-1] == (
            "Ce client est résilié\u00a0: aucun téléphone ne peut être mis sur ses lignes."
        )


def test_the_account_of_a_terminated_client_offers_no_provisioning(
    ended: Client, admin: Browser
) -> None:
    page = admin.get(f"{SHEET}compte/").content.decode()

    assert "Alice Bleu" in page
    assert "/telephones/provisionner/" not in page
    assert "/telephones/plusieurs/" not in page
    assert "/importer/" not in page


def new_line(client: Client, number: str = NUMBER) -> Subscriber:
    main = client.sites.get(is_main=True)
    return Subscriber(client=client, site=main, number=parse_number(number), name="Nouvelle")


def test_a_terminated_clients_number_goes_to_another_client(
    ended: Client, alice: Subscriber, red_client: Client, operator: User
) -> None:
    line = create_subscriber(new_line(red_client), actor=PLATFORM)

    alice.refresh_from_db()
    assert (alice.number, alice.client_id) == (line.number, ended.pk)  # for the record
    assert exact(scope_for(operator), NUMBER) == line
    assert give_access(line, actor=PLATFORM)
    with pytest.raises(NumberTaken):
        create_subscriber(new_line(line.client), actor=PLATFORM)


def test_a_list_takes_the_number_of_an_ended_line(ended: Client, red_client: Client) -> None:
    create_subscribers([new_line(red_client)], client=red_client, actor=PLATFORM)

    assert red_client.subscribers.filter(number=parse_number(NUMBER)).count() == 1


@pytest.mark.parametrize("many", [False, True])
def test_a_terminated_client_gets_no_line(many: bool, ended: Client) -> None:
    line = new_line(ended, "0970719055")

    with pytest.raises(DomainError) as refused:
        if many:
            create_subscribers([line], client=ended, actor=PLATFORM)
        else:
            create_subscriber(line, actor=PLATFORM)

    assert refused.value.field == "client"


def test_a_number_in_use_is_refused_at_its_field(alice: Subscriber, red_client: Client) -> None:
    with pytest.raises(NumberTaken) as refused:
        create_subscriber(new_line(red_client), actor=PLATFORM)

    assert refused.value.field == "number"


def still_asking(phone: Phone) -> Phone:
    now = timezone.now()
    Phone.unscoped.filter(pk=phone.pk).update(
        refused_at=now, refused_since=now, refused_reason="client-inactive", refused_count=3
    )
    return phone


def test_a_terminated_clients_phone_that_still_asks_is_dismissed(
    ended: Client, blue_phone: Phone, blue_browser: Browser
) -> None:
    still_asking(blue_phone)
    todo = blue_browser.get("/extranet/a-traiter/")
    assert "/resilie-vu/" in todo.content.decode()

    for _ in range(2):  # a double click
        blue_browser.post(f"/extranet/telephones/{blue_phone.mac}/resilie-vu/")
    still_asking(blue_phone)  # it comes every night

    assert blue_phone.mac not in blue_browser.get("/extranet/a-traiter/").content.decode()
    assert AuditEvent.objects.filter(kind="phone.dismissed").count() == 1


def test_a_live_clients_phone_is_not_dismissed(blue_phone: Phone, blue_browser: Browser) -> None:
    still_asking(blue_phone)

    blue_browser.post(f"/extranet/telephones/{blue_phone.mac}/resilie-vu/")

    assert Phone.unscoped.get(pk=blue_phone.pk).dismissed_at is None
