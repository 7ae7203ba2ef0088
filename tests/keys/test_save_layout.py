from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.db.utils import OperationalError

from clients.models import AuditEvent, Client, PlatformSettings, Site, Subscriber
from clients.services.audit import PLATFORM, Actor
from clients.services.subscribers import end_subscriber, update_subscriber
from keys.drafts import KeyDraft, LayoutDraft
from keys.errors import LayoutMoved, LayoutRefused, OwnerGone, SidecarNotSupported, TooManySidecars
from keys.layout import KeyContent
from keys.models import Key, PhoneProfile
from keys.owners import Owner
from keys.places import Place
from keys.queries import layout_of
from keys.services.layouts import save_layout
from keys.words import label_of
from phones import catalogue
from phones.models import Phone
from phones.services.assignment import unassign
from tests.factories.keys import arrange
from tests.factories.phones import AssignedPhoneFactory

D765, S710, S720 = (catalogue.get(code) for code in ("snom-d765", "snom-710", "snom-720"))
SIDE = Place("side", 1)


def content(owner: Owner, place: Place = SIDE, model: catalogue.PhoneModel = D765) -> KeyContent:
    key = layout_of(owner, model).layout.at(place)
    assert key is not None
    return key.content


def problems(act: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(LayoutRefused) as caught:
        act()
    return [(problem.place, problem.field) for problem in caught.value.problems]


def test_a_key_is_kept_and_told_to_the_audit(
    alice: Subscriber, bob: Subscriber, blue_actor: Actor
) -> None:
    draft = LayoutDraft(
        0, 1, {"side-1": KeyDraft("blf", person=bob.pk), "sidecar-1-18": KeyDraft("speed", "06 12")}
    )

    saved = save_layout(Owner.of_line(alice), D765, draft, actor=blue_actor)

    assert saved.layout.sidecars == 1
    assert content(Owner.of_line(alice)).person is not None
    assert content(Owner.of_line(alice), Place("sidecar-1", 18)).value == "0612"
    event = AuditEvent.objects.get(kind="keys.changed")
    assert (event.object_id, event.actor, event.client) == (
        str(alice.pk),
        blue_actor.user,
        alice.client,
    )
    assert event.before == {"side-1": "", "sidecar-1-18": "", "sidecars": None}
    assert event.after == {
        "level": "subscriber",
        "model": "snom-d765",
        "side-1": f"blf {bob.number}",
        "sidecar-1-18": "speed 0612",
        "sidecars": 1,
    }


def test_saving_what_is_there_already_changes_nothing(alice: Subscriber) -> None:
    owner = Owner.of_line(alice)
    arrange(owner, side_1=KeyDraft("speed", "1"))

    arrange(owner, side_1=KeyDraft("speed", "1"))

    assert (
        PhoneProfile.unscoped.get().revision,
        AuditEvent.objects.filter(kind="keys.changed").count(),
    ) == (
        1,
        1,
    )


def test_a_key_goes_back_to_what_is_inherited(alice: Subscriber) -> None:
    arrange(Owner.of_client(alice.client), side_1=KeyDraft("speed", "1"))
    arrange(Owner.of_line(alice), side_1=KeyDraft("speed", "2"))

    arrange(Owner.of_line(alice), side_1=None)

    assert content(Owner.of_line(alice)).value == "1"
    assert Key.objects.filter(profile__subscriber=alice).count() == 0


def test_a_label_that_is_the_person_s_name_follows_the_directory(
    alice: Subscriber, bob: Subscriber
) -> None:
    owner = Owner.of_line(alice)
    arrange(
        owner,
        side_1=KeyDraft("blf", person=bob.pk, label=" Bob Bleu "),
        side_2=KeyDraft("blf", person=bob.pk, label="Le chef"),
    )

    bob.name = "Robert"
    update_subscriber(bob, actor=PLATFORM)

    assert [label_of(content(owner, Place("side", at))) for at in (1, 2)] == ["Robert", "Le chef"]


def test_a_person_who_ended_stays_on_the_key_which_does_nothing(
    alice: Subscriber, bob: Subscriber
) -> None:
    owner = Owner.of_line(alice)
    arrange(owner, side_1=KeyDraft("blf", person=bob.pk), side_2=KeyDraft("speed", person=bob.pk))

    end_subscriber(bob, actor=PLATFORM)

    for at in (1, 2):
        key = content(owner, Place("side", at))
        assert key.is_broken and key.person is not None
        assert (key.person.number, key.person.name) == ("+33970719002", "Bob Bleu")


def test_a_key_about_an_ended_line_can_be_moved_and_no_other_can_be_made(
    alice: Subscriber, bob: Subscriber
) -> None:
    owner = Owner.of_line(alice)
    arrange(owner, side_1=KeyDraft("blf", person=bob.pk))
    end_subscriber(bob, actor=PLATFORM)

    arrange(owner, side_1=None, side_2=KeyDraft("blf", ended="+33970719002"))

    assert content(owner, Place("side", 2)).is_broken
    assert problems(lambda: arrange(owner, side_3=KeyDraft("blf", ended="+33970719999"))) == [
        ("side-3", "value")
    ]


def test_a_line_that_ends_takes_its_keys_along(alice: Subscriber, bob: Subscriber) -> None:
    arrange(Owner.of_line(bob), side_1=KeyDraft("speed", "1"))

    end_subscriber(bob, actor=PLATFORM)

    assert (PhoneProfile.unscoped.count(), Key.objects.count()) == (0, 0)


def test_a_line_of_another_client_does_not_exist(alice: Subscriber, mallory: Subscriber) -> None:
    owner = Owner.of_line(alice)

    for function in ("blf", "speed", "transfer", "intercom", "extension", "forward"):
        draft = KeyDraft(function, person=mallory.pk)
        assert problems(lambda draft=draft: arrange(owner, side_1=draft)) == [("side-1", "value")]
    assert PhoneProfile.unscoped.count() == 0


def test_the_operator_s_keys_are_about_nobody(alice: Subscriber) -> None:
    draft = KeyDraft("speed", person=alice.pk)

    assert problems(lambda: arrange(Owner.operator(), side_1=draft)) == [("side-1", "value")]


@pytest.mark.parametrize(
    ("place", "draft", "field"),
    [
        ("side-13", KeyDraft("speed", "1"), ""),
        ("sidecar-1-1", KeyDraft("speed", "1"), ""),
        ("nowhere", KeyDraft("speed", "1"), ""),
        ("side-1", KeyDraft("unheard-of"), "function"),
        ("side-1", KeyDraft("blf"), "value"),
        ("side-1", KeyDraft("blf", "0612345678"), "value"),
        ("side-1", KeyDraft("speed", "1|2"), "value"),
        ("side-1", KeyDraft("speed", "1", label="a\nb"), "label"),
        ("side-1", KeyDraft("url", "https://127.0.0.1/"), "value"),
        ("side-1", KeyDraft("event", "F_REBOOT"), "value"),
    ],
)
def test_a_wrong_key_is_refused_at_its_field_and_nothing_is_kept(
    place: str, draft: KeyDraft, field: str, alice: Subscriber
) -> None:
    draft_of_all = LayoutDraft(0, None, {"side-2": KeyDraft("speed", "2"), place: draft})

    refused = problems(
        lambda: save_layout(Owner.of_line(alice), D765, draft_of_all, actor=PLATFORM)
    )

    assert refused == [(place, field)]
    assert PhoneProfile.unscoped.count() == 0


def test_a_lock_says_why_and_a_user_has_nobody_to_lock_out(alice: Subscriber) -> None:
    locked = KeyDraft("speed", "1", is_locked=True)

    assert problems(lambda: arrange(Owner.of_client(alice.client), side_1=locked)) == [
        ("side-1", "reason")
    ]
    arrange(Owner.of_line(alice), side_1=locked)

    assert not Key.objects.get().is_locked


def test_three_hundred_keys_are_refused_in_one_sentence(alice: Subscriber) -> None:
    keys = {f"side-{at}": KeyDraft("speed", "1") for at in range(1, 301)}

    refused = problems(
        lambda: save_layout(Owner.of_line(alice), D765, LayoutDraft(0, None, keys), actor=PLATFORM)
    )

    assert len(refused) == 100
    assert PhoneProfile.unscoped.count() == 0


def test_a_sidecar_too_many_or_on_a_phone_without_a_port_is_refused(alice: Subscriber) -> None:
    with pytest.raises(TooManySidecars):
        arrange(Owner.of_line(alice), sidecars=4)
    with pytest.raises(SidecarNotSupported):
        arrange(Owner.of_line(alice), "snom-710", sidecars=1)
    assert PhoneProfile.unscoped.count() == 0


def test_the_keys_of_a_sidecar_taken_away_go_with_it(alice: Subscriber) -> None:
    owner = Owner.of_line(alice)
    arrange(
        owner, sidecars=2, sidecar_1_1=KeyDraft("speed", "1"), sidecar_2_1=KeyDraft("speed", "2")
    )

    arrange(owner, sidecars=1)

    assert [(key.bank, key.value) for key in Key.objects.all()] == [("sidecar-1", "1")]


def test_a_locked_key_is_not_changed_by_hand_and_unlocking_gives_it_back(alice: Subscriber) -> None:
    owner, company = Owner.of_line(alice), Owner.of_client(alice.client)
    arrange(owner, side_1=KeyDraft("speed", "2"))
    arrange(company, side_1=KeyDraft("speed", "1", is_locked=True, reason="numéro du standard"))

    refused = problems(lambda: arrange(owner, side_1=KeyDraft("speed", "3")))
    removed = problems(lambda: arrange(owner, side_1=None))

    assert refused == removed == [("side-1", "")]
    assert content(owner).value == "1"
    arrange(company, side_1=KeyDraft("speed", "1"))
    assert content(owner).value == "2"


def test_sites_are_layers_from_the_root_to_the_line_s_own(alice: Subscriber) -> None:
    root = alice.site
    branch = Site.unscoped.create(client=alice.client, name="Clichy", parent=root)
    alice.site = branch
    alice.save()
    arrange(Owner.of_site(root), side_1=KeyDraft("speed", "1"), side_2=KeyDraft("speed", "1"))
    arrange(Owner.of_site(branch), side_2=KeyDraft("speed", "2"))

    layout = layout_of(Owner.of_line(alice), D765).layout

    found = [layout.at(Place("side", at)) for at in (1, 2)]
    assert [(key.content.value, key.origin.name) for key in found if key] == [
        ("1", root.name),
        ("2", "Clichy"),
    ]
    seen_from_branch = layout_of(Owner.of_site(branch), D765).layout.at(SIDE)
    assert seen_from_branch is not None and seen_from_branch.content.value == "1"


def test_a_sister_site_s_keys_are_not_mine(alice: Subscriber) -> None:
    other = Site.unscoped.create(client=alice.client, name="Nantes")
    arrange(Owner.of_site(other), side_1=KeyDraft("speed", "1"))

    assert content(Owner.of_line(alice)).is_empty


def test_another_client_s_layers_are_not_mine(alice: Subscriber, red_client: Client) -> None:
    arrange(Owner.of_client(red_client), side_1=KeyDraft("speed", "1"))

    assert content(Owner.of_line(alice)).is_empty


def test_a_phone_of_the_same_model_gets_everything_back(alice: Subscriber) -> None:
    owner = Owner.of_line(alice)
    phone = AssignedPhoneFactory(subscriber=alice, model="snom-d765")
    arrange(owner, sidecars=1, sidecar_1_3=KeyDraft("speed", "1"))
    before = layout_of(owner, D765).layout

    unassign(phone, actor=PLATFORM)
    AssignedPhoneFactory(subscriber=alice, model="snom-d765")

    assert layout_of(owner, D765).layout == before


def test_a_phone_of_another_model_gets_what_fits_and_says_what_does_not(alice: Subscriber) -> None:
    owner = Owner.of_line(alice)
    arrange(
        owner,
        "snom-720",
        sidecars=1,
        side_5=KeyDraft("speed", "5"),
        side_18=KeyDraft("speed", "18"),
        sidecar_1_1=KeyDraft("speed", "99"),
    )
    AssignedPhoneFactory(subscriber=alice, model="snom-d765")

    found = layout_of(owner, D765)
    small = layout_of(owner, S710)

    assert found.carried is not None and found.carried_from == S720
    assert content(owner, SIDE).value == "5"  # the fifth key of the phone: its first side key
    assert [place.code for place, _ in found.carried.left_out] == ["side-18"]
    assert small.carried is not None
    assert [place.code for place, _ in small.carried.left_out] == ["side-18", "sidecar-1-1"]
    assert small.carried.sidecars_left_out == 1


def test_what_was_carried_over_is_its_own_from_the_first_save_on(alice: Subscriber) -> None:
    owner = Owner.of_line(alice)
    arrange(owner, "snom-720", side_5=KeyDraft("speed", "5"))

    arrange(owner, "snom-d765", side_2=KeyDraft("speed", "2"))

    assert layout_of(owner, D765).carried is None
    assert [content(owner, Place("side", at)).value for at in (1, 2)] == ["5", "2"]
    assert content(owner, Place("side", 5), S720).value == "5"


def test_nothing_is_carried_over_from_a_model_that_is_still_on_the_line(alice: Subscriber) -> None:
    arrange(Owner.of_line(alice), "snom-720", side_5=KeyDraft("speed", "5"))
    AssignedPhoneFactory(subscriber=alice, model="snom-720")

    assert layout_of(Owner.of_line(alice), D765).carried is None


def test_who_started_from_an_older_layout_is_told_and_nothing_is_kept(alice: Subscriber) -> None:
    owner = Owner.of_line(alice)
    arrange(owner, side_1=KeyDraft("speed", "1"))

    with pytest.raises(LayoutMoved) as caught:
        save_layout(
            owner, D765, LayoutDraft(0, None, {"side-2": KeyDraft("speed", "2")}), actor=PLATFORM
        )

    assert caught.value.profile is not None and caught.value.profile.revision == 1
    assert content(owner, Place("side", 2)).is_empty


def test_a_url_needs_a_host_of_the_operator(alice: Subscriber) -> None:
    draft = KeyDraft("url", "https://crm.example.fr/?a=1&b=2")
    owner = Owner.of_line(alice)

    assert problems(lambda: arrange(owner, side_1=draft)) == [("side-1", "value")]
    PlatformSettings(pk=1, url_hosts="intranet.example.fr\r\nCRM.example.fr\n").save()
    arrange(owner, side_1=draft)
    assert content(owner).value == draft.value


def test_as_many_questions_for_one_key_as_for_seventy(
    alice: Subscriber, bob: Subscriber, django_assert_num_queries: Callable[..., object]
) -> None:
    owner = Owner.of_line(alice)
    arrange(owner, side_1=KeyDraft("blf", person=bob.pk))
    with django_assert_num_queries(3):  # profiles, keys, persons
        layout_of(owner, D765)

    full = {
        f"sidecar_{module}_{at}": KeyDraft("blf", person=bob.pk)
        for module in (1, 2, 3)
        for at in range(1, 19)
    }
    arrange(owner, sidecars=3, **full)

    with django_assert_num_queries(3):
        layout_of(owner, D765)


def test_of_two_who_save_at_once_one_is_told(shared_database: None, alice: Subscriber) -> None:
    owner, start = Owner.of_line(alice), Barrier(2)

    def save(number: str) -> str:
        draft = LayoutDraft(0, None, {"side-1": KeyDraft("speed", number)})
        start.wait()
        try:
            save_layout(owner, D765, draft, actor=PLATFORM)
        except (LayoutMoved, OperationalError) as error:
            return type(error).__name__
        finally:
            connection.close()
        return "saved"

    with ThreadPoolExecutor(2) as pool:
        ended = sorted(pool.map(save, ["1", "2"]))

    assert ended == ["LayoutMoved", "saved"]
    assert PhoneProfile.unscoped.get().revision == 1


def test_a_phone_without_a_model_has_no_say_in_what_was_replaced(
    alice: Subscriber, blue_phone: Phone
) -> None:
    arrange(Owner.of_line(alice), "snom-720", side_5=KeyDraft("speed", "5"))

    assert layout_of(Owner.of_line(alice), D765).carried is not None


def test_a_line_that_ended_meanwhile_is_a_refusal_and_no_crash(
    alice: Subscriber, bob: Subscriber
) -> None:
    owner = Owner.of_line(bob)
    end_subscriber(Subscriber.unscoped.get(pk=bob.pk), actor=PLATFORM)

    with pytest.raises(OwnerGone):
        save_layout(
            owner, D765, LayoutDraft(0, None, {"side-1": KeyDraft("speed", "1")}), actor=PLATFORM
        )

    assert PhoneProfile.unscoped.count() == 0


@pytest.mark.parametrize("value", ["12345678", "+33 612", "123456789012"])
def test_a_value_of_an_older_rule_is_moved_and_labelled_and_no_new_one_is_taken(
    value: str, alice: Subscriber, blue_actor: Actor
) -> None:
    owner = Owner.of_line(alice)
    arrange(owner, side_1=KeyDraft("speed", "0612345678"))
    Key.objects.update(value=value)

    arrange(owner, side_1=None, side_2=KeyDraft("speed", value, label="Taxi"))

    assert (content(owner, Place("side", 2)).value, content(owner, Place("side", 2)).label) == (
        value,
        "Taxi",
    )
    assert problems(lambda: arrange(owner, side_3=KeyDraft("speed", "87654321"))) == [
        ("side-3", "value")
    ]
