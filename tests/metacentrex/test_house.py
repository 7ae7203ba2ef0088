"""The components of the house: what they write into a page."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.html import strip_tags

from metacentrex.ui.context import theme
from metacentrex.ui.durations import duration_words
from metacentrex.ui.forms import ErrorDetail, HouseFormHelper
from metacentrex.ui.tables import Sort, page_of, with_params

ROOT = Path(settings.BASE_DIR)
COLUMNS = {"name": "legal_name", "reference": "reference"}


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def render(source: str, address: str = "/list/", **context: Any) -> str:
    request = RequestFactory().get(address)
    return Template("{% load house crispy_forms_tags %}" + source).render(
        Context({"request": request, **context})
    )


def text_of(html: str) -> str:
    return " ".join(strip_tags(html).split())


@pytest.mark.parametrize(
    ("number", "text"),
    [("+33970711111", "0970711111"), ("+590590123456", "0590123456"), ("", "–"), (None, "–")],
)
def test_a_number_copies_as_it_is_typed(number: str | None, text: str) -> None:
    assert text_of(render("{{ number|tel }}", number=number)) == text


def test_a_mac_shows_its_two_halves_and_reads_as_one() -> None:
    html = render("{{ mac|mac }}", mac="00041374074C")

    assert text_of(html) == "00:04:13:74:07:4C"
    assert '<span class="oui">00:04:13</span>' in html


def test_what_is_not_a_mac_is_shown_as_typed_and_escaped() -> None:
    assert render("{{ mac|mac }}", mac="<b>00:04") == '<span class="mc-mac">&lt;b&gt;00:04</span>'


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(hours=41, minutes=2, seconds=59), "41 h 02 min"),
        (timedelta(minutes=36, seconds=5), "36 min 05 s"),
        (timedelta(seconds=-1), "0 min 00 s"),
    ],
)
def test_a_duration_is_said_in_two_units(span: timedelta, words: str) -> None:
    assert duration_words(span).replace("\u00a0", " ") == words


def state(**changes: Any) -> SimpleNamespace:
    until = datetime.now(UTC) + timedelta(hours=41)
    shown = {
        "code": "authorized",
        "label": "Authorized",
        "detail": "41 h",
        "tone": "mc-autorise",
        "icon": "clock",
    }
    return SimpleNamespace(**(shown | {"loud": False, "until": until, "fraction": 0.86} | changes))


def test_an_open_window_shows_its_time_left_once() -> None:
    html = render("{% state s %}", s=state())

    assert 'max="100" value="86"' in html
    assert html.count("41 h") == 0
    assert "40\u00a0h 59\u00a0min" in html or "40 h 59 min" in html


def test_the_last_eighth_of_a_window_is_amber() -> None:
    assert "mc-depasse" in render("{% state s %}", s=state(fraction=0.12))
    assert "mc-depasse" not in render("{% state s %}", s=state(fraction=0.13))


def test_only_a_loud_state_is_a_pill_unless_asked() -> None:
    assert "mc-pill" not in render("{% state s %}", s=state())
    assert "mc-pill" in render("{% state s %}", s=state(loud=True))
    assert "mc-pill" in render("{% state s pill=True %}", s=state())


def test_a_column_head_sorts_turns_over_and_goes_back_to_the_first_page() -> None:
    request = RequestFactory().get("/list/?q=bois&sort=name&page=4")
    sort = Sort.read(request, COLUMNS, default="reference")

    html = render(
        '{% sort_header sort "name" "Name" %}', "/list/?q=bois&sort=name&page=4", sort=sort
    )

    assert 'aria-sort="ascending"' in html
    assert 'href="?q=bois&amp;sort=-name"' in html


@pytest.mark.parametrize("asked", ["password", "-", "name--", "legal_name"])
def test_an_unknown_sort_is_the_default(asked: str) -> None:
    sort = Sort.read(RequestFactory().get("/", {"sort": asked}), COLUMNS, default="-reference")

    assert sort.order_by == ("-reference", "-pk")


@pytest.mark.parametrize(("asked", "number"), [("2", 2), ("99", 3), ("x", 1), ("-1", 3)])
def test_a_page_that_does_not_exist_is_the_nearest(asked: str, number: int) -> None:
    assert (
        page_of(RequestFactory().get("/", {"page": asked}), list(range(25)), size=10).number
        == number
    )


def test_pages_keep_the_rest_of_the_address() -> None:
    html = render(
        "{% pager page %}", "/list/?q=a%26b&page=2", page=Paginator(range(25), 10).page(2)
    )

    assert "11 to 20 of 25" in text_of(html)
    assert 'href="?q=a%26b&amp;page=3"' in html
    assert 'aria-current="page"' in html


def test_taking_out_the_last_parameter_leaves_a_link_that_takes_it_out() -> None:
    assert with_params(RequestFactory().get("/?q=x").GET, q=None) == "?"


class PhoneForm(forms.Form):
    mac = forms.CharField(label="@MAC", help_text="<i>As printed</i>")
    note = forms.CharField(required=False)
    helper = HouseFormHelper(submit="Save", cancel_url="/back/")


def test_a_form_in_error_says_so_first_and_ties_the_words_to_the_field() -> None:
    form = PhoneForm({"mac": ""})
    form.error_details = {"mac": ErrorDetail("5012 <x>", "/phone/", "Open its page")}  # type: ignore[attr-defined]

    html = render("{% crispy form %}", form=form)

    assert "Nothing has been saved. One error to correct: @MAC." in text_of(html)
    assert re.search(r'role="alert"[^>]*data-error-summary', html)
    assert 'aria-invalid="true"' in html
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described is not None
    assert all(f'id="{name}"' in html for name in described[1].split())
    assert "5012 &lt;x&gt;" in html
    assert '<a href="/phone/">Open its page</a>' in html


def test_help_is_never_taken_as_markup() -> None:
    assert "&lt;i&gt;As printed&lt;/i&gt;" in render("{% crispy form %}", form=PhoneForm())


def test_a_form_that_saves_nothing_does_not_speak_of_saving() -> None:
    form = PhoneForm({"mac": ""})
    form.helper = HouseFormHelper(saves=False)

    assert "saved" not in render("{% crispy form %}", form=form)


@pytest.mark.parametrize(
    ("cookie", "chosen"), [("dark", "dark"), ("<script>", "auto"), (None, "auto")]
)
def test_the_theme_of_nobody_is_the_browsers(cookie: str | None, chosen: str) -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    if cookie:
        request.COOKIES["theme"] = cookie

    assert str(theme(request)["theme"]) == chosen


def test_asking_for_the_frame_does_not_ask_who_is_logged_in() -> None:
    class Refuses:
        @property
        def is_authenticated(self) -> bool:
            raise AssertionError("the database may be what failed")

    request = RequestFactory().get("/")
    request.user = Refuses()  # type: ignore[assignment]

    assert theme(request)["browser_theme"] == "auto"


def test_every_icon_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'id="i-([a-z0-9-]+)"', (ROOT / "static/img/icons.svg").read_text()))
    used = set()
    for page in (ROOT / "templates").rglob("*.html"):
        used |= set(re.findall(r"""{% icon ["']([a-z0-9-]+)["']""", page.read_text()))
    for source in ("phones/states.py", "provisioning/timeline.py"):
        used |= set(re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)*)", "mc-', (ROOT / source).read_text()))
        used |= set(re.findall(r'"mc-[a-z]+", "([a-z0-9-]+)"', (ROOT / source).read_text()))

    assert used - sprite == set()
