"""Words fit their reader and their page: no one is sent to themselves or to where they are."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from lxml import html

from clients.models import Client, User
from phones.models import Phone
from tests.access.scenes import EMPTY, OLD, is_page, populate, scenes, show
from tests.access.test_every_page_in_both_languages import speak

TO_THE_OPERATOR = re.compile(
    r"\b(votre opérateur|prévenez l.opérateur|demandez à l.opérateur"
    r"|your operator|tell the operator|ask the operator)\b",
    re.IGNORECASE,
)


@pytest.fixture
def world(
    worlds: None,
    blue_client: Client,
    blue_staff: User,
    blue_phone: Phone,
    fetch: Callable[..., object],
) -> None:
    populate(blue_client, blue_staff, blue_phone)
    fetch(blue_phone.mac)


def shown(content: bytes) -> str:
    page = html.document_fromstring(content.decode())
    return " ".join(page.text_content().split())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_operator_is_never_sent_to_the_operator(
    language: str, world: None, browsers: dict[str, Browser]
) -> None:
    speak(language, browsers)
    told = {}

    for scene in scenes():
        if scene.role == "nobody" or scene.name == "styleguide":
            continue
        answer = show(browsers["operator"], scene)
        if answer.status_code == 200 and is_page(answer):
            told[str(scene)] = TO_THE_OPERATOR.findall(shown(answer.content))

    assert len(told) > 40
    assert {name: found for name, found in told.items() if found} == {}


@pytest.mark.parametrize(
    ("page", "to_reseller", "to_operator"),
    [
        (("extranet:account", EMPTY), "demandez les lignes à votre opérateur", "créez les lignes"),
        (("bg:line-list", EMPTY), "Votre opérateur crée les lignes", "Créez les lignes"),
    ],
)
def test_an_empty_list_says_what_its_reader_can_do(
    page: tuple[str, str],
    to_reseller: str,
    to_operator: str,
    world: None,
    browsers: dict[str, Browser],
) -> None:
    name, reference = page
    url = reverse(name, args=[reference])

    assert to_reseller in shown(browsers["owner"].get(url).content)
    assert to_operator in shown(browsers["operator"].get(url).content)


@pytest.mark.parametrize("role", ["owner", "operator"])
def test_a_phones_page_does_not_point_to_the_phones_page(
    role: str, world: None, browsers: dict[str, Browser]
) -> None:
    Phone.unscoped.filter(mac=OLD).update(
        detected_token="snom710",
        authorized_until=timezone.now() + timedelta(hours=1),
    )

    sheet = browsers[role].get(reverse("extranet:phone-detail", args=[OLD]))
    document = browsers[role].get(reverse("extranet:phone-document", args=[OLD]))

    assert "sa page" not in shown(sheet.content) + shown(document.content)
    steps = html.document_fromstring(sheet.content.decode()).get_element_by_id("firmware")
    assert "Mettre à jour le micrologiciel" in steps.text_content()
    [link] = html.document_fromstring(document.content.decode()).xpath(
        "//a[contains(@href, '#firmware')]"
    )
    assert link.text_content() == "Étape par étape"
