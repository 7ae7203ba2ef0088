"""Logging in: throttled per login and address, never locking a line; sessions rotate and end."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone

from clients.models import AuditEvent, User
from clients.services.audit import Actor
from clients.services.logins import create_login, reset_password
from metacentrex.sessions import stored_key
from tests.factories.clients import ResellerFactory

PASSWORD = "correct horse battery"
HERE, ELSEWHERE = "192.0.2.10", "198.51.100.20"
COOL_OFF = timedelta(minutes=15)


@pytest.fixture
def blue(blue_staff: User) -> User:
    blue_staff.set_password(PASSWORD)
    blue_staff.save()
    return blue_staff


def log_in(
    password: str, *, login: str = "blue", address: str = HERE, browser: Browser | None = None
) -> HttpResponse:
    data = {"username": login, "password": password}
    return (browser or Browser()).post("/extranet/", data, REMOTE_ADDR=address)


def fail(times: int, **where: str) -> list[int]:
    return [log_in("wrong", **where).status_code for _ in range(times)]


def test_the_right_password_leads_to_the_clients(blue: User) -> None:
    response = log_in(PASSWORD)

    assert (response.status_code, response["Location"]) == (302, "/extranet/clients/")


def test_a_wrong_password_keeps_the_login_and_not_the_password(blue: User) -> None:
    response = log_in("wrong-Password-4711")

    assert response.status_code == 200
    assert 'value="blue"' in response.content.decode()
    assert b"wrong-Password-4711" not in response.content


def test_an_unknown_login_and_a_wrong_password_look_the_same(blue: User) -> None:
    known = log_in("wrong").context["form"].non_field_errors()
    unknown = log_in("wrong", login="nobody").context["form"].non_field_errors()

    assert known == unknown


def test_after_five_failures_even_the_right_password_is_refused(blue: User) -> None:
    statuses = fail(5)

    sixth = log_in(PASSWORD)

    assert statuses[:4] == [200, 200, 200, 200]
    assert sixth.status_code == 429
    assert "sessionid" not in sixth.cookies


def test_another_address_still_logs_in(blue: User) -> None:
    fail(6)

    assert log_in(PASSWORD, address=ELSEWHERE).status_code == 302


def test_another_login_still_logs_in_from_the_same_address(blue: User, red_staff: User) -> None:
    red_staff.set_password(PASSWORD)
    red_staff.save()
    fail(6)

    assert log_in(PASSWORD, login="red").status_code == 302


def test_a_success_elsewhere_gives_the_guesser_no_new_tries(blue: User) -> None:
    fail(5)
    log_in(PASSWORD, address=ELSEWHERE)

    assert log_in(PASSWORD).status_code == 429


def test_a_success_forgets_the_failures_before_it(blue: User) -> None:
    fail(4)
    log_in(PASSWORD)

    assert fail(4) == [200, 200, 200, 200]


def test_after_the_cool_off_one_logs_in_again(blue: User) -> None:
    fail(5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - COOL_OFF - timedelta(seconds=1))

    assert log_in(PASSWORD).status_code == 302


def test_what_is_kept_of_an_attempt_holds_no_password(blue: User) -> None:
    log_in("wrong-Password-4711")

    assert "wrong-Password-4711" not in json.dumps(
        list(AccessAttempt.objects.values()), default=str
    )
    assert AccessAttempt.objects.get().username == "blue"


@pytest.mark.parametrize("login", ["", "x" * 5000, "bl\x00ue", "<&\"'>", "😀", "' OR 1=1 --"])
def test_no_login_breaks_the_page(login: str, db: None) -> None:
    assert [log_in("wrong", login=login).status_code for _ in range(2)] == [200, 200]


def test_the_session_key_changes_at_login(blue: User) -> None:
    browser = Browser()
    session = browser.session
    session["planted"] = "before"
    session.save()
    before = browser.cookies["sessionid"].value

    log_in(PASSWORD, browser=browser)

    after = browser.cookies["sessionid"].value
    assert after != before
    assert not Session.objects.filter(session_key=stored_key(before)).exists()


def test_logging_out_ends_the_session(blue: User) -> None:
    browser = Browser()
    log_in(PASSWORD, browser=browser)
    key = browser.cookies["sessionid"].value

    browser.post("/extranet/deconnexion/")

    assert not Session.objects.filter(session_key=stored_key(key)).exists()
    assert browser.get("/extranet/clients/").status_code == 302


def test_a_new_password_ends_the_sessions_and_is_the_only_one(blue: User, operator: User) -> None:
    browser = Browser()
    log_in(PASSWORD, browser=browser)

    new = reset_password(blue, actor=Actor(operator))

    assert browser.get("/extranet/clients/").status_code == 302
    assert log_in(PASSWORD).status_code == 200
    assert log_in(new).status_code == 302


def test_a_closed_login_does_not_get_in(blue: User) -> None:
    blue.is_active = False
    blue.save()

    response = log_in(PASSWORD)

    assert response.status_code == 200
    assert "sessionid" not in response.cookies


def test_a_new_login_is_audited_without_its_password(operator: User) -> None:
    user = User(login="new", name="New", role="reseller", reseller=ResellerFactory())

    password = create_login(user, actor=Actor(operator))

    kept = json.dumps(list(AuditEvent.objects.values()), default=str)
    assert AuditEvent.objects.get().kind == "login.created"
    assert (password in kept, user.password in kept) == (False, False)
    assert len(password) == 16


def test_the_theme_stays_with_the_login(
    blue: User, blue_browser: Browser, as_user: Callable[[User], Browser]
) -> None:
    blue_browser.post("/extranet/theme/", {"theme": "dark"})
    blue_browser.post("/extranet/theme/", {"theme": "<script>"})

    blue.refresh_from_db()
    assert blue.theme == "dark"
    assert as_user(blue).get("/extranet/clients/").context["theme"] == "dark"
