"""`manage.py sip_accounts`: what the SIP platform has to know is what the phones are given, and
goes to one file.
"""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.utils import timezone

from clients.enums import ClientStatus
from clients.models import AuditEvent, Client, Subscriber
from clients.services.audit import PLATFORM
from phones.models import Phone, SipCredential
from phones.services.assignment import unassign
from tests.provisioning.asking import settings_of

Fetching = Callable[..., HttpResponse]


def written(file: Path, *options: str) -> list[dict[str, str]]:
    call_command("sip_accounts", str(file), *options, stderr=StringIO())
    return list(csv.DictReader(StringIO(file.read_text(encoding="utf-8"))))


def test_the_platform_is_told_what_the_phone_is_given(
    blue_phone: Phone, red_phone: Phone, fetch: Fetching, tmp_path: Path
) -> None:
    given = settings_of(fetch(blue_phone.mac))

    accounts = {row["mac"]: row for row in written(tmp_path / "accounts.csv")}

    mine = accounts[blue_phone.mac]
    assert set(accounts) == {blue_phone.mac, red_phone.mac}
    assert (mine["auth_name"], mine["password"]) == (given["user_pname1"], given["user_pass1"])
    assert (mine["number"], mine["client"], mine["active"]) == ("+33970719001", "10100", "yes")


def test_the_file_is_the_owners_alone_and_nothing_is_written_over(
    blue_phone: Phone, tmp_path: Path
) -> None:
    file = tmp_path / "accounts.csv"
    written(file)

    assert oct(file.stat().st_mode & 0o777) == "0o600"
    before = file.read_text()
    with pytest.raises(CommandError, match=r"accounts\.csv"):
        written(file)
    assert file.read_text() == before


def test_an_account_that_ended_is_not_in_it_and_a_suspended_one_says_so(
    blue_phone: Phone, red_phone: Phone, blue_client: Client, tmp_path: Path
) -> None:
    unassign(red_phone, actor=PLATFORM)
    Client.unscoped.filter(pk=blue_client.pk).update(status=ClientStatus.SUSPENDED)

    assert [(row["mac"], row["active"]) for row in written(tmp_path / "a.csv")] == [
        (blue_phone.mac, "no")
    ]


def test_an_account_that_the_platform_imposes_is_known_to_it(
    blue_phone: Phone, alice: Subscriber, tmp_path: Path
) -> None:
    Subscriber.unscoped.filter(pk=alice.pk).update(platform_auth_name="imposed")

    assert written(tmp_path / "a.csv") == []


def test_of_one_client_or_since_a_moment(
    blue_phone: Phone, red_phone: Phone, tmp_path: Path
) -> None:
    now = timezone.now()
    SipCredential.unscoped.filter(phone=red_phone).update(created_at=now - timedelta(days=2))
    yesterday = (now - timedelta(days=1)).isoformat()

    for number, options in enumerate((["--client", "10100"], ["--since", yesterday])):
        rows = written(tmp_path / f"{number}.csv", *options)
        assert [row["mac"] for row in rows] == [blue_phone.mac]


@pytest.mark.parametrize(
    "options", [["--client", "99999"], ["--since", "hier"], ["--since", "2026-13-45T00:00"]]
)
def test_what_cannot_be_asked_for_is_said_and_leaves_no_file(
    options: list[str], blue_phone: Phone, tmp_path: Path
) -> None:
    with pytest.raises(CommandError):
        written(tmp_path / "a.csv", *options)

    assert not (tmp_path / "a.csv").exists()


def test_the_audit_keeps_that_they_left_and_no_secret(blue_phone: Phone, tmp_path: Path) -> None:
    [account] = written(tmp_path / "a.csv")

    told = AuditEvent.objects.get(kind="sip.exported")
    assert told.after == {"rows": 1, "client": "", "since": ""}
    assert account["password"] not in str(told.after)


def test_a_pipe_gets_the_list_alone(blue_phone: Phone, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = StringIO(), StringIO()
    call_command("sip_accounts", "-", stdout=out, stderr=err)

    assert len(out.getvalue().splitlines()) == 2
    assert blue_phone.sip_credential.password not in err.getvalue()
