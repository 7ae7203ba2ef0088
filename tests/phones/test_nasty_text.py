"""Text nobody would type, in every field: kept and shown escaped, or refused at the field."""

import html
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from clients.models import Client, Site, Subscriber, User
from phones.models import Phone

KEPT = {
    "markup": "<b>&\"'> {{ x }} {% y %}",
    "emoji": "Bureau 😀👩🏽‍🚀",
    "long": "é" * 100,
    "formula": "=1+1;@SUM",
    "backslashes": "\\ %s %(name)s",
    "right to left": "مرحبا",
    "entities": "&lt;&#x27;&amp;",
}
REFUSED = {
    "null": "a\x00b",
    "bell": "a\x07b",
    "line end": "a\nb",
    "tabulator": "a\tb",
    "delete": "a\x7fb",
    "next line": "a\x85b",
    "override": "a\u202eb",
    "line separator": "a\u2028b",
    "non-character": "a\ufffeb",
    "long": "x" * 201,
}
REGISTER = "/extranet/clients/10100/telephones/provisionner/"
ACCOUNT = "/extranet/clients/10100/compte/"


@pytest.fixture
def admin(operator: User, as_user: Callable[[User], Browser]) -> Browser:
    return as_user(operator)


def text_of(page: HttpResponse) -> str:
    return html.unescape(page.content.decode())


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_a_description_is_kept_and_shown_escaped(
    text: str, blue_browser: Browser, alice: Subscriber, admin: Browser
) -> None:
    blue_browser.post(
        REGISTER, {"mac": "00041374074C", "model": "auto", "line": "901", "description": text}
    )

    phone = Phone.unscoped.get()
    pages = [
        blue_browser.get(ACCOUNT),
        blue_browser.get("/extranet/telephones/00041374074C/"),
        blue_browser.get("/extranet/telephones/00041374074C/changer/"),
        admin.get("/admin/phones/phone/"),
        admin.get(f"/admin/phones/phone/{phone.pk}/change/"),
    ]
    assert phone.description == text
    for page in pages:
        assert page.status_code == 200
        assert text in text_of(page) or html.escape(text) in page.content.decode()
        assert "<b>&" not in page.content.decode()


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_description_that_cannot_be_is_refused_at_the_field(
    text: str, blue_browser: Browser, blue_phone: Phone
) -> None:
    registered = blue_browser.post(
        REGISTER, {"mac": "00041374074C", "model": "auto", "line": "901", "description": text}
    )
    changed = blue_browser.post(
        f"/extranet/telephones/{blue_phone.mac}/changer/",
        {"model": "auto", "line": "901", "assigned": "on", "description": text},
    )

    assert list(registered.context["form"].errors) == ["description"]
    assert list(changed.context["form"].errors) == ["description"]
    assert list(Phone.unscoped.values_list("description", flat=True)) == ["Bureau d'Alice"]


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_names_are_kept_and_shown_escaped_everywhere(
    text: str, blue_browser: Browser, admin: Browser, blue_phone: Phone, alice: Subscriber
) -> None:
    Client.unscoped.update(legal_name=text, group_name=text, address=text, city=text)
    Site.unscoped.update(name=text)
    Subscriber.unscoped.update(name=text)
    User.objects.filter(login="blue").update(name=text)

    pages = [
        blue_browser.get("/extranet/clients/"),
        blue_browser.get("/extranet/clients/10100/"),
        blue_browser.get(ACCOUNT),
        blue_browser.get(ACCOUNT, {"qu": text, "qt": text}),
        blue_browser.get(REGISTER, {"line": text}),
        blue_browser.get("/extranet/clients/10100/telephones/plusieurs/"),
        blue_browser.get(f"/extranet/telephones/{blue_phone.mac}/"),
        blue_browser.get(f"/extranet/telephones/{blue_phone.mac}/changer/"),
        admin.get("/admin/clients/subscriber/"),
        admin.get(f"/admin/clients/subscriber/{alice.pk}/change/"),
        admin.get("/admin/clients/site/"),
    ]

    for page in pages:
        shown = page.content.decode()
        assert page.status_code == 200
        assert "<b>&" not in shown
        assert text in text_of(page) or html.escape(text) in shown


@pytest.mark.parametrize("text", ["<b>&\"'>", "😀", "a\x07b", "\u202e", "x" * 5000, "%00"])
def test_nothing_typed_in_a_field_of_choice_breaks_a_page(
    text: str, blue_browser: Browser, blue_phone: Phone
) -> None:
    values = {"mac": text, "model": text, "line": text, "description": text, "form_token": text}

    pages = [
        blue_browser.post(REGISTER, values),
        blue_browser.post("/extranet/clients/10100/telephones/plusieurs/", {"lines": text}),
        blue_browser.post(
            f"/extranet/telephones/{blue_phone.mac}/changer/",
            values | {"assigned": "on", "until": text},
        ),
        blue_browser.post("/extranet/", {"username": text, "password": text}, follow=True),
        blue_browser.post(
            f"/extranet/telephones/{blue_phone.mac}/autoriser/", {"until": text}, follow=True
        ),
        blue_browser.post(
            "/extranet/clients/10100/utilisateurs/",
            {"action": text, "subscribers": [text], "barring": text, "presented_number": text},
            follow=True,
        ),
    ]

    assert [page.status_code for page in pages] == [200] * len(pages)
    for page in pages:
        assert "<b>&" not in page.content.decode()
    assert Phone.unscoped.count() == 1
