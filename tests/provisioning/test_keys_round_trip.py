"""Whatever the editor accepts, the phone reads the same: from the draft to the XML and back."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from keys.drafts import KeyDraft, LayoutDraft
from keys.enums import Level
from keys.errors import LayoutRefused
from keys.functions import EVENTS, FUNCTIONS
from keys.layout import Layer, LayerKey, Layout, Origin, Person, effective_layout
from keys.places import Place, most_sidecars, places_of
from keys.services.checking import Known, check_keys
from phones import catalogue
from phones.catalogue import PhoneModel
from provisioning.assembly.keys import keys_of
from provisioning.document import DocumentKey
from provisioning.renderers.snom import SnomRenderer
from provisioning.renderers.snom.keys import read_key
from tests.provisioning.renderers.cases import NASTY, bare

PEOPLE = {
    1: Person(1, "+33970711072", "Cédric", "1072"),
    2: Person(2, "+33970711031", NASTY),
    3: Person(3, "+33262000003", "👩‍💻 Zoé d’Arc", "15"),
}
ENDED = {"+33970719999": Person(None, "+33970719999", "Parti")}
KNOWN = Known(PEOPLE, ENDED, {"crm.example.fr"})
LAYER = Origin(Level.SUBSCRIBER)

TEXTS = st.text(max_size=45) | st.sampled_from(["", NASTY, "a|b", "$name", "a\nb", " Accueil "])
VALUES = (
    st.from_regex(r"\+?[0-9*#]{1,12}", fullmatch=True)
    | st.sampled_from([*EVENTS, "https://crm.example.fr/?a=1&b=%20<>'", "https://127.1/", "A1,2#"])
    | TEXTS
)
DRAFTS = st.builds(
    KeyDraft,
    function=st.sampled_from([*FUNCTIONS, "other"]),
    value=VALUES,
    person=st.none() | st.sampled_from([1, 2, 3, 4]),
    ended=st.sampled_from(["", "+33970719999"]),
    label=TEXTS,
    picks_up=st.booleans(),
)


def accepted(
    model: PhoneModel, sidecars: int, drafts: dict[Place, KeyDraft]
) -> dict[Place, LayerKey]:
    """Those of the drafts that the editor takes."""
    kept: dict[Place, LayerKey] = {}
    for place, draft in drafts.items():
        try:
            checked = check_keys(
                LayoutDraft(0, sidecars, {place.code: draft}), model, sidecars, (), KNOWN
            )
        except LayoutRefused:
            continue
        kept |= {place: key for place, key in checked.items() if key is not None}
    return kept


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    model = draw(st.sampled_from(catalogue.all()))
    sidecars = draw(st.integers(0, most_sidecars(model)))
    places = st.sampled_from(places_of(model, sidecars))
    drafts = draw(st.dictionaries(places, DRAFTS, max_size=20))
    return effective_layout(model, [Layer(LAYER, accepted(model, sidecars, drafts), sidecars)])


@given(layouts(), st.sampled_from(["*8", "#81"]))
def test_any_layout_the_editor_accepts_reads_back_the_same(layout: Layout, pickup: str) -> None:
    written = keys_of(layout, pickup)

    body = b"".join(SnomRenderer().render(replace(bare(layout.model), keys=written)))

    fkeys = etree.fromstring(body).find("functionKeys")
    assert tuple(read_key(fkey) for fkey in fkeys) == written
    assert [key.index for key in written] == list(
        range(len(places_of(layout.model, most_sidecars(layout.model))))
    )


@given(layouts())
def test_each_key_is_told_what_its_layout_says(layout: Layout) -> None:
    written = keys_of(layout, "*8")

    for key in layout.keys:
        told, content = written[key.index], key.content
        if content.is_broken or content.is_empty:
            assert told == DocumentKey(key.index, "none")
            continue
        assert told.function == content.function
        assert told.pickup == ("*8" if content.function == "blf" and content.picks_up else "")
        if content.person is not None:
            assert told.value in (content.person.extension, "0970711031")
            assert told.label == (content.label or content.person.name)
        else:
            assert told.value == content.value
    assert {key.function for key in written[len(layout.keys) :]} <= {"none"}
