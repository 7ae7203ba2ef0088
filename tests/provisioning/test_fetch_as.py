"""`manage.py fetch_as`: what the phone would be answered and why, by the very rules; nothing is
written.
"""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.utils import timezone

from clients.enums import ClientStatus, SubscriberStatus
from clients.models import AuditEvent, Client, Subscriber
from clients.services.audit import PLATFORM
from phones.models import Phone
from phones.services.assignment import unassign
from phones.services.window import close_window
from provisioning import journal
from provisioning.models import Fetch, ServedDocument
from tests.provisioning.asking import HOUR, change, credentials_of, end_of_window, row, settings_of

Fetching = Callable[..., HttpResponse]
WRONG = "ThisWasMistyped1"


def asked(mac: str, *options: str, code: int = 0) -> str:
    """What it printed, in English; `code` is what it must end with."""
    out = StringIO()
    try:
        call_command("fetch_as", mac, "--language", "en", *options, stdout=out, stderr=out)
    except SystemExit as end:
        assert end.code == code
    else:
        assert code == 0
    return out.getvalue()


def test_a_phone_in_its_window_would_be_served(blue_phone: Phone) -> None:
    said = asked(
        "00:04:13:00:b1:0e",
        "--model",
        "snom-d765",
        "--firmware",
        "10.1.54.13",
        "--address",
        "203.0.113.9",
    )

    assert "00:04:13:00:B1:0E (row " in said
    assert "Client Bleu [10100] (row " in said or "Client Bleu" in said
    assert "Alice Bleu" in said
    assert "203.0.113.9" in said
    assert "snom D765, firmware 10.1.54.13" in said
    assert "Served: the configuration for a snom D765" in said
    assert said.count("  yes  ") == 8
    assert "<settings>" not in said


def test_what_would_be_served_is_what_is_served(blue_phone: Phone, fetch: Fetching) -> None:
    fetch(blue_phone.mac)
    served = Phone.unscoped.get(pk=blue_phone.pk)

    said = asked(blue_phone.mac)

    assert f"Content hash: {served.served_digest}" in said


def test_the_document_is_shown_masked_on_demand(blue_phone: Phone, fetch: Fetching) -> None:
    told = settings_of(fetch(blue_phone.mac))

    said = asked(blue_phone.mac, "--show")

    assert "<settings>" in said
    assert [
        name for name, value in told.items() if "pass" in name and value and value in said
    ] == []


def test_the_phones_own_credentials_open_after_the_window(blue_phone: Phone) -> None:
    end_of_window(blue_phone)
    held = credentials_of(blue_phone)

    said = asked(
        blue_phone.mac, "--model", "snom-710", "--user", held.user, "--password", held.password
    )

    assert "Served:" in said
    assert held.password not in said


def test_a_wrong_password_is_refused_and_never_said_again(blue_phone: Phone) -> None:
    end_of_window(blue_phone)

    said = asked(
        blue_phone.mac,
        "--model",
        "snom-710",
        "--user",
        "00041300b10e",
        "--password",
        WRONG,
        "--show",
        code=1,
    )

    assert "Refused: wrong phone credentials." in said
    assert WRONG not in said


def _nothing(phone: Phone) -> None:
    pass


def _suspend_client(phone: Phone) -> None:
    Client.unscoped.filter(pk=phone.client_id).update(status=ClientStatus.SUSPENDED)


def _suspend_line(phone: Phone) -> None:
    Subscriber.unscoped.filter(pk=phone.subscriber_id).update(status=SubscriberStatus.SUSPENDED)


REFUSALS: list[tuple[Callable[[Phone], Any], list[str], str]] = [
    (lambda phone: unassign(phone, actor=PLATFORM), [], "the phone is not assigned to a line"),
    (_suspend_client, [], "the client is suspended or terminated"),
    (_suspend_line, [], "the line is suspended"),
    (lambda phone: close_window(phone, actor=PLATFORM), [], "no window is open"),
    (end_of_window, [], "the window had ended"),
    (
        lambda phone: change(phone, authorized_from=timezone.now() + HOUR),
        [],
        "the window has not begun",
    ),
    (_nothing, ["--at", "2099-01-01T09:00"], "the window had ended"),
    (_nothing, ["--model", "snom-710", "--firmware", "8.4.1"], "firmware too old"),
    (_nothing, [], "unknown model"),
]


@pytest.mark.parametrize(
    ("before", "options", "reason"), REFUSALS, ids=[each[2] for each in REFUSALS]
)
def test_each_refusal_is_told_with_its_rule_and_its_remedy(
    before: Callable[[Phone], Any], options: list[str], reason: str, blue_phone: Phone
) -> None:
    before(blue_phone)
    if reason != "unknown model" and "--model" not in options:
        options = ["--model", "snom-710", *options]

    said = asked(blue_phone.mac, *options, code=1)

    answer = said.split(f"Refused: {reason}.\n", 1)
    assert len(answer) == 2
    assert answer[1].strip()
    assert said.count("  NO ") == 1
    assert f"({reason})" in said


def test_a_mac_nobody_registered_is_told_so(db: None) -> None:
    said = asked("00041300ABCD", code=1)

    assert "no phone has the MAC address 00:04:13:00:AB:CD" in said
    assert "Refused: MAC address not registered." in said


def test_nothing_is_written(blue_phone: Phone) -> None:
    before = (row(blue_phone), AuditEvent.objects.count())

    asked(blue_phone.mac, "--model", "snom-710", "--show")
    asked(blue_phone.mac, "--model", "snom-710", "--at", "2099-01-01T09:00", code=1)
    journal.flush()

    assert (row(blue_phone), AuditEvent.objects.count()) == before
    assert not Fetch.objects.exists()
    assert not ServedDocument.objects.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["00041300B1"],
        ["FFFFFFFFFFFF"],
        ["00041300B10E", "--model", "snom-999"],
        ["00041300B10E", "--firmware", "newest"],
        ["00041300B10E", "--at", "tomorrow"],
        ["00041300B10E", "--at", "0001-01-01T00:00"],
        ["00041300B10E", "--at", "2026-03-29T02:30"],
        ["00041300B10E", "--at", "2026-10-25T02:30"],
        ["00041300B10E", "--address", "here"],
        ["00041300B10E", "--user", "somebody"],
        ["00041300B10E", "--password", WRONG],
    ],
    ids=lambda arguments: " ".join(arguments[:3]),
)
def test_bad_input_is_told_in_a_sentence(arguments: list[str], blue_phone: Phone) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("fetch_as", *arguments, "--language", "en")

    assert caught.value.returncode == 2
    assert str(caught.value).endswith(".") or "{mac}" in str(caught.value)
    assert WRONG not in str(caught.value)


def test_a_time_with_its_offset_is_that_time(blue_phone: Phone) -> None:
    said = asked(blue_phone.mac, "--at", "2026-10-25T02:30+01:00", "--model", "snom-710")

    assert "25/10/2026" in said or "25 Oct 2026" in said


def test_it_speaks_french_unless_told_otherwise(blue_phone: Phone) -> None:
    out = StringIO()

    call_command("fetch_as", blue_phone.mac, "--model", "snom-710", stdout=out)

    assert "Servi\u00a0: la configuration d’un snom 710" in out.getvalue()


def test_a_phone_whose_zone_nothing_stands_for_is_told_to_be_unwritable(
    blue_phone: Phone, alice: Subscriber
) -> None:
    alice.site.time_zone = "Asia/Tokyo"
    alice.site.save()

    said = asked(blue_phone.mac, "--model", "snom-710", code=1)

    assert "The configuration cannot be generated: time zone: Asia/Tokyo." in said
