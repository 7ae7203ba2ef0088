"""The portal's door: by number, throttled as one number however it is typed, a password chosen
first.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client as Browser

from clients.enums import ClientStatus
from clients.models import AuditEvent, Site, Subscriber, User
from clients.scoping import Scope, ScopeLevel, scope_for
from clients.services.audit import PLATFORM, Actor
from clients.services.portal_logins import (
    AccountLocked,
    ClientHasEnded,
    LoginClosed,
    LoginTaken,
    give_access,
)
from clients.services.subscribers import end_subscriber, update_subscriber
from clients.services.ticked_lines import lock
from phones.models import Phone
from tests.factories.clients import PortalUserFactory, SiteFactory, SubscriberFactory
from tests.factories.phones import AssignedPhoneFactory
from tests.queries import assert_same_queries

PASSWORD = "correct horse battery"


@pytest.fixture
def bob_in(bobs_login: User) -> User:
    bobs_login.set_password(PASSWORD)
    bobs_login.save()
    return bobs_login


def log_in(
    number: str = "0970719002",
    password: str = PASSWORD,
    browser: Browser | None = None,
    **data: str,
):
    browser = browser or Browser()
    return browser.post("/connexion/", {"username": number, "password": password, **data})


@pytest.mark.parametrize(
    "typed", ["0970719002", "09 70 71 90 02", "+33 9 70 71 90 02", "0033970719002"]
)
def test_the_number_is_taken_however_it_is_typed(typed: str, bob_in: User) -> None:
    response = log_in(typed)

    assert (response.status_code, response["Location"]) == (302, "/")


def test_an_unknown_number_and_a_wrong_password_look_the_same(bob_in: User) -> None:
    known = log_in(password="wrong").context["form"].non_field_errors()
    unknown = log_in("0970719999").context["form"].non_field_errors()
    nonsense = log_in("hello").context["form"].non_field_errors()

    assert known == unknown == nonsense


def test_one_number_is_throttled_as_one_however_it_is_typed(bob_in: User) -> None:
    for typed in ("0970719002", "09 70 71 90 02", "+33970719002", "0033970719002", "0970719002"):
        log_in(typed, "wrong")

    assert log_in("+33 9 70 71 90 02").status_code == 429


def test_each_door_lets_in_its_own(bob_in: User, blue_staff: User) -> None:
    blue_staff.set_password(PASSWORD)
    blue_staff.save()

    at_portal = log_in("blue")
    at_extranet = Browser().post("/extranet/", {"username": bob_in.login, "password": PASSWORD})

    assert (at_portal.status_code, at_extranet.status_code) == (200, 200)
    assert at_portal.context["form"].non_field_errors()
    assert at_extranet.context["form"].non_field_errors()


@pytest.mark.parametrize(("data", "kept"), [({}, True), ({"remember": "on"}, False)])
def test_a_session_ends_with_the_browser_unless_it_is_to_be_remembered(
    data: dict[str, str], kept: bool, bob_in: User
) -> None:
    browser = Browser()
    log_in(browser=browser, **data)

    assert browser.session.get_expire_at_browser_close() is kept
    if data:
        assert browser.session.get_expiry_age() == 30 * 24 * 3600


def test_a_page_whose_session_ended_logs_in_without_leaving(bob_in: User) -> None:
    data = {"username": "0970719002", "password": PASSWORD}
    browser = Browser()

    wrong = browser.post(
        "/connexion/", data | {"password": "x"}, headers={"X-Requested-With": "dialog"}
    )
    right = browser.post("/connexion/", data, headers={"X-Requested-With": "dialog"})

    assert (wrong.status_code, wrong["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert (right.status_code, right["X-Login"]) == (204, str(bob_in.pk))
    assert right["X-CSRF-Token"]
    assert browser.get("/").status_code == 200


def test_a_dialog_is_told_who_is_in_and_the_token_of_now(bob_in: User) -> None:
    browser, header = Browser(enforce_csrf_checks=True), {"X-Requested-With": "dialog"}

    nobody = browser.get("/connexion/", headers=header)
    sent = header | {"X-CSRFToken": nobody["X-CSRF-Token"]}
    data = {"username": "0970719002", "password": PASSWORD}
    assert browser.post("/connexion/", data, headers=sent).status_code == 204
    somebody = browser.get("/connexion/", headers=header)

    assert (nobody.status_code, nobody["X-Login"], somebody["X-Login"]) == (204, "", str(bob_in.pk))
    assert browser.get("/connexion/")["Location"] == "/"


def test_the_first_password_opens_one_page_and_another_is_chosen_there(bob: Subscriber) -> None:
    password, browser = give_access(bob, actor=PLATFORM), Browser()
    log_in(password=password, browser=browser)

    for page in ("/", "/contacts/", "/parametres/touches/"):
        assert browser.get(page)["Location"] == "/parametres/mot-de-passe/"
    new = {"old_password": password, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert browser.post("/parametres/mot-de-passe/", new)["Location"] == "/"
    assert browser.get("/").status_code == 200
    assert not User.objects.get(subscriber=bob).must_change_password


def test_the_password_one_was_given_is_no_new_one(bob: Subscriber) -> None:
    password, browser = give_access(bob, actor=PLATFORM), Browser()
    log_in(password=password, browser=browser)

    same = dict.fromkeys(["old_password", "new_password1", "new_password2"], password)
    page = browser.post("/parametres/mot-de-passe/", same)

    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"new_password1"}
    assert User.objects.get(subscriber=bob).must_change_password


def test_a_locked_account_gets_no_session_at_all(bob_in: User, bob: Subscriber) -> None:
    lock(client=bob.client, ids=[bob.pk], locked=True, actor=PLATFORM)
    browser = Browser()

    page = log_in(browser=browser)

    form = page.context["form"]
    assert form.non_field_errors() == [str(form.error_messages["inactive"])]
    assert "_auth_user_id" not in browser.session


def test_what_the_operator_closed_an_administrator_does_not_open(
    bobs_login: User, bob: Subscriber, alices_login: User, operator: User
) -> None:
    bobs_login.is_active = False
    bobs_login.save()

    with pytest.raises(LoginClosed):
        give_access(bob, actor=Actor(alices_login))
    assert not User.objects.get(pk=bobs_login.pk).is_active

    give_access(bob, actor=Actor(operator))
    assert User.objects.get(pk=bobs_login.pk).is_active


def test_a_number_that_is_somebody_s_login_is_refused_and_none_of_the_staff_may_have_one(
    bob: Subscriber, blue_staff: User
) -> None:
    blue_staff.login = bob.number
    with pytest.raises(ValidationError, match="login"):
        blue_staff.full_clean(exclude=["password"])
    blue_staff.save()  # as one that was there before the rule

    with pytest.raises(LoginTaken):
        give_access(bob, actor=PLATFORM)


def test_access_is_told_once_in_the_answer_itself(bob: Subscriber, blue_browser: Browser) -> None:
    response = blue_browser.post("/bg/10100/lignes/0970719002/acces/")

    password = str(response.context["password"])
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert password in response.content.decode()
    assert password not in repr(response.context["password"])
    assert log_in(password=password).status_code == 302
    event = AuditEvent.objects.get(kind="login.access_given")
    assert (event.object_label, event.actor_label) == (str(bob), "Blue Staff (Bleu Télécom)")


def test_the_answer_loaded_again_gives_no_other_password(
    bob: Subscriber, blue_browser: Browser
) -> None:
    url = "/bg/10100/lignes/0970719002/acces/"
    seen = blue_browser.get(url).context["seen"]
    password = str(blue_browser.post(url, {"seen": seen}).context["password"])

    again = blue_browser.post(url, {"seen": seen})

    assert "password" not in again.context
    assert "L’accès a été donné depuis" in again.content.decode()
    assert log_in(password=password).status_code == 302
    new = blue_browser.post(url, {"seen": blue_browser.get(url).context["seen"]})
    assert str(new.context["password"]) != password


def test_a_second_access_ends_the_first_password_and_its_sessions(bob: Subscriber) -> None:
    first, browser = give_access(bob, actor=PLATFORM), Browser()
    log_in(password=first, browser=browser)

    give_access(bob, actor=PLATFORM)

    assert browser.get("/contacts/")["Location"].startswith("/connexion/")
    assert log_in(password=first).status_code == 200
    assert User.objects.filter(subscriber=bob).count() == 1


def test_no_access_for_a_locked_account_or_a_client_that_ended(bob: Subscriber) -> None:
    lock(client=bob.client, ids=[bob.pk], locked=True, actor=PLATFORM)
    with pytest.raises(AccountLocked):
        give_access(bob, actor=PLATFORM)

    lock(client=bob.client, ids=[bob.pk], locked=False, actor=PLATFORM)
    bob.client.status = ClientStatus.TERMINATED
    bob.client.save()
    with pytest.raises(ClientHasEnded):
        give_access(bob, actor=PLATFORM)
    assert not User.objects.filter(subscriber=bob).exists()


def test_two_who_give_access_at_once_make_one_login(shared_database: None, bob: Subscriber) -> None:
    def give(_: int) -> str:
        try:
            return give_access(bob, actor=PLATFORM)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        passwords = list(pool.map(give, range(2)))

    user = User.objects.get(subscriber=bob)
    assert sum(user.check_password(password) for password in passwords) == 1


def test_a_locked_account_is_out_at_once(
    bobs_login: User, as_user: Callable[[User], Browser], blue_actor: Actor
) -> None:
    browser = as_user(bobs_login)
    assert browser.get("/").status_code == 200

    lock(
        client=bobs_login.subscriber.client,
        ids=[bobs_login.subscriber_id],
        locked=True,
        actor=blue_actor,
    )

    assert browser.get("/contacts/")["Location"] == "/connexion/?next=/contacts/"
    assert "_auth_user_id" not in browser.session


def test_the_login_follows_the_number_and_ends_with_the_line(bob_in: User, bob: Subscriber) -> None:
    bob.number = "+33970719077"
    update_subscriber(bob, actor=PLATFORM)
    assert log_in("0970719077").status_code == 302

    end_subscriber(bob, actor=PLATFORM)

    assert not User.objects.filter(pk=bob_in.pk).exists()
    assert AuditEvent.objects.filter(kind="subscriber.ended").count() == 1


def test_the_longest_names_fit_what_keeps_who_acted(bobs_login: User, bob: Subscriber) -> None:
    bob.name, bob.client.legal_name = "N" * 200, "L" * 200

    bobs_login.subscriber = bob
    assert len(Actor(bobs_login).label) == 310


def test_what_somebody_does_is_told_under_their_own_name(bobs_login: User) -> None:
    assert Actor(bobs_login).label == "Bob Bleu, 0970719002 (Client Bleu)"


# --- Scopes ---------------------------------------------------------------------------------------


def test_a_user_sees_their_own_line_and_its_phones(
    bobs_login: User, alice: Subscriber, blue_phone: Phone
) -> None:
    scope, bob = scope_for(bobs_login), bobs_login.subscriber
    mine = AssignedPhoneFactory(subscriber=bob)

    assert scope == Scope(ScopeLevel.SUBSCRIBER, bob.pk)
    assert list(Subscriber.objects.within(scope)) == [bob]
    assert list(Phone.objects.within(scope)) == [mine]
    assert list(Site.objects.within(scope)) == [bob.site]


def test_an_administrator_sees_the_client_and_of_a_branch_the_branch(
    alices_login: User, alice: Subscriber, bob: Subscriber, mallory: Subscriber
) -> None:
    assert set(Subscriber.objects.within(scope_for(alices_login))) == {alice, bob}
    clichy = SiteFactory(client=alice.client, name="Clichy")
    floor = SiteFactory(client=alice.client, name="Étage", parent=clichy)
    carol = SubscriberFactory(client=alice.client, site=floor)
    alice.administered_site = clichy
    alice.save()

    scope = scope_for(User.objects.get(pk=alices_login.pk))

    assert scope == Scope(ScopeLevel.SITE, clichy.pk, (clichy.pk, floor.pk))
    assert list(Subscriber.objects.within(scope)) == [carol]
    assert set(Site.objects.within(scope)) == {clichy, floor}


def test_an_administrator_of_a_branch_finds_nobody_else(
    alice: Subscriber, bob: Subscriber, as_user: Callable[[User], Browser]
) -> None:
    clichy = SiteFactory(client=alice.client, name="Clichy")
    dave = SubscriberFactory(
        client=alice.client, site=clichy, is_administrator=True, administered_site=clichy
    )
    browser = as_user(PortalUserFactory(subscriber=dave))
    line = dave.number.replace("+33", "0")

    assert browser.get(f"/bg/10100/lignes/{line}/touches/").status_code == 200
    assert browser.get("/bg/10100/lignes/0970719002/touches/").status_code == 404
    assert browser.get("/bg/10100/profils/client/snom-d765/").status_code == 404
    assert browser.get(f"/bg/10100/profils/site/{alice.site_id}/snom-d765/").status_code == 404
    assert browser.get(f"/bg/10100/profils/site/{clichy.pk}/snom-d765/").status_code == 200


def test_an_administrator_of_a_branch_gets_nobody_s_password_who_administers_more(
    alice: Subscriber, as_user: Callable[[User], Browser]
) -> None:
    clichy = SiteFactory(client=alice.client, name="Clichy")
    values = {"client": alice.client, "site": clichy, "is_administrator": True}
    dave = SubscriberFactory(administered_site=clichy, **values)
    whole, same = SubscriberFactory(**values), SubscriberFactory(administered_site=clichy, **values)
    browser = as_user(PortalUserFactory(subscriber=dave))

    def given(line: Subscriber) -> bool:
        page = browser.post(f"/bg/10100/lignes/{line.number.replace('+33', '0')}/acces/")
        return "password" in page.context

    assert (given(whole), given(same)) == (False, True)
    assert not User.objects.filter(subscriber=whole).exists()


def test_acting_for_somebody_is_said_all_the_time(
    alices_login: User, bob: Subscriber, blue_browser: Browser, as_user: Callable[[User], Browser]
) -> None:
    def banner(browser: Browser, path: str) -> tuple[str, str] | None:
        acting = browser.get(path).context["acting"]
        return (acting.role, acting.whom) if acting else None

    keys = "/bg/10100/lignes/0970719002/touches/"
    assert banner(blue_browser, keys) == ("provider", "Bob Bleu, 0970719002")
    assert banner(as_user(alices_login), keys) == ("administrator", "Bob Bleu, 0970719002")
    assert banner(as_user(alices_login), "/bg/10100/lignes/0970719001/touches/") is None
    assert banner(as_user(alices_login), "/bg/10100/") is None


@pytest.mark.parametrize("path", ["/contacts/", "/bg/10100/"])
def test_a_list_asks_as_much_for_few_as_for_many(
    path: str, alices_login: User, as_user: Callable[[User], Browser]
) -> None:
    client = alices_login.subscriber.client

    assert_same_queries(
        as_user(alices_login), path, lambda: SubscriberFactory.create_batch(20, client=client)
    )


def test_an_open_session_gives_its_owner_no_password(
    alices_login: User, alice: Subscriber, as_user: Callable[[User], Browser]
) -> None:
    """Who finds it could keep the access for good."""
    page = f"/bg/{alice.client.reference}/lignes/0970719001/acces/"
    before = User.objects.get(subscriber=alice).password

    answer = as_user(alices_login).post(page)

    assert "changez plutôt votre mot de passe" in answer.content.decode()
    assert "password" not in answer.context
    assert User.objects.get(subscriber=alice).password == before


def test_opening_somebodys_pages_is_recorded_once_for_each_session(
    alices_login: User, bob: Subscriber, as_user: Callable[[User], Browser]
) -> None:
    browser, group = as_user(alices_login), f"/bg/{bob.client.reference}/lignes"
    for number in ("0970719002", "0970719002", "0970719001"):
        assert browser.get(f"{group}/{number}/acces/").status_code == 200

    [event] = AuditEvent.objects.filter(kind="portal.opened")
    assert (event.object_label, event.actor) == (str(bob), alices_login)


def test_a_stranger_opens_nobodys_pages_and_none_is_recorded(
    red_staff: User, bob: Subscriber, as_user: Callable[[User], Browser]
) -> None:
    page = f"/bg/{bob.client.reference}/lignes/0970719002/acces/"

    assert as_user(red_staff).get(page).status_code == 404
    assert not AuditEvent.objects.filter(kind="portal.opened").exists()
