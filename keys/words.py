"""Texts about keys: type, value, origin, reason of a lock."""

from django.utils.translation import gettext

from clients.numbers import national
from keys.enums import Level
from keys.functions import EVENTS, FUNCTIONS, LINE
from keys.layout import KeyContent, Layout, Lock, Origin, Person
from keys.places import Place


def type_words(content: KeyContent) -> str:
    """« Supervision (BLF) »."""
    return str(FUNCTIONS[content.function].label)


def label_of(content: KeyContent) -> str:
    """A key's label: as typed, else the person's name, else its value; "" for a line key, which
    `labels_of` numbers.
    """
    if content.label or content.is_empty or content.function == LINE.code:
        return content.label
    if content.person is not None:
        return content.person.name
    return str(EVENTS.get(content.value, "")) or content.value


def labels_of(layout: Layout) -> list[str]:
    """The label beside each key, the same on the phone and on a page; line keys are numbered:
    « Ligne 2 ».
    """
    labels, lines = [], 0
    for key in layout.keys:
        label = label_of(key.content)
        if key.content.function == LINE.code:
            lines += 1
            label = label or gettext("Line %(number)s") % {"number": lines}
        labels.append(label)
    return labels


def about(content: KeyContent) -> str:
    """The key's number, URL or phone function, for display."""
    if content.person is not None:
        return national(content.person.number)
    return str(EVENTS.get(content.value, content.value))


def bank_label(bank: str) -> str:
    """The guide's name for a bank: « Programmable Top keys », « Programmable keys »,
    « Sidecar 1 ».
    """
    if module := Place(bank, 1).module:
        return gettext("Sidecar %(number)s") % {"number": module}
    return gettext("Programmable Top keys") if bank == "top" else gettext("Programmable keys")


def person_words(person: Person) -> str:
    """« Cédric (0970711072) »."""
    return gettext("%(name)s (%(number)s)") % {
        "name": person.name,
        "number": national(person.number),
    }


def origin_words(origin: Origin, *, is_own: bool = True) -> str:
    """« Opérateur », « Client », the site's name, « Moi » – « Utilisateur » if somebody else is
    looking.
    """
    if origin.level is Level.SITE:
        return origin.name
    return gettext("Me") if origin.level is Level.SUBSCRIBER and is_own else str(origin.level.label)


def locked_by(lock: Lock) -> str:
    """« Verrouillée par le client : « numéro du standard commun ». »."""
    words = {
        Level.OPERATOR: gettext("Locked by the operator: “%(reason)s”."),
        Level.CLIENT: gettext("Locked by the client: “%(reason)s”."),
        Level.SITE: gettext("Locked by the site %(site)s: “%(reason)s”."),
    }[lock.origin.level]
    return words % {"reason": lock.reason, "site": lock.origin.name}


def audit_words(content: KeyContent | None) -> str:
    """A key as text for the audit: technical, short, the same in every language."""
    if content is None:
        return ""
    about = content.person.number if content.person is not None else content.value
    return " ".join(
        part
        for part in (content.function, about, f'"{content.label}"' if content.label else "")
        if part
    )
