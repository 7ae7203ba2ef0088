"""No page of one language has words of the other: not in its text, not in what only a screen reader
says.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation
from lxml import html

from clients.models import Client, User
from phones.models import Phone
from tests.access.scenes import is_page, populate, scenes, show, stored_words
from tests.access.test_url_matrix import admin_addresses
from tests.factories.clients import UserFactory

ERRORS = sorted(
    path.name for path in Path("templates/errors").glob("*.html") if path.name != "base.html"
)
SPOKEN = (
    "aria-label",
    "title",
    "placeholder",
    "alt",
    "aria-description",
    "aria-roledescription",
    "aria-valuetext",
)
SILENT = {"script", "style", "code", "pre", "textarea"}
# A word is here when the other language does not have it.
FRENCH = (
    r"le|la|les|des|une|du|au|aux|et|ou|est|sont|pour|avec|sans|sur|dans|par|chez|vous|votre|vos|ce|cette|ces|il|elle"
    r"|qui|que|ne|pas|plus|aucun|aucune|rien|tout|tous|toutes|ligne|lignes|touche|touches|adresse|modifier|changer|ajouter"
    r"|supprimer|enregistrer|annuler|rechercher|fermer|ouvrir|jusqu|depuis|entre|mardi|lundi|mercredi|jeudi|vendredi|samedi"
    r"|dimanche|janvier|février|mars|avril|mai|juin|juillet|septembre|octobre|novembre|décembre|numéro|nom|mot|utilisateurs"
)
ENGLISH = (
    r"the|of|and|with|without|your|you|this|that|these|those|are|has|have|had|from|until|since|by|at|be|been|not|nothing"
    r"|every|each|all|none|any|phone|phones|line|lines|window|address|password|search|save|saved|cancel|close|open"
    r"|changed|delete|add|remove|back|name|number|user|users|today|yesterday|overdue|refused|authorized|provisioned|settings"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|april|may|june|july|august|october|december"
)
FRENCH_MARKS = re.compile(rf"[àâçéèêëîïôœùûÀÂÇÉÈÊËÎÏÔŒÙÛ«»]|\b(?:{FRENCH})\b", re.IGNORECASE)
ENGLISH_MARKS = re.compile(rf"\b(?:{ENGLISH})\b", re.IGNORECASE)
MAC = re.compile(r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}")  # “CE” in one is no French word
LEFTOVERS = {"en": FRENCH_MARKS, "fr": ENGLISH_MARKS}
# Names of places and things that a language keeps as they are.
KEPT = {"en": {"Réunion", "départements", "Français"}, "fr": {"User-Agent", "user=phone"}}
# Django's magnifying glass and axes' column have no translation.
NOT_OURS = {"Search", "User Agent", "User Agent :"}


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


@pytest.fixture
def readers(
    world: None, browsers: dict[str, Browser], as_user: Callable[[User], Browser]
) -> dict[str, Browser]:
    return browsers | {"newcomer": as_user(UserFactory(login="newcomer", name="Nou Veau"))}


def texts(page: html.HtmlElement, language: str) -> Iterator[str]:
    """What a page says in its own language: an element in another one says so by its lang."""
    for element in page.iter():
        if (
            not isinstance(element.tag, str)
            or element.tag in SILENT
            or _of_another(element, language)
        ):
            continue
        yield from (element.get(name, "") for name in SPOKEN)
        yield from (
            text
            for name, text in element.attrib.items()
            if name.startswith("data-") and " " in text
        )
        if element.get("type") in ("submit", "button"):
            yield element.get("value", "") if element.tag == "input" else ""
        yield element.text or ""
        yield from (child.tail or "" for child in element)


def _of_another(element: html.HtmlElement, language: str) -> bool:
    nearest = next(
        (e.get("lang") for e in (element, *element.iterancestors()) if e.get("lang")), language
    )
    return nearest != language or any(e.tag in SILENT for e in element.iterancestors())


def leftovers(response: HttpResponse, language: str, data: re.Pattern[str]) -> list[str]:
    page = html.document_fromstring(response.content.decode())
    assert page.get("lang") == language
    found = []
    for text in texts(page, language):
        ours = MAC.sub("", " ".join(text.split()))
        for word in KEPT[language]:
            ours = ours.replace(word, "")
        ours = data.sub("", ours)
        if LEFTOVERS[language].search(ours) and not ours.startswith("{"):  # JSON is in no language
            found.append(ours)
    return found


def data_pattern() -> re.Pattern[str]:
    longest_first = sorted(stored_words(), key=len, reverse=True)
    names = "|".join(re.escape(" ".join(text.split())) for text in longest_first)
    return re.compile(rf"(?<!\w)(?:{names})(?!\w)")


def speak(language: str, browsers: dict[str, Browser]) -> None:
    User.objects.update(language=language)
    for browser in browsers.values():
        browser.cookies["language"] = language


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_page_has_words_of_the_other_language(
    language: str, readers: dict[str, Browser]
) -> None:
    speak(language, readers)
    data = data_pattern()
    wrong = {}

    for scene in scenes():
        if scene.name == "styleguide":  # its samples are in one language, for those who develop
            continue
        response = show(readers[scene.role], scene)
        assert (str(scene), response.status_code) == (str(scene), scene.status)
        if is_page(response) and (found := leftovers(response, language, data)):
            wrong[str(scene)] = found

    assert wrong == {}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_page_of_the_admin_has_words_of_the_other_language(
    language: str, readers: dict[str, Browser]
) -> None:
    speak(language, readers)
    data = data_pattern()
    wrong = {}

    for url in admin_addresses():
        response = readers["operator"].get(url)
        if response.status_code == 200 and is_page(response):
            wrong[url] = set(leftovers(response, language, data)) - NOT_OURS

    assert {url: found for url, found in wrong.items() if found} == {}


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_error_page_has_words_of_the_other_language(
    name: str, language: str, rf: RequestFactory
) -> None:
    with translation.override(language):
        context = {"correlator": "0123 4567", "detail": "Page /", "posted": True}
        page = render_to_string(f"errors/{name}", context, rf.get("/"))

    assert leftovers(HttpResponse(page), language, re.compile("(?!)")) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_said_after_an_act_is_in_the_readers_language(
    language: str, readers: dict[str, Browser]
) -> None:
    speak(language, readers)
    data = data_pattern()
    account = reverse("extranet:account", args=["10100"])
    register = reverse("extranet:phone-register", args=["10100"])
    acts = {
        register: {"mac": "00041300AA09", "model": "auto", "line": "0970719002"},
        reverse("extranet:phone-open", args=["00041300AA09"]): {
            "duration": "hour",
            "next": account,
        },
        reverse("extranet:phone-close", args=["00041300AA09"]): {
            "next": account,
            "confirm": "on",
        },
        reverse("extranet:phone-change", args=["00041300AA09"]): {
            "model": "auto",
            "description": "x",
        },
        reverse("extranet:phone-delete", args=["00041300AA09"]): {"confirm": "on"},
        reverse("extranet:subscriber-bulk", args=["10100"]): {"action": "lock"},
    }

    for url, posted in acts.items():
        response = readers["owner"].post(url, posted, follow=True)
        assert (url, len(list(response.context["messages"]))) == (url, 1)
        assert (url, leftovers(response, language, data)) == (url, [])
