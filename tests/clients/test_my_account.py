"""« Mon compte »: one's own choices and password, audited without the password."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone

from clients.models import AuditEvent, PlatformSettings, User
from clients.services.audit import PLATFORM
from clients.services.logins import (
    OwnChoices,
    SummaryNeedsAddress,
    change_own_choices,
    reset_password,
)

PAGE = "/extranet/mon-compte/"
PASSWORD_PAGE = "/extranet/mon-compte/mot-de-passe/"
OLD, NEW = "an-old-passphrase", "a-brand-new-passphrase"
CHOICES = {"language": "en", "theme": "dark", "email": "blue@bleu.example", "wants_summary": "on"}


@pytest.fixture
def inside(blue_staff: User, as_user: Callable[[User], Browser]) -> Browser:
    blue_staff.set_password(OLD)
    blue_staff.save()
    return as_user(blue_staff)


def change_password(browser: Browser, **data: str) -> HttpResponse:
    return browser.post(
        PASSWORD_PAGE, {"old_password": OLD, "new_password1": NEW, "new_password2": NEW} | data
    )


def test_the_page_says_who_one_is(inside: Browser, blue_staff: User) -> None:
    page = inside.get(PAGE)

    text = page.content.decode()
    assert "Blue Staff" in text
    assert "Bleu Télécom" in text
    assert page.context["account_form"]["language"].value() == "fr"


def test_choices_are_kept_and_audited(inside: Browser, blue_staff: User) -> None:
    response = inside.post(PAGE, CHOICES)

    blue_staff.refresh_from_db()
    assert response["Location"] == PAGE
    kept = (blue_staff.language, blue_staff.theme, blue_staff.email, blue_staff.wants_summary)
    assert kept == ("en", "dark", "blue@bleu.example", True)
    assert (response.cookies["language"].value, response.cookies["theme"].value) == ("en", "dark")
    [event] = AuditEvent.objects.all()
    assert (event.kind, event.actor) == ("login.updated", blue_staff)
    assert event.after == {"language": "en", "email": "blue@bleu.example", "wants_summary": True}


def test_the_answer_is_in_the_language_just_chosen(inside: Browser) -> None:
    page = inside.post(PAGE, CHOICES, follow=True)

    assert [str(message) for message in page.context["messages"]] == ["Your account is saved."]
    assert '<html lang="en"' in page.content.decode()


def test_saving_twice_is_one_change(inside: Browser) -> None:
    for _ in range(2):
        inside.post(PAGE, CHOICES)

    assert AuditEvent.objects.count() == 1


def test_the_summary_needs_an_address(inside: Browser, blue_staff: User) -> None:
    response = inside.post(PAGE, CHOICES | {"email": ""})

    form = response.context["account_form"]
    assert list(form.errors) == ["email"]
    assert form["wants_summary"].value()
    blue_staff.refresh_from_db()
    assert (blue_staff.language, blue_staff.wants_summary) == ("fr", False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "xx"),
        ("theme", "pink"),
        ("email", "nobody"),
        ("email", "a@b.example\nBcc: c@d.example"),
        ("email", f"{'a' * 250}@b.example"),
        ("email", f"a@{'é' * 62}.fr"),
        ("email", "a@。.fr"),
        ("language", ""),
    ],
)
def test_a_wrong_choice_is_told_at_its_field_and_nothing_is_lost(
    field: str, value: str, inside: Browser, blue_staff: User
) -> None:
    response = inside.post(PAGE, CHOICES | {field: value})

    form = response.context["account_form"]
    assert list(form.errors) == [field]
    assert form["email"].value() == (value if field == "email" else "blue@bleu.example")
    assert AuditEvent.objects.count() == 0


def test_an_accented_domain_is_an_address(inside: Browser, blue_staff: User) -> None:
    inside.post(PAGE, CHOICES | {"email": "accueil@bleu-télécom.fr"})

    blue_staff.refresh_from_db()
    assert blue_staff.email == "accueil@bleu-télécom.fr"


def test_nobody_gives_themselves_more_than_that(inside: Browser, blue_staff: User) -> None:
    before = User.objects.filter(pk=blue_staff.pk).values("role", "login", "name", "reseller").get()

    inside.post(
        PAGE, CHOICES | {"role": "operator", "login": "root", "name": "Root", "reseller": ""}
    )

    assert (
        User.objects.filter(pk=blue_staff.pk).values("role", "login", "name", "reseller").get()
        == before
    )


def test_what_an_operator_changed_meanwhile_stays(blue_staff: User) -> None:
    User.objects.filter(pk=blue_staff.pk).update(name="Renamed", is_active=False)

    change_own_choices(blue_staff, OwnChoices("en", "dark", "", wants_summary=False))

    blue_staff.refresh_from_db()
    assert (blue_staff.name, blue_staff.is_active, blue_staff.language) == ("Renamed", False, "en")


def test_the_service_has_the_rule_too(blue_staff: User) -> None:
    with pytest.raises(SummaryNeedsAddress):
        change_own_choices(blue_staff, OwnChoices("fr", "auto", "", wants_summary=True))


@pytest.mark.parametrize(("host", "is_said"), [("", True), ("smtp.example.fr", False)])
def test_the_page_says_where_no_mail_is_sent(
    host: str, is_said: bool, inside: Browser, settings
) -> None:
    settings.EMAIL_HOST = host

    assert (
        "L’envoi de courriels n’est pas encore configuré" in inside.get(PAGE).content.decode()
    ) is is_said


def test_the_password_changes_and_other_sessions_end(
    inside: Browser, blue_staff: User, as_user: Callable[[User], Browser]
) -> None:
    elsewhere = as_user(blue_staff)

    response = change_password(inside)

    blue_staff.refresh_from_db()
    assert response["Location"] == PAGE
    assert blue_staff.check_password(NEW)
    assert inside.get(PAGE).status_code == 200
    assert elsewhere.get(PAGE).status_code == 302
    [event] = AuditEvent.objects.all()
    assert (event.kind, event.actor, event.before, event.after) == (
        "login.password_changed",
        blue_staff,
        {},
        {},
    )


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"old_password": "wrong"}, "old_password"),
        ({"old_password": ""}, "old_password"),
        ({"new_password2": "another-passphrase"}, "new_password2"),
        ({"new_password1": "short", "new_password2": "short"}, "new_password2"),
        ({"new_password1": "123456789012345", "new_password2": "123456789012345"}, "new_password2"),
    ],
)
def test_a_password_that_will_not_do_is_told_at_its_field(
    data: dict[str, str], field: str, inside: Browser, blue_staff: User
) -> None:
    response = change_password(inside, **data)

    assert list(response.context["password_form"].errors) == [field]
    assert OLD not in response.content.decode()
    assert NEW not in response.content.decode()
    blue_staff.refresh_from_db()
    assert blue_staff.check_password(OLD)
    assert not AuditEvent.objects.exclude(kind="session.refused").exists()


def test_a_second_click_finds_the_old_password_gone(inside: Browser, blue_staff: User) -> None:
    change_password(inside)
    again = change_password(inside)

    assert list(again.context["password_form"].errors) == ["old_password"]
    assert kinds() == ["login.password_changed", "session.refused"]


def test_the_account_is_ones_own_whatever_is_posted(
    inside: Browser, red_staff: User, blue_staff: User
) -> None:
    before: dict[str, Any] = User.objects.filter(pk=red_staff.pk).values().get()

    inside.post(PAGE, CHOICES | {"user": red_staff.pk, "id": red_staff.pk, "pk": red_staff.pk})
    change_password(inside, user=str(red_staff.pk))

    assert User.objects.filter(pk=red_staff.pk).values().get() == before


# --- Guessed at, and given once ----------------------------------------------------------------


def kinds() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))


def test_the_current_password_is_not_for_guessing(inside: Browser, blue_staff: User) -> None:
    """Somebody else sits at an open session."""
    answers = [change_password(inside, old_password=f"wrong {at}").status_code for at in range(5)]

    assert answers == [200, 200, 200, 200, 429]
    assert change_password(inside).status_code == 429
    blue_staff.refresh_from_db()
    assert blue_staff.check_password(OLD)
    refused = AuditEvent.objects.filter(kind="session.refused")
    assert {event.after["page"] for event in refused} == {PASSWORD_PAGE}
    assert refused.count() == 6


def test_a_given_password_opens_one_page_and_is_changed_there(blue_staff: User) -> None:
    given, browser = reset_password(blue_staff, actor=PLATFORM), Browser()
    browser.post("/extranet/", {"username": blue_staff.login, "password": given})

    for page in ("/extranet/clients/", "/extranet/a-traiter/", "/extranet/taches/"):
        assert browser.get(page)["Location"] == "/extranet/mon-compte/"
    assert b"Choisissez votre mot de passe" in browser.get("/extranet/mon-compte/").content
    assert b'name="email"' not in browser.get("/extranet/mon-compte/").content
    change_password(browser, old_password=given)

    assert browser.get("/extranet/clients/").status_code == 200


def test_a_given_password_changes_nothing_else(blue_staff: User) -> None:
    """An address, for one, to which the notice of the change would go."""
    given, browser = reset_password(blue_staff, actor=PLATFORM), Browser()
    browser.post("/extranet/", {"username": blue_staff.login, "password": given})

    assert browser.post(PAGE, CHOICES)["Location"] == PAGE
    assert User.objects.get(pk=blue_staff.pk).email == ""


def test_a_session_of_a_given_password_ends_with_it(blue_staff: User) -> None:
    given, browser = reset_password(blue_staff, actor=PLATFORM), Browser()
    browser.post("/extranet/", {"username": blue_staff.login, "password": given})
    User.objects.update(one_time_until=timezone.now())

    answer = change_password(browser, old_password=given)

    assert answer["Location"].startswith("/extranet/?next=")
    assert User.objects.get(pk=blue_staff.pk).check_password(given)


def test_a_password_set_by_a_command_is_no_one_time_password(operator: User) -> None:
    reset_password(operator, actor=PLATFORM)
    User.objects.update(one_time_until=timezone.now())
    user = User.objects.get(pk=operator.pk)

    user.set_password(NEW)  # as manage.py changepassword does
    user.save()

    answer = Browser().post("/extranet/", {"username": operator.login, "password": NEW})
    assert answer["Location"] == "/extranet/clients/"


def test_the_administration_waits_for_a_password_of_ones_own(operator: User) -> None:
    given, browser = reset_password(operator, actor=PLATFORM), Browser()
    browser.post("/extranet/", {"username": operator.login, "password": given})

    assert browser.get("/admin/clients/client/").status_code == 302
    assert browser.get("/admin/login/")["Location"] == "/extranet/mon-compte/"


def test_the_administration_changes_no_password_of_its_own(
    operator: User, as_user: Callable[[User], Browser]
) -> None:
    page = "/admin/password_change/"

    assert as_user(operator).get(page)["Location"] == "/extranet/mon-compte/"
    assert as_user(operator).post(page, {"old_password": "x"})["Location"] == PAGE


def test_a_given_password_that_was_not_used_in_time_opens_nothing(
    blue_staff: User,
) -> None:
    PlatformSettings(pk=1, one_time_password_hours=2).save()
    given = reset_password(blue_staff, actor=PLATFORM)
    data = {"username": blue_staff.login, "password": given}
    User.objects.update(one_time_until=timezone.now() + timedelta(minutes=1))
    assert Browser().post("/extranet/", data).status_code == 302
    User.objects.update(one_time_until=timezone.now())

    browser = Browser()
    page = browser.post("/extranet/", data)

    assert page.status_code == 200
    assert "a expiré" in page.content.decode()
    assert "_auth_user_id" not in browser.session


def test_a_given_password_is_valid_for_the_hours_of_the_settings(blue_staff: User) -> None:
    PlatformSettings(pk=1, one_time_password_hours=2).save()
    before = timezone.now()

    reset_password(blue_staff, actor=PLATFORM)

    until = User.objects.get(pk=blue_staff.pk).one_time_until
    assert until is not None
    assert timedelta(hours=2) <= until - before < timedelta(hours=2, minutes=1)


def test_the_next_login_says_that_the_password_was_changed(
    inside: Browser, blue_staff: User
) -> None:
    change_password(inside)
    data = {"username": blue_staff.login, "password": NEW}

    first = Browser().post("/extranet/", data, follow=True)
    second = Browser().post("/extranet/", data, follow=True)

    said = [[str(message) for message in page.context["messages"]] for page in (first, second)]
    assert [len(words) for words in said] == [1, 0]
    assert said[0][0].startswith("Votre mot de passe a été changé")


def test_logins_and_logouts_are_recorded_with_the_address(blue_staff: User) -> None:
    blue_staff.set_password(OLD)
    blue_staff.save()
    browser, data = Browser(REMOTE_ADDR="192.0.2.9"), {"username": blue_staff.login}

    browser.post("/extranet/", data | {"password": "wrong"})
    browser.post("/extranet/", data | {"password": OLD})
    browser.post("/extranet/deconnexion/")
    browser.post("/extranet/", {"username": "nobody", "password": "wrong"})

    assert kinds() == ["session.refused", "session.opened", "session.closed"]
    first, second, _third = AuditEvent.objects.order_by("pk")
    assert first.after == {"address": "192.0.2.9", "page": "/extranet/"}
    assert (second.after, second.actor) == ({"address": "192.0.2.9"}, blue_staff)


def test_a_flood_of_refused_attempts_is_no_flood_of_events(blue_staff: User) -> None:
    for _ in range(25):
        Browser().post("/extranet/", {"username": blue_staff.login, "password": "wrong"})

    assert AuditEvent.objects.filter(kind="session.refused").count() == 20


def test_a_password_typed_as_the_login_is_kept_nowhere(db: None) -> None:
    for _ in range(6):
        answer = Browser().post("/extranet/", {"username": "my-Secret-4711", "password": "x"})

    assert answer.status_code == 429  # counted all the same
    [attempt] = AccessAttempt.objects.values()
    assert "my-Secret-4711" not in str(attempt)
