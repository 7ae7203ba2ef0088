"""The daily summary: who gets it, when, once; what it says; and what a mail server can do to it."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.translation import ngettext, override

from clients.models import Client, Subscriber, User
from phones.models import Phone
from phones.services.daily_summary import send_due_summaries, summary_for
from phones.tasks import send_summaries
from tests.factories.clients import SubscriberFactory, UserFactory
from tests.factories.phones import AssignedPhoneFactory
from tests.mailbox import Mailbox, mail_is_sent_to_a_box

MORNING = datetime(2026, 11, 24, 6, 20, tzinfo=UTC)  # 07:20 in Paris
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TODAY = date(2026, 11, 24)
ADDRESS = "blue@bleu.example"


@pytest.fixture
def box(settings) -> Iterator[Mailbox]:
    with mail_is_sent_to_a_box(settings) as server:
        yield server


@pytest.fixture
def reader(blue_staff: User) -> User:
    blue_staff.email, blue_staff.wants_summary = ADDRESS, True
    blue_staff.save()
    return blue_staff


@pytest.fixture
def overdue(alice: Subscriber) -> Phone:
    return AssignedPhoneFactory(
        subscriber=alice, mac="00041300B10E", authorized_until=MORNING - HOUR
    )


def text_of(box: Mailbox, kind: str = "plain") -> str:
    [mail] = box.mails
    body = mail.get_body((kind,))
    assert body is not None
    return body.get_content()


def sent_on(user: User) -> date | None:
    return User.objects.get(pk=user.pk).summary_sent_on


def test_a_mail_says_what_is_to_deal_with(box: Mailbox, reader: User, overdue: Phone) -> None:
    assert send_due_summaries(MORNING) == 1

    [mail] = box.mails
    with override("fr"):
        subject = ngettext(
            "MetaCentrex: %(count)s thing to do", "MetaCentrex: %(count)s things to do", 1
        )
    assert (mail["To"], mail["Subject"]) == (ADDRESS, subject % {"count": 1})
    assert mail["From"] == "MetaCentrex <metacentrex@operator.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@operator.example>")
    for kind in ("plain", "html"):
        text = text_of(box, kind)
        for words in ("Client Bleu [10100]", "00:04:13:00:B1:0E", "Alice Bleu", "Délai dépassé"):
            assert words in text
        assert "https://extranet.metacentrex.test/extranet/telephones/00041300B10E/" in text
        assert "https://extranet.metacentrex.test/extranet/a-traiter/" in text


def test_the_mail_is_in_the_logins_language(box: Mailbox, reader: User, overdue: Phone) -> None:
    User.objects.update(language="en")

    send_due_summaries(MORNING)

    assert box.mails[0]["Subject"] == "MetaCentrex: 1 thing to do"
    assert re.search(r"Overdue – since Tuesday .+ 06:20, never fetched", text_of(box))


def test_the_html_part_escapes_and_fetches_nothing(
    box: Mailbox, reader: User, overdue: Phone
) -> None:
    Client.unscoped.update(legal_name="<b>R&D</b>")

    send_due_summaries(MORNING)

    html = text_of(box, "html")
    assert "&lt;b&gt;R&amp;D&lt;/b&gt;" in html
    assert "<b>R&D</b> [10100]" in text_of(box)
    assert re.findall(r"<(?:img|link|script|style|iframe)|src=|url\(", html) == []


def test_nothing_to_do_is_no_mail_nor_one_later_that_day(
    box: Mailbox, reader: User, alice: Subscriber
) -> None:
    assert send_due_summaries(MORNING) == 0

    AssignedPhoneFactory(subscriber=alice, authorized_until=MORNING + HOUR)

    assert send_due_summaries(MORNING + 2 * HOUR) == 0
    assert send_due_summaries(MORNING + DAY) == 1


def test_it_waits_for_the_morning_of_paris(box: Mailbox, reader: User, overdue: Phone) -> None:
    assert send_due_summaries(datetime(2026, 11, 24, 5, 59, tzinfo=UTC)) == 0  # 06:59
    assert send_due_summaries(datetime(2026, 11, 24, 6, 0, tzinfo=UTC)) == 1


def test_it_is_sent_once_a_day(box: Mailbox, reader: User, overdue: Phone) -> None:
    for hours in range(5):
        send_due_summaries(MORNING + hours * HOUR)
    assert len(box.mails) == 1

    send_due_summaries(MORNING + DAY)

    assert len(box.mails) == 2


def test_two_workers_send_one_mail(box: Mailbox, reader: User, overdue: Phone, monkeypatch) -> None:
    """The other one sends between this one's reading and its writing."""
    from phones.services import daily_summary

    first = daily_summary.summary_for

    def meanwhile(user: User, now: datetime):
        monkeypatch.setattr(daily_summary, "summary_for", first)
        assert send_due_summaries(now) == 1
        return first(user, now)

    monkeypatch.setattr(daily_summary, "summary_for", meanwhile)

    assert send_due_summaries(MORNING) == 0
    assert len(box.mails) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"wants_summary": False},
        {"email": ""},
        {"is_active": False},
    ],
)
def test_who_did_not_ask_or_may_not_gets_nothing(
    change: dict[str, object], box: Mailbox, reader: User, overdue: Phone
) -> None:
    User.objects.filter(pk=reader.pk).update(**change)

    assert send_due_summaries(MORNING) == 0
    assert box.dialogue == []


def test_each_gets_what_their_scope_holds(
    box: Mailbox, reader: User, red_staff: User, operator: User, overdue: Phone, mallory: Subscriber
) -> None:
    for user, address in ((red_staff, "red@rouge.example"), (operator, "op@operator.example")):
        User.objects.filter(pk=user.pk).update(email=address, wants_summary=True)
    AssignedPhoneFactory(subscriber=mallory, mac="00041300EED0", authorized_until=MORNING - HOUR)

    assert send_due_summaries(MORNING) == 3

    said = {mail["To"]: mail.get_body(("plain",)).get_content() for mail in box.mails}
    held = {to: sorted(re.findall(r"- (00:[0-9A-F:]+)", text)) for to, text in said.items()}
    blue, red = "00:04:13:00:B1:0E", "00:04:13:00:EE:D0"
    assert held == {ADDRESS: [blue], "red@rouge.example": [red], "op@operator.example": [blue, red]}


def test_a_long_list_is_cut_and_says_so(reader: User, alice: Subscriber, settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "a@b.example"
    for _ in range(53):
        AssignedPhoneFactory(subscriber=alice, authorized_until=MORNING - HOUR)
    User.objects.update(language="en")
    reader.refresh_from_db()

    mail = summary_for(reader, MORNING)

    assert mail is not None
    assert mail.subject == "MetaCentrex: 53 things to do"
    assert mail.body.count("/extranet/telephones/") == 50
    assert "and 3 more." in mail.body


def test_a_mail_costs_the_same_queries_whatever_it_holds(
    reader: User, alice: Subscriber, settings, django_assert_num_queries
) -> None:
    AssignedPhoneFactory(subscriber=alice, authorized_until=MORNING - HOUR)
    with django_assert_num_queries(8):
        summary_for(reader, MORNING)
    for _ in range(20):
        line = SubscriberFactory(client=alice.client)
        AssignedPhoneFactory(subscriber=line, authorized_until=MORNING - HOUR)

    with django_assert_num_queries(8):
        summary_for(reader, MORNING)


def test_a_server_that_is_down_loses_nothing(
    box: Mailbox, reader: User, overdue: Phone, settings, caplog
) -> None:
    up, settings.EMAIL_PORT = settings.EMAIL_PORT, 1  # nobody listens there

    assert send_due_summaries(MORNING) == 0
    assert sent_on(reader) is None
    assert "summary_mail_server_down error=ConnectionRefusedError" in caplog.text

    settings.EMAIL_PORT = up
    assert send_due_summaries(MORNING + HOUR) == 1
    assert send_due_summaries(MORNING + 2 * HOUR) == 0


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_breaks_off_loses_nothing(
    command: str, box: Mailbox, reader: User, overdue: Phone
) -> None:
    User.objects.update(summary_sent_on=TODAY - DAY)
    box.hangs_up_at = command
    assert send_due_summaries(MORNING) == 0
    assert sent_on(reader) == TODAY - DAY

    box.hangs_up_at = ""

    assert send_due_summaries(MORNING + HOUR) == 1
    assert sent_on(reader) == TODAY


def test_a_refused_recipient_keeps_nobody_from_theirs(
    box: Mailbox, reader: User, overdue: Phone, caplog
) -> None:
    other = UserFactory(
        login="blue2", reseller=reader.reseller, email="other@bleu.example", wants_summary=True
    )
    box.refused[ADDRESS] = f"550 no such mailbox {ADDRESS}"

    assert send_due_summaries(MORNING) == 1
    assert send_due_summaries(MORNING + HOUR) == 0

    assert [mail["To"] for mail in box.mails] == ["other@bleu.example"]
    assert (sent_on(reader), sent_on(other)) == (TODAY, TODAY)
    assert f"summary_refused login={reader.pk} code=550" in caplog.text
    assert ADDRESS not in caplog.text


@pytest.mark.parametrize("address", [f"a@{'é' * 62}.fr", "a@。.fr"])
def test_an_address_that_cannot_be_written_to_keeps_nobody_from_theirs(
    address: str,
    box: Mailbox,
    reader: User,
    red_staff: User,
    overdue: Phone,
    mallory: Subscriber,
    caplog,
) -> None:
    User.objects.filter(pk=reader.pk).update(email=address)
    User.objects.filter(pk=red_staff.pk).update(email="red@rouge.example", wants_summary=True)
    AssignedPhoneFactory(subscriber=mallory, authorized_until=MORNING - HOUR)
    assert reader.pk < red_staff.pk

    assert send_due_summaries(MORNING) == 1
    assert send_due_summaries(MORNING + HOUR) == 0

    assert [mail["To"] for mail in box.mails] == ["red@rouge.example"]
    assert (sent_on(reader), sent_on(red_staff)) == (TODAY, TODAY)
    assert f"summary_refused login={reader.pk} code=address" in caplog.text
    assert address not in caplog.text


def test_a_recipient_refused_for_now_is_tried_again(
    box: Mailbox, reader: User, overdue: Phone
) -> None:
    box.refused[ADDRESS] = "450 come back later"
    assert send_due_summaries(MORNING) == 0
    box.refused.clear()

    assert send_due_summaries(MORNING + HOUR) == 1


@pytest.mark.parametrize(("answer", "later"), [("451 busy", 1), ("554 not this", 0)])
def test_a_mail_refused_is_tried_again_only_if_that_helps(
    answer: str, later: int, box: Mailbox, reader: User, overdue: Phone
) -> None:
    box.data_answer = answer
    assert send_due_summaries(MORNING) == 0
    box.data_answer = "250 taken"

    assert send_due_summaries(MORNING + HOUR) == later


def test_a_choice_changed_meanwhile_wins(
    box: Mailbox, reader: User, overdue: Phone, monkeypatch
) -> None:
    from phones.services import daily_summary

    first = daily_summary.summary_for

    def meanwhile(user: User, now: datetime):
        User.objects.update(wants_summary=False)
        return first(user, now)

    monkeypatch.setattr(daily_summary, "summary_for", meanwhile)

    assert send_due_summaries(MORNING) == 0
    assert (box.mails, sent_on(reader)) == ([], None)


def test_without_a_mail_server_nothing_is_sent(
    reader: User, overdue: Phone, settings, mailoutbox
) -> None:
    settings.EMAIL_HOST = ""

    assert send_due_summaries(MORNING) == 0
    assert (mailoutbox, sent_on(reader)) == ([], None)


def test_neither_mail_nor_log_holds_a_secret(
    box: Mailbox, reader: User, overdue: Phone, settings, caplog
) -> None:
    caplog.set_level("DEBUG")
    reader.set_password("PlantedLoginPassword1")
    reader.save()

    send_due_summaries(MORNING)

    said = "\n".join(box.dialogue) + box.mails[0].as_string() + caplog.text
    for secret in ("Planted", reader.password, overdue.sip_credential.password, str(overdue.uid)):
        assert secret not in said
    assert ADDRESS not in caplog.text


def test_the_task_calls_the_service(db: None, settings) -> None:
    settings.EMAIL_HOST = ""

    assert send_summaries() == 0
