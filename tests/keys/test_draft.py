"""The editor's draft, in a browser's own engine: what each act does, that undo leads back, that it
posts what it shows.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Asker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from clients.models import Client, Subscriber, User
from keys.drafts import KeyDraft
from keys.models import PhoneProfile
from keys.owners import Owner
from tests.factories.clients import SubscriberFactory
from tests.factories.keys import arrange

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
pytestmark = [pytest.mark.browser, pytest.mark.once]

SOURCE = Path(__file__).parents[2] / "static/js/editor/draft.js"
# Acts are [name, …arguments]; the label that `sort` asks for is the content's own.
RUN = """
([data, acts]) => {
  const draft = new Draft(data);
  const seen = () => Object.fromEntries(draft.places().map((place) => [place, draft.at(place)]));
  const before = seen();
  for (const [name, ...args] of acts) {
    const there = new Set(draft.places());
    const known = (each) => !/^(top|side|sidecar)-/.test(each) || there.has(each);
    if (!args.flat().every(known)) continue;
    if (name === "undo" || name === "redo") draft[name]();
    else if (name === "sort") draft.sort(name, ...args, (place) => draft.at(place).label);
    else draft[name](name, ...args);
  }
  const [after, body, count] = [seen(), draft.body(), draft.count()];
  const locked = draft.places().filter((place) => draft.lock(place));
  let steps = 0;
  while (draft.undo()) steps += 1;
  const undone = seen();
  while (steps) steps -= Number(Boolean(draft.redo()));
  return { before, after, body, count, locked, undone, redone: seen(), sidecars: draft.sidecars };
}
"""
SAYS = """(data) => {
  const draft = new Draft(data);
  return draft.places().map((place) => [place, draft.at(place)]);
}"""


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """An empty page that knows the draft."""
    page = chromium.new_page()
    page.add_script_tag(content=SOURCE.read_text() + "\nwindow.Draft = Draft;", type="module")
    page.wait_for_function("() => Boolean(window.Draft)")
    yield page
    page.close()


def a_phone(*labels: str, locked: str = "", sidecars: int = 0, side: int = 4) -> dict[str, Any]:
    """Two lines above, keys with these labels ("" for a free one), sidecars of three keys; `locked`
    is a place.
    """
    shown = dict(zip((f"side-{at}" for at in range(1, side + 1)), labels, strict=False))
    line = {"function": "line", "value": "", "person": None, "label": "", "picksUp": True}
    keys = {place: _key(line) for place in ("top-1", "top-2")}
    keys |= {f"side-{at}": _key(speed(shown.get(f"side-{at}", ""))) for at in range(1, side + 1)}
    keys |= {f"sidecar-{module}-{at}": _key(speed("")) for module in (1, 2) for at in (1, 2, 3)}
    if locked:
        keys[locked] |= {"own": None, "inherited": speed("Fermée"), "lock": "Verrouillée"}
    return {
        "revision": 3,
        "sidecars": sidecars,
        "ownSidecars": sidecars,
        "keys": keys,
        "catalogue": {
            "banks": [{"name": "top", "keys": 2}, {"name": "side", "keys": side}],
            "modules": [{"name": "sidecar-1", "keys": 3}, {"name": "sidecar-2", "keys": 3}],
            "maxSidecars": 2,
            "language": "fr",
        },
    }


def speed(label: str) -> dict[str, Any]:
    code = "speed" if label else "none"
    return {
        "function": code,
        "value": label and "12",
        "person": None,
        "label": label,
        "picksUp": True,
    }


def _key(content: dict[str, Any]) -> dict[str, Any]:
    nothing = speed("")
    own = None if content == nothing else content
    return {"own": own, "inherited": nothing, "from": "Opérateur", "lock": ""}


def labels(shown: dict[str, Any], bank: str) -> list[str]:
    return [
        content["label"] for place, content in shown.items() if place.rpartition("-")[0] == bank
    ]


MOVES = [
    ("to the right the ones between make room", ["move", "side-1", "side-3"], ["B", "C", "A", "D"]),
    ("and to the left", ["move", "side-4", "side-2"], ["A", "D", "B", "C"]),
    ("a key where it is", ["move", "side-2", "side-2"], ["A", "B", "C", "D"]),
    ("taken out, the next ones move up", ["closeGap", "side-2"], ["A", "C", "D", ""]),
    ("no room to insert", ["insert", "side-2"], ["A", "B", "C", "D"]),
    ("several emptied", ["empty", ["side-1", "side-3"]], ["", "B", "", "D"]),
    (
        "several shifted over the edge of the bank",
        ["shift", ["side-3", "side-4"], 1],
        ["A", "B", "", "C"],
    ),
    ("no room to shift into what is in use", ["shift", ["side-2"], 1], ["A", "B", "C", "D"]),
]


@pytest.mark.parametrize(
    ("act", "expected"), [case[1:] for case in MOVES], ids=[case[0] for case in MOVES]
)
def test_an_act_on_a_full_bank(page: Page, act: list[Any], expected: list[str]) -> None:
    data = a_phone("A", "B", "C", "D", sidecars=1)

    assert labels(page.evaluate(RUN, [data, [act]])["after"], "side") == expected


def test_what_is_shifted_over_the_edge_is_on_the_sidecar(page: Page) -> None:
    after = page.evaluate(
        RUN, [a_phone("A", "B", "C", "D", sidecars=1), [["shift", ["side-4"], 1]]]
    )["after"]

    assert (labels(after, "side"), labels(after, "sidecar-1")) == (
        ["A", "B", "C", ""],
        ["D", "", ""],
    )


def test_between_two_banks_keys_are_exchanged(page: Page) -> None:
    after = page.evaluate(
        RUN, [a_phone("A", "B", sidecars=1), [["move", "side-1", "sidecar-1-3"]]]
    )["after"]

    assert (labels(after, "side"), labels(after, "sidecar-1")) == (["", "B", "", ""], ["", "", "A"])


def test_inserting_takes_the_first_free_key_after(page: Page) -> None:
    after = page.evaluate(RUN, [a_phone("A", "B", "", "D"), [["insert", "side-1"]]])["after"]

    assert labels(after, "side") == ["", "A", "B", "D"]


def test_from_a_to_z_accents_apart_numbers_as_numbers_free_keys_last(page: Page) -> None:
    data = a_phone("Zoé", "", "Poste 10", "Éric", "Poste 9", "", side=6)
    places = [f"side-{at}" for at in range(1, 7)]

    after = page.evaluate(RUN, [data, [["sort", ["top-1", *places]]]])["after"]

    assert labels(after, "side") == ["Éric", "Poste 9", "Poste 10", "Zoé", "", ""]
    assert after["top-1"]["function"] == "line"


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (["move", "side-1", "side-4"], ["B", "Fermée", "A", "C"]),
        (["move", "side-1", "side-2"], ["C", "Fermée", "B", "A"]),
        (["closeGap", "side-1"], ["B", "Fermée", "A", ""]),
        (["empty", ["side-1", "side-2", "side-3"]], ["", "Fermée", "", "A"]),
        (["sort", ["side-1", "side-2", "side-3", "side-4"]], ["A", "Fermée", "B", "C"]),
    ],
)
def test_a_locked_key_stays_and_the_others_go_around_it(
    page: Page, act: list[Any], expected: list[str]
) -> None:
    data = a_phone("C", "", "B", "A", locked="side-2")

    told = page.evaluate(RUN, [data, [act]])

    assert labels(told["after"], "side") == expected
    assert "side-2" not in told["body"]["keys"]


def test_a_sidecar_goes_with_its_keys_and_the_next_one_moves_up(page: Page) -> None:
    acts = [["addSidecar"], ["addSidecar"], ["addSidecar"], ["set", "sidecar-2-1", speed("Deux")]]

    told = page.evaluate(RUN, [a_phone(), [*acts, ["removeSidecar", 1]]])

    assert (told["sidecars"], labels(told["after"], "sidecar-1")) == (1, ["Deux", "", ""])
    assert told["body"]["sidecars"] == 1


def test_a_word_that_is_typed_is_one_step(page: Page) -> None:
    typed = [["type", "side-1", speed(text), "label"] for text in ("T", "Ta", "Taxi")]

    told = page.evaluate(RUN, [a_phone("A"), [*typed, ["undo"]]])

    assert labels(told["after"], "side")[0] == "A"


def test_another_field_of_the_key_is_another_step(page: Page) -> None:
    typed = [
        ["type", "side-1", speed("B"), "label"],
        ["type", "side-1", speed("C"), "value"],
        ["undo"],
    ]

    assert labels(page.evaluate(RUN, [a_phone("A"), typed])["after"], "side")[0] == "B"


def test_several_are_pasted_one_after_the_other_over_locked_keys_as_far_as_there_is_room(
    page: Page,
) -> None:
    contents = [speed(label) for label in "XYZW"]

    told = page.evaluate(
        RUN, [a_phone("A", "", "B", "D", locked="side-2"), [["paste", "side-1", contents]]]
    )

    assert labels(told["after"], "side") == ["X", "Fermée", "Y", "Z"]


def test_what_says_the_same_as_the_inherited_key_says_nothing(page: Page) -> None:
    told = page.evaluate(
        RUN, [a_phone("A"), [["set", "side-1", speed("")], ["set", "side-2", speed("")]]]
    )

    assert (told["body"]["keys"], told["count"]) == ({"side-1": None}, 1)


# --- Whatever is done -----------------------------------------------------------------------------

PLACES = st.sampled_from(
    [
        *(f"side-{at}" for at in range(1, 13)),
        *(f"sidecar-{n}-{at}" for n in (1, 2) for at in (1, 2, 9, 18)),
    ]
)
SEVERAL = st.lists(PLACES, min_size=1, max_size=6, unique=True)


def acts(people: list[dict[str, Any]]) -> st.SearchStrategy[list[Any]]:
    """Any act with any places."""
    watching = st.sampled_from(people).map(
        lambda who: speed("") | {"function": "blf", "person": who}
    )
    content = st.sampled_from("ABCDE").map(speed) | watching
    one = lambda name, *args: st.tuples(st.just(name), *args).map(list)  # noqa: E731
    return st.one_of(
        one("set", PLACES, content),
        one("move", PLACES, PLACES),
        one("insert", PLACES),
        one("closeGap", PLACES),
        one("inherit", PLACES),
        one("restore", PLACES),
        one("shift", SEVERAL, st.sampled_from([-1, 1])),
        one("sort", SEVERAL),
        one("empty", SEVERAL),
        one("paste", PLACES, st.lists(content, max_size=4)),
        one("fill", SEVERAL, st.lists(st.sampled_from(people), max_size=4)),
        one("addSidecar"),
        one("removeSidecar", st.integers(1, 3)),
        one("undo"),
        one("redo"),
    )


@pytest.mark.django_db
def test_undo_leads_back_locks_hold_and_the_server_keeps_what_is_shown(
    page: Page,
    alice: Subscriber,
    bob: Subscriber,
    blue_client: Client,
    alices_login: User,
    as_user: Callable[[User], Asker],
) -> None:
    SubscriberFactory(client=blue_client, number="+33970719003", name="Carole")
    shut = KeyDraft("speed", "3900", label="Standard", is_locked=True, reason="numéro commun")
    wide = {"side_7": shut, "sidecar_1_2": shut, "side_1": KeyDraft("speed", "1")}
    arrange(Owner.of_client(blue_client), sidecars=1, **wide)
    browser, url = as_user(alices_login), "/parametres/touches/snom-d765/"
    people = browser.get(f"{url}annuaire/").json()["people"]
    catalogue = browser.get(url).context["data"]["catalogue"]

    @settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(acts(people), max_size=12))
    def check(done: list[Any]) -> None:
        PhoneProfile.unscoped.filter(subscriber=alice).delete()
        arrange(Owner.of_line(alice), sidecars=1, side_3=KeyDraft("speed", "3", label="Trois"))
        data = browser.get(url).context["data"]
        told = page.evaluate(RUN, [data, done])
        assert (told["undone"], told["redone"]) == (told["before"], told["after"])
        assert all(told["after"][place]["label"] == "Standard" for place in told["locked"])
        assert not set(told["locked"]) & set(told["body"]["keys"])

        answer = browser.post(url, json.dumps(told["body"]), content_type="application/json")

        assert answer.status_code == 200, answer.content
        shown = {place: bare(content) for place, content in told["after"].items()}
        now = page.evaluate(SAYS, answer.json()["data"] | {"catalogue": catalogue})
        assert {place: bare(content) for place, content in now} == shown

    check()


def bare(content: dict[str, Any]) -> tuple[Any, ...]:
    """What a key does."""
    who = content["person"]["pk"] if content["person"] else None
    return content["function"], content["value"], who, content["label"], content["picksUp"]
