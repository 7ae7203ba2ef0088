"""A changed password is told by e-mail, once, to whoever has an address."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from clients.models import User
from clients.services.logins import change_own_password
from clients.services.password_notices import send_due_notices
from tests.mailbox import Mailbox, mail_is_sent_to_a_box

NEW = "a-brand-new-passphrase"


@pytest.fixture
def box(settings) -> Iterator[Mailbox]:
    with mail_is_sent_to_a_box(settings) as server:
        yield server


@pytest.fixture
def changed(blue_staff: User) -> User:
    blue_staff.email = "blue@bleu.example"
    blue_staff.save()
    return change_own_password(blue_staff, NEW)


def is_due(user: User) -> bool:
    return User.objects.get(pk=user.pk).password_notice_due


def test_the_user_is_told_once_when_and_never_the_password(box: Mailbox, changed: User) -> None:
    assert [send_due_notices(), send_due_notices()] == [1, 0]

    [mail] = box.mails
    text = mail.get_body(("plain",)).get_content()
    assert mail["To"] == "blue@bleu.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Votre mot de passe a été changé le" in text
    assert NEW not in mail.as_string()


def test_without_an_address_or_a_server_nothing_is_sent(blue_staff: User, settings) -> None:
    change_own_password(blue_staff, NEW)
    assert not is_due(blue_staff)

    settings.EMAIL_HOST = ""
    assert send_due_notices() == 0


def test_a_server_that_is_down_is_asked_again(box: Mailbox, changed: User, settings) -> None:
    up, settings.EMAIL_PORT = settings.EMAIL_PORT, 1  # nobody listens there
    assert send_due_notices() == 0
    assert is_due(changed)

    settings.EMAIL_PORT = up
    assert send_due_notices() == 1


@pytest.mark.parametrize(("answer", "due"), [("450 later", True), ("550 nobody", False)])
def test_a_refused_address_is_tried_again_only_if_that_may_help(
    box: Mailbox, changed: User, answer: str, due: bool
) -> None:
    box.refused["blue@bleu.example"] = answer

    assert send_due_notices() == 0
    assert is_due(changed) is due


def test_after_a_day_the_notice_is_given_up(box: Mailbox, changed: User) -> None:
    assert send_due_notices(timezone.now() + timedelta(days=2)) == 0


def test_a_password_changed_again_meanwhile_is_told_again(box: Mailbox, changed: User) -> None:
    send_due_notices()
    change_own_password(changed, NEW + "2")

    assert send_due_notices() == 1
