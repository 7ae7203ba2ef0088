from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.enums import Level
from keys.functions import FUNCTIONS
from keys.layout import (
    EMPTY,
    KeyContent,
    Layer,
    LayerKey,
    Layout,
    Lock,
    Origin,
    Person,
    effective_layout,
    fitted,
)
from keys.places import Place, most_sidecars, places_of
from phones import catalogue
from phones.catalogue import PhoneModel

D765 = catalogue.get("snom-d765")
LEVELS = [Level.OPERATOR, Level.CLIENT, Level.SITE, Level.SUBSCRIBER]
SIDE = Place("side", 1)


def speed(number: str) -> KeyContent:
    return KeyContent("speed", number)


def layer(
    level: Level, keys: Mapping[Place, LayerKey] | None = None, sidecars: int | None = None
) -> Layer:
    return Layer(Origin(level), keys or {}, sidecars)


def at(layout: Layout, place: Place) -> KeyContent:
    key = layout.at(place)
    assert key is not None
    return key.content


@pytest.mark.parametrize("model", catalogue.all(), ids=lambda model: model.code)
def test_without_layers_the_first_keys_are_lines_and_the_rest_does_nothing(
    model: PhoneModel,
) -> None:
    layout = effective_layout(model, ())

    assert [key.index for key in layout.keys] == list(range(model.key_count))
    assert [key.content.function for key in layout.keys] == ["line"] * 4 + ["none"] * (
        model.key_count - 4
    )
    assert {(key.origin.level, key.lock, key.own) for key in layout.keys} == {
        (Level.OPERATOR, None, None)
    }


def test_the_narrower_layer_wins_and_says_what_was_inherited() -> None:
    layers = [
        layer(Level.CLIENT, {SIDE: LayerKey(speed("1"))}),
        layer(Level.SUBSCRIBER, {SIDE: LayerKey(speed("2"))}),
    ]

    key = effective_layout(D765, layers).at(SIDE)

    assert key is not None
    assert (key.content, key.origin.level) == (speed("2"), Level.SUBSCRIBER)
    assert (key.inherited, key.inherited_from.level) == (speed("1"), Level.CLIENT)


def test_a_lock_wins_and_keeps_what_the_narrower_layer_had_for_its_end() -> None:
    mine = layer(Level.SUBSCRIBER, {SIDE: LayerKey(speed("2"))})
    locked = layer(Level.CLIENT, {SIDE: LayerKey(speed("1"), is_locked=True, reason="standard")})
    unlocked = layer(Level.CLIENT, {SIDE: LayerKey(speed("1"))})

    key = effective_layout(D765, [locked, mine]).at(SIDE)

    assert key is not None and key.own is not None
    assert (key.content, key.lock) == (speed("1"), Lock(Origin(Level.CLIENT), "standard"))
    assert key.own.content == speed("2")
    assert at(effective_layout(D765, [unlocked, mine]), SIDE) == speed("2")


def test_of_two_locks_the_wider_one_counts() -> None:
    layers = [
        layer(Level.OPERATOR, {SIDE: LayerKey(speed("0"), is_locked=True, reason="a")}),
        layer(Level.CLIENT, {SIDE: LayerKey(speed("1"), is_locked=True, reason="b")}),
        layer(Level.SUBSCRIBER),
    ]

    assert at(effective_layout(D765, layers), SIDE) == speed("0")


def test_a_layer_does_not_lock_itself_out() -> None:
    own = layer(Level.CLIENT, {SIDE: LayerKey(speed("1"), is_locked=True, reason="b")})

    key = effective_layout(D765, [layer(Level.OPERATOR), own]).at(SIDE)

    assert key is not None and key.lock is None


def test_a_key_turned_off_hides_the_wider_one() -> None:
    layers = [
        layer(Level.CLIENT, {SIDE: LayerKey(speed("1"))}),
        layer(Level.SUBSCRIBER, {SIDE: LayerKey(EMPTY)}),
    ]

    assert at(effective_layout(D765, layers), SIDE) == EMPTY


@pytest.mark.parametrize(
    ("said", "expected"),
    [([None, None], 0), ([2, None], 2), ([2, 0], 0), ([None, 3], 3), ([9, None], 3)],
)
def test_the_narrowest_layer_that_says_how_many_sidecars_counts(
    said: list[int | None], expected: int
) -> None:
    layers = [layer(Level.CLIENT, sidecars=said[0]), layer(Level.SUBSCRIBER, sidecars=said[1])]

    layout = effective_layout(D765, layers)

    assert (layout.sidecars, len(layout.keys)) == (expected, 16 + 18 * expected)


def test_a_phone_without_a_port_has_no_sidecar_whatever_a_layer_says() -> None:
    assert (
        effective_layout(catalogue.get("snom-710"), [layer(Level.CLIENT, sidecars=2)]).sidecars == 0
    )


@pytest.mark.parametrize(
    ("content", "broken"),
    [
        (KeyContent("blf", person=Person(1, "+33970711072", "Cédric")), False),
        (KeyContent("blf", person=Person(None, "+33970711072", "Cédric")), True),
        (KeyContent("blf"), True),
        (KeyContent("speed", person=Person(None, "+33970711072", "Cédric")), True),
        (speed("0612345678"), False),
        (KeyContent("url", "https://crm.example.fr/", is_allowed=False), True),
    ],
)
def test_a_key_that_can_do_nothing_is_broken(content: KeyContent, broken: bool) -> None:
    assert content.is_broken is broken


def contents() -> st.SearchStrategy[LayerKey]:
    content = st.builds(
        KeyContent, st.sampled_from(sorted(FUNCTIONS)), st.sampled_from(["", "1", "2"])
    )
    return st.builds(LayerKey, content, st.booleans(), st.just("why"))


@st.composite
def stacks(draw: st.DrawFn) -> tuple[PhoneModel, list[Layer]]:
    model = draw(st.sampled_from(catalogue.all()))
    places = st.sampled_from(places_of(model, most_sidecars(model)))
    layers = [
        layer(
            level,
            draw(st.dictionaries(places, contents(), max_size=12)),
            draw(st.none() | st.integers(0, 3)),
        )
        for level in LEVELS
    ]
    return model, layers


@given(stacks())
def test_each_key_comes_from_the_first_lock_or_the_last_word(
    stack: tuple[PhoneModel, list[Layer]],
) -> None:
    model, layers = stack

    for key in effective_layout(model, layers).keys:
        said = [(each, each.keys[key.place]) for each in layers if key.place in each.keys]
        closed = [pair for pair in said if pair[1].is_locked and pair[0] is not layers[-1]]
        expected = closed[0] if closed else said[-1] if said else None
        assert (key.lock is None) == (not closed)
        if expected is not None:
            assert (key.content, key.origin) == (expected[1].content, expected[0].origin)


@given(stacks(), st.sampled_from(catalogue.all()))
def test_fitting_another_model_loses_nothing_in_silence(
    stack: tuple[PhoneModel, list[Layer]], target: PhoneModel
) -> None:
    model, layers = stack
    own = layers[-1]

    result = fitted(own, model, target)

    assert set(result.layer.keys) <= set(places_of(target, most_sidecars(target)))
    kept = sorted(
        key.content.function for key in result.layer.keys.values() if not key.content.is_empty
    )
    lost = sorted(content.function for _, content in result.left_out)
    assert sorted(kept + lost) == sorted(
        key.content.function for key in own.keys.values() if not key.content.is_empty
    )


@pytest.mark.parametrize("model", catalogue.all(), ids=lambda model: model.code)
def test_the_same_model_takes_everything(model: PhoneModel) -> None:
    places = places_of(model, most_sidecars(model))
    own = layer(
        Level.SUBSCRIBER, {place: LayerKey(speed("1")) for place in places}, most_sidecars(model)
    )

    assert fitted(own, model, model).layer == own
    assert fitted(own, model, model).left_out == ()
