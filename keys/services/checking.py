"""Validates a draft; every error names its key and field."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.models import PlatformSettings, Subscriber
from clients.queries import lines_called
from keys.drafts import KeyDraft, LayoutDraft
from keys.enums import Level
from keys.errors import KeyProblem, LayoutRefused, SidecarNotSupported, TooManySidecars
from keys.functions import FUNCTIONS, NONE, KeyFunction, Parameter
from keys.layout import KeyContent, Layer, LayerKey, Lock, Person
from keys.owners import Owner
from keys.places import Place, most_sidecars, place_of, places_of
from keys.queries import person_of
from keys.values import CLEANERS, clean_label, clean_url
from keys.words import locked_by
from phones.catalogue import PhoneModel

MOST_PROBLEMS = 100  # reported at once: for hundreds of wrong keys, the first ones are enough


class _Wrong(Exception):
    """One field of a key is wrong."""

    def __init__(self, field: str, error: ValidationError) -> None:
        self.field = field
        self.message = " ".join(error.messages)


@dataclass(frozen=True)
class Known:
    """The data to check keys against: the client's lines by pk, ended ones by number, allowed
    hosts.
    """

    people: Mapping[int, Person]
    ended: Mapping[str, Person]
    hosts: Collection[str]
    dialled: Collection[
        str
    ] = ()  # numbers that the owner's keys already dial, accepted under any former rules
    # The lines named by a typed text, where no line was picked from the list.
    called: Mapping[str, Sequence[Person]] = field(default_factory=dict)
    locks: bool = True  # whether there is a level below to lock keys for


def check_sidecars(model: PhoneModel, asked: int | None) -> None:
    """Check the number of sidecars. Raises SidecarNotSupported or TooManySidecars."""
    if not asked:
        return
    if model.sidecar is None:
        raise SidecarNotSupported(model.label)
    if asked > most_sidecars(model):
        raise TooManySidecars(most_sidecars(model))


def check_keys(
    draft: LayoutDraft, model: PhoneModel, sidecars: int, wider: Collection[Layer], known: Known
) -> dict[Place, LayerKey | None]:
    """Check the draft's keys and return them, ready to save. Raises LayoutRefused with all
    problems.
    """
    there = set(places_of(model, sidecars))
    everywhere = set(places_of(model, most_sidecars(model)))
    kept: dict[Place, LayerKey | None] = {}
    problems: list[KeyProblem] = []
    for code, asked in draft.keys.items():
        place = place_of(code)
        if place is None or place not in (everywhere if asked is None else there):
            words = _("The %(model)s with its sidecars has no such key.") % {"model": model.label}
            problems.append(KeyProblem(code[:40], "", words))
        elif lock := _lock_on(place, wider):
            problems.append(KeyProblem(code, "", locked_by(lock)))
        else:
            try:
                kept[place] = None if asked is None else _checked(asked, known)
            except _Wrong as wrong:
                problems.append(KeyProblem(code, wrong.field, wrong.message))
    if problems:
        raise LayoutRefused(problems[:MOST_PROBLEMS])
    return kept


def _lock_on(place: Place, wider: Collection[Layer]) -> Lock | None:
    for layer in wider:
        said = layer.keys.get(place)
        if said is not None and said.is_locked:
            return Lock(layer.origin, said.reason)
    return None


def known_to(owner: Owner, draft: LayoutDraft, layer: Layer) -> Known:
    """Load the lines that the draft names, those of the owner's client only.

    The caller that saves the draft must lock them: a line that ends meanwhile would leave a key
    without a person.
    """
    asked = {
        key.person for key in draft.keys.values() if key is not None and key.person is not None
    }
    lines: list[Subscriber] = []
    if asked and owner.client is not None:
        lines = list(owner.client.subscribers.filter(pk__in=asked))
    persons = [key.content.person for key in layer.keys.values() if key.content.person is not None]
    return Known(
        people={line.pk: person_of(line) for line in lines},
        called=_called(owner, draft),
        ended={person.number: person for person in persons if person.pk is None},
        hosts=PlatformSettings.current().allowed_hosts,
        dialled={key.content.value for key in layer.keys.values() if key.content.value},
        locks=owner.level is not Level.SUBSCRIBER,
    )


def _called(owner: Owner, draft: LayoutDraft) -> dict[str, list[Person]]:
    """The lines that each typed text names, without the owner's own line."""
    if owner.client is None:
        return {}
    typed = {key.value for key in draft.keys.values() if key is not None and _wants_person(key)}
    return {
        text: [person_of(line) for line in lines_called(owner.client, text) if line != owner.line]
        for text in sorted(typed)
    }


def _wants_person(key: KeyDraft) -> bool:
    function = FUNCTIONS.get(key.function)
    wants = function is not None and function.parameter in (Parameter.PERSON, Parameter.TARGET)
    return wants and key.person is None and not key.ended and bool(key.value.strip())


def _checked(asked: KeyDraft, known: Known) -> LayerKey:
    function = FUNCTIONS.get(asked.function)
    if function is None:
        raise _Wrong("function", ValidationError(_("Choose a type from the list.")))
    person = _person(asked, function, known)
    value = "" if person is not None else _value(asked, function, known)
    label = _field("label", lambda: clean_label(asked.label)) if function is not NONE else ""
    if person is not None and label == person.name:
        label = ""  # equal to the directory's name: follow the directory
    content = KeyContent(
        function.code, value, person, label, asked.picks_up or not function.picks_up
    )
    return LayerKey(content, asked.is_locked, _reason(asked)) if known.locks else LayerKey(content)


def _person(asked: KeyDraft, function: KeyFunction, known: Known) -> Person | None:
    if function.parameter not in (Parameter.PERSON, Parameter.TARGET):
        return None
    if asked.person is not None:
        person = known.people.get(asked.person)
        if person is None:
            raise _Wrong("value", ValidationError(_("This line does not belong to this client.")))
        return person
    if asked.ended:
        person = known.ended.get(asked.ended)
        if person is None:
            raise _Wrong(
                "value", ValidationError(_("This line no longer exists: choose another person."))
            )
        return person
    called = () if asked.value in known.dialled else known.called.get(asked.value, ())
    if len(called) == 1:
        return called[0]
    if called:
        raise _Wrong("value", ValidationError(_("Several lines have this name; type the number.")))
    if function.parameter is Parameter.PERSON:
        raise _Wrong(
            "value",
            ValidationError(_("Choose the person to watch: someone with a line in your company.")),
        )
    return None


def _value(asked: KeyDraft, function: KeyFunction, known: Known) -> str:
    if function.parameter is Parameter.URL:
        return _field("value", lambda: clean_url(asked.value, known.hosts))
    if function.parameter in (Parameter.TARGET, Parameter.CODE) and asked.value in known.dialled:
        return asked.value
    cleaner = CLEANERS.get(function.parameter)
    return _field("value", lambda: cleaner(asked.value)) if cleaner is not None else ""


def _reason(asked: KeyDraft) -> str:
    if not asked.is_locked:
        return ""
    reason = _field("reason", lambda: clean_label(asked.reason))
    if not reason:
        raise _Wrong(
            "reason",
            ValidationError(_("Give a reason: it is shown to users who find the key locked.")),
        )
    return reason


def _field(name: str, clean: Callable[[], str]) -> str:
    try:
        return clean()
    except ValidationError as error:
        raise _Wrong(name, error) from None
