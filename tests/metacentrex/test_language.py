"""French first; then what the login chose, or this browser; dates that read one way in both
languages.
"""

import gettext
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import Client as Browser
from django.test import RequestFactory
from django.utils import formats, translation

from clients.enums import Language
from clients.models import AuditEvent, Client, PlatformSettings, Site, User
from clients.services.audit import Actor
from clients.services.clients import create_client
from metacentrex.language import language_of, platform_language
from metacentrex.moments import day_moment, moment
from tests.factories.clients import ClientFactory, ResellerFactory

LOGIN = "/extranet/"
INSIDE = "/extranet/clients/"
SWITCH = "/extranet/langue/"
ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 24, 9, 2, 33, tzinfo=UTC)


@pytest.fixture
def english_staff(blue_staff: User) -> User:
    blue_staff.language = Language.ENGLISH
    blue_staff.save()
    return blue_staff


@pytest.fixture
def english(english_staff: User, as_user: Callable[[User], Browser]) -> Browser:
    return as_user(english_staff)


def spoken(response) -> tuple[str, str]:
    """The language a page says it is in, in its head and in its header."""
    return re.search(r'<html lang="(\w+)"', response.content.decode())[1], response[
        "Content-Language"
    ]


def test_a_stranger_is_spoken_to_in_french_whatever_the_browser_asks_for(db) -> None:
    response = Browser(headers={"Accept-Language": "en-GB,en;q=0.9"}).get(LOGIN)

    assert spoken(response) == ("fr", "fr")
    assert "Valider" in response.content.decode()


def test_the_choice_of_the_login_page_stays_in_this_browser(db) -> None:
    browser = Browser()

    chosen = browser.post(SWITCH, {"language": "en", "next": "/extranet/?next=/admin/"})

    assert chosen["Location"] == "/extranet/?next=/admin/"
    assert spoken(browser.get(LOGIN)) == ("en", "en")
    assert "Log in" in browser.get(LOGIN).content.decode()
    cookie = browser.cookies["language"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_language_we_do_not_speak_changes_nothing(
    blue_browser: Browser, blue_staff: User
) -> None:
    blue_browser.post(SWITCH, {"language": "de"})
    blue_browser.post(SWITCH, {"language": "<script>"})
    blue_browser.post(SWITCH)
    blue_browser.cookies["language"] = "../../etc"

    blue_staff.refresh_from_db()
    assert blue_staff.language == "fr"
    assert spoken(blue_browser.get(INSIDE)) == ("fr", "fr")


def test_the_choice_of_a_login_follows_it_to_another_browser(
    blue_browser: Browser, blue_staff: User, as_user: Callable[[User], Browser]
) -> None:
    blue_browser.post(SWITCH, {"language": "en"})

    blue_staff.refresh_from_db()
    assert spoken(as_user(blue_staff).get(INSIDE)) == ("en", "en")


def test_the_logins_language_beats_the_browsers(english: Browser) -> None:
    english.cookies["language"] = "fr"

    assert spoken(english.get(INSIDE)) == ("en", "en")


def test_pages_of_two_languages_are_never_one_for_a_cache(english: Browser, db) -> None:
    for browser, path in ((Browser(), LOGIN), (english, INSIDE), (Browser(), "/nowhere/")):
        assert "Cookie" in browser.get(path)["Vary"]


@pytest.mark.parametrize("path", ["/nowhere/", "/extranet/clients/99999/"])
def test_an_error_page_speaks_the_readers_language(path: str, english: Browser) -> None:
    assert spoken(english.get(path)) == ("en", "en")


def test_the_admin_speaks_the_operators_language(
    operator: User, as_user: Callable[[User], Browser]
) -> None:
    operator.language = Language.ENGLISH
    operator.save()

    page = as_user(operator).get("/admin/")

    assert spoken(page) == ("en", "en")
    assert "Site administration" in page.content.decode()


def test_the_next_request_of_the_thread_is_in_nobodys_language(english: Browser, db) -> None:
    english.get(INSIDE)

    assert translation.get_language() == "fr"
    assert spoken(Browser().get(LOGIN)) == ("fr", "fr")


def test_a_database_that_fails_does_not_take_the_language_with_it(rf: RequestFactory) -> None:
    class Broken:
        @property
        def language(self) -> str:
            raise DatabaseError

    request = rf.get(LOGIN)
    request.user = Broken()
    request.COOKIES["language"] = "en"

    assert language_of(request) == "en"


def test_phones_have_no_language(fetch, blue_phone, english: Browser) -> None:
    english.get(INSIDE)

    answer = fetch(blue_phone.mac)

    assert (answer.has_header("Content-Language"), answer.has_header("Vary")) == (False, False)


def test_each_language_of_a_login_is_one_the_platform_speaks() -> None:
    assert set(Language.values) == set(dict(settings.LANGUAGES))


# --- Dates ----------------------------------------------------------------------------------------


def test_a_moment_is_said_the_french_way_and_an_unambiguous_english_one() -> None:
    said = {}
    for language in ("fr", "en"):
        with translation.override(language):
            said[language] = (moment(AT), day_moment(AT))

    assert said == {
        "fr": ("24/11/2026 à 10:02", "mardi 24/11 à 10:02"),
        "en": ("24 Nov 2026, 10:02", "Tuesday 24 Nov, 10:02"),
    }


@pytest.mark.parametrize(
    "name", ["DATE_FORMAT", "DATETIME_FORMAT", "SHORT_DATE_FORMAT", "SHORT_DATETIME_FORMAT"]
)
def test_no_english_date_can_be_read_two_ways(name: str) -> None:
    with translation.override("en"):
        said = formats.date_format(datetime(2026, 11, 4, 22, 5, 7, tzinfo=UTC), name)

    assert said.startswith("4 Nov 2026")
    assert "m." not in said  # a.m. or p.m.


def msgids() -> list[str]:
    with (ROOT / "metacentrex/locale/fr/LC_MESSAGES/django.mo").open("rb") as file:
        keys = gettext.GNUTranslations(file)._catalog
    return [key if isinstance(key, str) else key[0] for key in keys]


def date_formats() -> list[str]:
    """What the catalogue is asked for and is a format: letters of dates, and a comma, a colon or a
    slash.
    """
    return [text for text in msgids() if re.fullmatch(r"[lDdjFMmnYyHhGgiPs/., :]{3,}", text)]


def test_no_format_of_a_page_writes_the_month_as_a_figure_in_english() -> None:
    found = date_formats()

    assert set(found) >= {"j M Y, H:i", "l j M, H:i", "j M Y, H:i:s"}
    assert [key for key in found if re.search("[mnPgh]", key)] == []


def test_a_day_is_typed_as_it_is_shown_in_the_admin() -> None:
    with translation.override("en"):
        assert (
            date(2026, 11, 4).strftime(formats.get_format("DATE_INPUT_FORMATS")[0]) == "2026-11-04"
        )


# --- What is stored -------------------------------------------------------------------------------


def test_what_is_stored_is_in_one_language_whoever_has_it_written(english_staff: User) -> None:
    client = ClientFactory.build(reseller=english_staff.reseller, reference="10777")

    with translation.override("en"):
        create_client(Client(**facts(client)), actor=Actor(english_staff))

    assert Site.unscoped.get(client__reference="10777").name == "Site principal"


def facts(client: Client) -> dict[str, object]:
    names = ("reseller", "reference", "legal_name", "group_name", "sip_domain")
    return {name: getattr(client, name) for name in names}


def test_an_operators_acts_are_recorded_under_the_operators_name(operator: User) -> None:
    PlatformSettings(pk=1, operator_name="OpenIP").save()

    with translation.override("en"):
        create_client(
            Client(**facts(ClientFactory.build(reseller=ResellerFactory(), reference="10778"))),
            actor=Actor(operator),
        )

    assert AuditEvent.objects.latest("pk").actor_label == "The Operator (OpenIP)"


def test_the_platforms_own_language_is_french() -> None:
    with translation.override("en"), platform_language():
        assert translation.get_language() == "fr"


# --- The English ----------------------------------------------------------------------------------


def test_the_english_of_the_code_is_spelt_one_way() -> None:
    """docs/glossary.md: British with -ize, curly quotes, and the words it names."""
    said = msgids()

    assert len(said) > 400
    assert [
        text
        for text in said
        if re.search(r"(?:author|recogn|organ|synchron)is(?:e|ed|es|ing)\b", text)
    ] == []
    assert [text for text in said if "«" in text] == []
    assert [text for text in said if re.search(r"to deal with", text, re.IGNORECASE)] == []
