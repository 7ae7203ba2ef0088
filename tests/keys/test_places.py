import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.places import Place, most_sidecars, place_of, places_of, translated
from phones import catalogue
from phones.catalogue import PhoneModel

# First and last index of the phone and of each sidecar (reference table of snom's models;
# wazo_snom, FusionPBX).
RANGES = {
    "snom-710": [(0, 4)],
    "snom-715": [(0, 4), (5, 22), (23, 40), (41, 58)],
    "snom-d715": [(0, 4), (5, 22), (23, 40), (41, 58)],
    "snom-720": [(0, 17), (18, 35), (36, 53), (54, 71)],
    "snom-d725": [(0, 17), (18, 35), (36, 53), (54, 71)],
    "snom-760": [(0, 15), (16, 33), (34, 51), (52, 69)],
    "snom-d765": [(0, 15), (16, 33), (34, 51), (52, 69)],
}
CASES = [(code, sidecars) for code, ranges in RANGES.items() for sidecars in range(len(ranges))]


def test_every_model_of_the_catalogue_is_in_the_table() -> None:
    assert set(RANGES) == {model.code for model in catalogue.all()}


@pytest.mark.parametrize(("code", "sidecars"), CASES)
def test_indexes_of_the_phone_and_its_sidecars_follow_without_a_gap(
    code: str, sidecars: int
) -> None:
    model = catalogue.get(code)
    index = {place: at for at, place in enumerate(places_of(model, sidecars))}

    assert len(index) == RANGES[code][sidecars][1] + 1
    for module in range(1, sidecars + 1):
        first, last = RANGES[code][module]
        assert index[Place(f"sidecar-{module}", 1)] == first
        assert index[Place(f"sidecar-{module}", 18)] == last
        assert index[Place(f"sidecar-{module}", 7)] == model.key_count + (module - 1) * 18 + (7 - 1)


@pytest.mark.parametrize("code", ["snom-760", "snom-d765"])
def test_top_keys_come_first(code: str) -> None:
    places = places_of(catalogue.get(code), 0)

    assert places[:4] == tuple(Place("top", position) for position in range(1, 5))
    assert places[4:] == tuple(Place("side", position) for position in range(1, 13))


def test_the_710_takes_no_sidecar_and_the_others_three() -> None:
    assert {code: most_sidecars(catalogue.get(code)) for code in RANGES} == {
        code: 0 if code == "snom-710" else 3 for code in RANGES
    }


@pytest.mark.parametrize("model", catalogue.all(), ids=lambda model: model.code)
def test_a_place_comes_back_from_its_code(model: PhoneModel) -> None:
    for place in places_of(model, most_sidecars(model)):
        assert place_of(place.code) == place


@pytest.mark.parametrize(
    "code",
    [
        "",
        "side",
        "side-0",
        "side-01",
        "side-1000",
        "-1",
        "sidecar--1",
        "SIDE-1",
        "side-1\n",
        "a b-1",
        "é-1",
    ],
)
def test_what_is_no_place_is_none(code: str) -> None:
    assert place_of(code) is None


@given(st.sampled_from(catalogue.all()), st.sampled_from(catalogue.all()))
def test_a_key_moves_to_the_same_key_of_another_model_or_nowhere(
    source: PhoneModel, target: PhoneModel
) -> None:
    places = places_of(source, most_sidecars(source))
    there = [translated(place, source, target) for place in places]
    found = [place for place in there if place is not None]

    assert len(found) == len(set(found)) and set(found) <= set(
        places_of(target, most_sidecars(target))
    )
    assert [place for place in found if not place.module] == list(
        places_of(target, 0)[: source.key_count]
    )
    assert all(
        after is None or before.module == after.module
        for before, after in zip(places, there, strict=True)
    )
