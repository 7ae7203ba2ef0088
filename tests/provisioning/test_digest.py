"""HTTP Digest through the whole stack, and what is recorded of a challenge that was answered."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone

from clients.services.audit import Actor
from phones.models import Phone
from phones.services.window import renew
from provisioning import journal, writing
from provisioning.authorization import Digest, Unreadable, parse_authorization
from provisioning.digest import nonce
from provisioning.models import Fetch
from tests.conftest import SNOM_710
from tests.provisioning.asking import (
    answer_to,
    change,
    come_between_look_and_load,
    credentials_of,
    digest_header,
    digest_proof,
    end_of_window,
    proof,
    reasons,
    row,
)

Ask = Callable[..., HttpResponse]
ABROAD = "203.0.113.9"


@pytest.fixture
def served(blue_phone: Phone, fetch: Ask) -> Phone:
    """A phone that has its configuration, its window over."""
    fetch(blue_phone.mac)
    end_of_window(blue_phone)
    change(blue_phone, authenticated_at=timezone.now() - timedelta(days=2))
    return blue_phone


def offered_by(response: HttpResponse) -> list[str]:
    return [value for name, value in response.items() if name == "WWW-Authenticate"]


def outcomes(phone: Phone) -> list[str]:
    return list(
        Fetch.objects.filter(phone=phone).order_by("at", "pk").values_list("outcome", flat=True)
    )


@pytest.mark.django_db
def test_digest_with_md5_is_offered_first_then_basic_and_nothing_else() -> None:
    response = Browser().get("/sip-ps/000413000001.xml")

    digest, basic = offered_by(response)
    assert (
        digest
        == f'Digest realm="MetaCentrex", qop="auth", algorithm=MD5, nonce="{nonce(timezone.now())}"'
    )
    assert basic == 'Basic realm="MetaCentrex"'


@pytest.mark.parametrize(
    ("minutes", "count", "stale"),
    [(11, "00000001", True), (0, "00000002", False)],
    ids=["old", "wrong"],
)
def test_an_old_nonce_is_said_to_be_stale_and_a_wrong_proof_is_not(
    minutes: int, count: str, stale: bool, served: Phone, fetch: Ask
) -> None:
    header = digest_proof(served, now=timezone.now() - timedelta(minutes=minutes))
    wrong = header["HTTP_AUTHORIZATION"].replace("nc=00000001", f"nc={count}")

    response = fetch(served.mac, HTTP_AUTHORIZATION=wrong)

    assert response.status_code == 401
    assert ("stale=true" in offered_by(response)[0]) == stale


def test_the_stale_nonce_of_an_unknown_mac_is_answered_alike(served: Phone, fetch: Ask) -> None:
    header = digest_proof(served, now=timezone.now() - timedelta(minutes=11))

    known, unknown = fetch(served.mac, **header), fetch("000413FFFFFF", **header)

    assert offered_by(known) == offered_by(unknown)
    assert "stale=true" in offered_by(unknown)[0]


def test_a_digest_works_without_encryption_where_basic_does_not(served: Phone, fetch: Ask) -> None:
    assert fetch(served.mac, REMOTE_ADDR=ABROAD, **proof(served)).status_code == 401
    assert fetch(served.mac, REMOTE_ADDR=ABROAD, **digest_proof(served)).status_code == 200


def test_an_overheard_proof_serves_nobody_else(served: Phone, fetch: Ask) -> None:
    header = digest_proof(served)
    fetch(served.mac, **header)

    assert fetch(served.mac, REMOTE_ADDR=ABROAD, **header).status_code == 401
    assert reasons(served) == ["replayed"]


def test_a_proof_for_head_is_accepted_once_too(served: Phone, fetch: Ask) -> None:
    header = digest_proof(served, method="HEAD")

    first, again = (fetch(served.mac, method="head", **header) for _ in range(2))

    assert [first.status_code, again.status_code] == [200, 401]
    assert reasons(served) == ["replayed"]
    assert fetch(served.mac, **digest_proof(served)).status_code == 200


def test_of_two_who_send_one_proof_at_once_one_is_served(
    served: Phone, fetch: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    header, real, inside = digest_proof(served), writing.compose, []

    def slow(*args: object) -> object:
        if not inside:
            inside.append(True)
            inside.append(fetch(served.mac, **header))
        return real(*args)

    monkeypatch.setattr(writing, "compose", slow)

    assert fetch(served.mac, REMOTE_ADDR=ABROAD, **header).status_code == 401
    assert inside[1].status_code == 200


def test_a_proof_used_between_the_look_and_the_load_is_used(
    served: Phone, fetch: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = digest_proof(served)
    first = come_between_look_and_load(monkeypatch, lambda: fetch(served.mac, **header))

    again = fetch(served.mac, REMOTE_ADDR=ABROAD, **header)

    assert (first[0].status_code, again.status_code) == (200, 401)


def test_a_proof_used_for_304_is_used(served: Phone, fetch: Ask) -> None:
    first = fetch(served.mac, **digest_proof(served, client_nonce="one"))
    header = digest_proof(served, client_nonce="two")

    answers = [fetch(served.mac, HTTP_IF_NONE_MATCH=first["ETag"], **header) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [304, 401]


def test_a_path_with_separators_is_proven_as_it_was_asked(served: Phone) -> None:
    held = credentials_of(served)
    path = "/sip-ps/00:04:13:00:B1:0E.xml"
    header = digest_header(answer_to(timezone.now(), path, held.user, held.password))

    response = Browser().get(path, HTTP_USER_AGENT=SNOM_710, **header)

    assert response.status_code == 200


def test_a_challenge_the_phone_answers_is_no_refusal(served: Phone, fetch: Ask) -> None:
    fetch(served.mac)
    assert row(served)["refused_count"] == 1

    fetch(served.mac, **digest_proof(served))

    assert outcomes(served)[1:] == ["challenged", "served"]
    assert (row(served)["refused_at"], row(served)["refused_count"]) == (None, 0)


def test_a_challenge_and_its_answer_written_together(served: Phone) -> None:
    Browser().get(f"/sip-ps/{served.mac}.xml", HTTP_USER_AGENT=SNOM_710)
    Browser().get(f"/sip-ps/{served.mac}.xml", HTTP_USER_AGENT=SNOM_710, **digest_proof(served))
    journal.flush()

    assert outcomes(served)[1:] == ["challenged", "served"]
    assert row(served)["refused_at"] is None


def test_a_challenge_written_after_its_answer(served: Phone) -> None:
    """Two workers write their journals in their own time."""
    Browser().get(f"/sip-ps/{served.mac}.xml", HTTP_USER_AGENT=SNOM_710)
    asked = journal._waiting.pop()
    Browser().get(f"/sip-ps/{served.mac}.xml", HTTP_USER_AGENT=SNOM_710, **digest_proof(served))
    journal.flush()
    journal.write_later(asked)
    journal.flush()

    assert outcomes(served)[1:] == ["challenged", "served"]
    assert row(served)["refused_at"] is None


@pytest.mark.parametrize("how", ["another address", "too late", "wrong password"])
def test_a_refusal_that_is_one_stays_one(served: Phone, fetch: Ask, how: str) -> None:
    extra = {
        "another address": {"REMOTE_ADDR": ABROAD},
        "wrong password": {"HTTP_AUTHORIZATION": "Basic eDp5"},
    }
    fetch(served.mac, **extra.get(how, {}))
    if how == "too late":
        Fetch.objects.filter(outcome="refused").update(at=timezone.now() - timedelta(seconds=61))

    fetch(served.mac, **digest_proof(served))

    assert Fetch.objects.filter(phone=served, outcome="refused").count() == 1


# --- « Renouveler les secrets » -------------------------------------------------------------------


def test_a_renewal_is_taken_with_the_old_credentials_and_ends_them_at_first_use(
    served: Phone, fetch: Ask, blue_actor: Actor
) -> None:
    old = proof(served)
    renew(served, actor=blue_actor)
    new = proof(served)

    taken = [fetch(served.mac, **old), fetch(served.mac, **old)]
    used, over = fetch(served.mac, **new), fetch(served.mac, **old)

    assert [answer.status_code for answer in [*taken, used, over]] == [200, 200, 200, 401]
    assert row(served)["previous_generation"] is None


# --- Reading the header ---------------------------------------------------------------------------

GOOD = (
    'Digest username="u", realm="MetaCentrex", nonce="n", uri="/a,b", qop=auth, nc=00000001, '
    'cnonce="c\\"d", algorithm=MD5, response="' + "a" * 32 + '"'
)


def test_a_digest_header_is_read() -> None:
    assert parse_authorization(GOOD) == Digest("u", "n", "/a,b", "00000001", 'c"d', "a" * 32)


def test_without_an_algorithm_it_is_md5() -> None:
    assert parse_authorization(GOOD.replace("algorithm=MD5, ", "")) == parse_authorization(GOOD)


@pytest.mark.parametrize(
    "header",
    [
        GOOD.replace("qop=auth", "qop=auth-int"),
        GOOD.replace("qop=auth, ", ""),
        GOOD.replace("nc=00000001", "nc=1"),
        GOOD.replace("algorithm=MD5", "algorithm=MD5-sess"),
        GOOD.replace("algorithm=MD5", "algorithm=SHA-256"),
        GOOD.replace("algorithm=MD5", "algorithm=SHA-1"),
        GOOD.replace('username="u"', 'username="u", username="v"'),
        GOOD.replace('username="u", ', ""),
        GOOD.replace("nc=00000001", "userhash=true, nc=00000001"),
        GOOD.replace('"' + "a" * 32 + '"', '"' + "a" * 31 + '"'),
        GOOD.replace('"' + "a" * 32 + '"', '"' + "g" * 32 + '"'),
        GOOD[:-1],
        GOOD + ', x="' + "y" * 3000 + '"',
        "Digest",
        "Digest ,,,",
        "Digest =",
        'Digest "',
    ],
)
def test_what_is_not_a_digest_we_asked_for_is_unreadable(header: str) -> None:
    assert parse_authorization(header) == Unreadable()
