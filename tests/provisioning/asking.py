"""What a phone sends and how its answer is read; the server is asked through its whole middleware
chain.
"""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import md5
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone
from lxml import etree

from phones.credentials import HttpCredentials, http_credentials
from phones.models import Phone
from provisioning.authorization import Digest
from provisioning.digest import nonce
from provisioning.models import Fetch
from provisioning.views import fetch as fetch_view

SNOM_D765 = "Mozilla/4.0 (compatible; snomD765-SIP 10.1.54.13 2010.12)"
OLD_SNOM_710 = "Mozilla/4.0 (compatible; snom710-SIP 8.7.3.19 1.1.5-IFX-05.01.12)"
HOUR = timedelta(hours=1)


def credentials_of(phone: Phone) -> HttpCredentials:
    """The credentials in force, from the row as it is now."""
    fresh = Phone.unscoped.get(pk=phone.pk)
    return http_credentials(fresh.mac, fresh.uid, fresh.credential_generation)


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def answer_to(
    now: datetime,
    path: str,
    user: str,
    password: str,
    *,
    method: str = "GET",
    **changes: str,
) -> Digest:
    """What a client makes of the challenge of that moment; written from RFC 7616 §3.4, apart from
    our own code.
    """
    given = {"nonce": nonce(now), "count": "00000001", "client_nonce": "0a4f113b"} | changes

    def h(text: str) -> str:
        return md5(text.encode()).hexdigest()

    secret, asked = h(f"{user}:MetaCentrex:{password}"), h(f"{method}:{path}")
    response = h(f"{secret}:{given['nonce']}:{given['count']}:{given['client_nonce']}:auth:{asked}")
    return Digest(user=user, uri=path, response=response, **given)


def digest_header(given: Digest) -> dict[str, str]:
    """The header that carries it."""
    values = {
        "username": given.user,
        "realm": "MetaCentrex",
        "nonce": given.nonce,
        "uri": given.uri,
        "cnonce": given.client_nonce,
        "response": given.response,
    }
    quoted = ", ".join(f'{name}="{value}"' for name, value in values.items())
    return {"HTTP_AUTHORIZATION": f"Digest {quoted}, qop=auth, nc={given.count}, algorithm=MD5"}


def digest_proof(phone: Phone, **how: Any) -> dict[str, str]:
    """The header of a phone that has its configuration and prefers Digest."""
    held = credentials_of(phone)
    path = f"/sip-ps/{phone.mac}.xml"
    return digest_header(
        answer_to(how.pop("now", timezone.now()), path, held.user, held.password, **how)
    )


def proof(phone: Phone) -> dict[str, str]:
    """The header of a phone that has its configuration."""
    held = credentials_of(phone)
    return {"HTTP_AUTHORIZATION": basic(held.user, held.password)}


def settings_of(response: HttpResponse) -> dict[str, str]:
    """Settings by name; those of an identity with its number, `user_pass1`."""
    root = etree.fromstring(response.content)
    found = root.find("phone-settings")
    assert found is not None
    return {element.tag + element.get("idx", ""): element.text or "" for element in found}


def directory_of(response: HttpResponse) -> list[tuple[str, str]]:
    root = etree.fromstring(response.content)
    return [
        (item.findtext("name") or "", item.findtext("number") or "") for item in root.iter("item")
    ]


def given_to(response: HttpResponse) -> dict[str, str]:
    """The header a phone sends from now on, with what this document gave it."""
    told = settings_of(response)
    return {"HTTP_AUTHORIZATION": basic(told["http_client_user"], told["http_client_pass"])}


def sip_of(response: HttpResponse) -> tuple[str, str]:
    told = settings_of(response)
    return told["user_pname1"], told["user_pass1"]


def reasons(phone: Phone) -> list[str]:
    """Why it was answered 401, oldest first; asked for its credentials is a reason too."""
    return list(
        Fetch.objects.filter(phone=phone, outcome__in=["refused", "challenged"])
        .order_by("at", "pk")
        .values_list("reason", flat=True)
    )


def change(phone: Phone, **values: Any) -> None:
    """Put the row in a state that only time or another process brings about."""
    Phone.unscoped.filter(pk=phone.pk).update(**values)


def end_of_window(phone: Phone, ago: timedelta = HOUR) -> None:
    change(
        phone,
        authorized_until=timezone.now() - ago,
        window_opened_at=timezone.now() - ago - timedelta(days=2),
    )


def row(phone: Phone) -> Mapping[str, Any]:
    return Phone.unscoped.filter(pk=phone.pk).values().get()


def come_between_look_and_load(
    monkeypatch: pytest.MonkeyPatch, come: Callable[[], HttpResponse]
) -> list[HttpResponse]:
    """Have somebody served after the next request was decided upon and before
    its phone is loaded.
    """
    real, answers = fetch_view.load, []

    def later(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(fetch_view, "load", real)
        answers.append(come())
        return real(*args, **kwargs)

    monkeypatch.setattr(fetch_view, "load", later)
    return answers
