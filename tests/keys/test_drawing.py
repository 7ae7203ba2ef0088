"""Each phone is drawn from the catalogue: every key once, where one can click it, its label within
its room.
"""

from dataclasses import replace
from itertools import combinations

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from keys.drawing import DrawnKey, Face, Picture, draw, spots
from keys.fitting import SMALLEST, fit, width
from keys.places import Place, most_sidecars, places_of
from keys.templatetags.keys import phone_thumb
from phones import catalogue
from phones.catalogue import PhoneModel

EVERY = [(model, n) for model in catalogue.all() for n in range(most_sidecars(model) + 1)]
D765 = catalogue.get("snom-d765")


def keys_of(picture: Picture, *, absent: bool = False) -> list[tuple[float, float, DrawnKey]]:
    return [
        (device.x, device.y, key)
        for device in picture.devices
        if absent or not device.absent
        for bank in device.banks
        for key in bank.keys
    ]


def rendered(picture: Picture, chosen: str = "side-1") -> etree._Element:
    text = render_to_string("components/phone_drawing.html", {"picture": picture, "chosen": chosen})
    return etree.fromstring(text.strip())


@pytest.mark.parametrize(
    ("model", "sidecars"), EVERY, ids=lambda value: getattr(value, "code", str(value))
)
def test_every_key_is_drawn_once_in_the_order_of_the_indexes(
    model: PhoneModel, sidecars: int
) -> None:
    drawn = [key.place for _, _, key in keys_of(draw(model, sidecars, {}))]

    assert drawn == list(places_of(model, sidecars))


@pytest.mark.parametrize(
    ("model", "sidecars"), EVERY, ids=lambda value: getattr(value, "code", str(value))
)
def test_keys_lie_inside_the_picture_and_not_on_each_other(
    model: PhoneModel, sidecars: int
) -> None:
    picture = draw(model, sidecars, {})
    boxes = [
        (x + key.left, y + key.y - 11, x + key.left + key.width, y + key.y + 11)
        for x, y, key in keys_of(picture)
    ]

    assert all(
        x >= 0 and y >= 0 and r <= picture.width and b <= picture.height for x, y, r, b in boxes
    )
    on_each_other = [
        (a, b)
        for a, b in combinations(boxes, 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]
    assert on_each_other == []


def test_keys_can_be_numbered_along_the_rows() -> None:
    shape = replace(catalogue.drawing("snom-76x").bank("top"), order="row")

    assert [(x, y) for _, x, y, _ in spots(shape, 4)] == [
        (290, 48),
        (409, 48),
        (290, 92),
        (409, 92),
    ]


def test_sidecars_that_are_not_there_are_drawn_for_the_script_and_hidden() -> None:
    picture = draw(D765, 1, {})

    assert [device.absent for device in picture.devices] == [False, False, True, True]
    assert picture.width == picture.widths[1] < picture.widths[3]
    page = rendered(picture)
    assert [g.get("class") for g in page.xpath("//*[@data-module='2']")] == ["ph-device ph-absent"]


def test_the_drawing_is_one_stop_of_the_tab_key_and_each_key_says_what_it_is() -> None:
    faces = {Place("side", 3): Face("Cédric", "Supervision Cédric", changed=True)}
    with translation.override("fr"):
        page = rendered(draw(D765, 3, faces), "side-3")

    assert page.xpath("//*[@tabindex='0']/@data-place") == ["side-3"]
    assert page.xpath("//*[@data-place='side-3']/@aria-label") == ["Touche 3 – Supervision Cédric"]
    assert len(page.xpath("//*[@role='button']")) == 70
    groups = page.xpath("//*[@data-bank]/@aria-label")
    assert groups == [
        "Programmable Top keys",
        "Programmable keys",
        "Sidecar 1",
        "Sidecar 2",
        "Sidecar 3",
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_numbers_of_the_drawing_have_a_point_in_every_language(language: str) -> None:
    with translation.override(language):
        text = render_to_string(
            "components/phone_drawing.html", {"picture": draw(D765, 3, {}), "chosen": ""}
        )

    for name in ("x", "y", "width", "height", "cx", "cy", "font-size"):
        for value in etree.fromstring(text.strip()).xpath(f"//@{name}"):
            float(value)


@given(st.text(max_size=60), st.floats(30, 120))
def test_a_label_is_never_wider_than_its_room(label: str, room: float) -> None:
    shown, size = fit(label, room)

    assert size >= SMALLEST
    assert width(shown) * size <= room + 0.01 or shown == "…"
    assert shown == label or shown.endswith("…")


@pytest.mark.parametrize("model", [None, "", "snom-999"])
def test_a_model_nobody_knows_yet_is_a_question_mark_in_lists(model: str | None) -> None:
    assert phone_thumb(model) == {"picture": None}
    assert "?" in render_to_string("components/phone_thumb.html", phone_thumb(model))


def test_the_small_picture_has_no_more_sidecars_than_the_phone_takes() -> None:
    assert phone_thumb("snom-710", 3) == phone_thumb(catalogue.get("snom-710"))
