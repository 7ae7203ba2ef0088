"""One value of a document changed at a time, whichever it is: what a difference must name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import capfirst
from hypothesis import strategies as st

from clients.text import xml_text_ok
from keys.functions import FUNCTIONS
from phones import catalogue
from provisioning.document import Contact, PhoneDocument
from provisioning.reading.words import key_label

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).filter(xml_text_ok)
NUMBERS = st.from_regex(r"\+?[0-9*#]{1,12}", fullmatch=True)


@dataclass(frozen=True)
class Changed:
    """The document before and after, how the value is called and what it is now."""

    before: PhoneDocument
    after: PhoneDocument
    what: str
    now: str = ""


Change = Callable[[PhoneDocument, Any], PhoneDocument]


def part(name: str, field: str) -> Change:
    def change(document: PhoneDocument, value: Any) -> PhoneDocument:
        return replace(document, **{name: replace(getattr(document, name), **{field: value})})

    return change


def identity(field: str) -> Change:
    def change(document: PhoneDocument, value: Any) -> PhoneDocument:
        return replace(document, identities=(replace(document.identities[0], **{field: value}),))

    return change


# One that snom has no name for is told by two settings more.
NAMED_ZONES = sorted(
    zone.zone for zone in catalogue.vendor("snom").time_zones.values() if zone.value
)

# name in words, how the value is changed, what it may be, whether it is shown
SINGLE: list[tuple[str, Change, st.SearchStrategy[Any], bool]] = [
    ("Setting URL", part("provisioning", "url"), TEXTS, True),
    ("Login for fetching its configuration", part("provisioning", "http_user"), TEXTS, True),
    ("Secrets", part("provisioning", "http_password"), TEXTS, False),
    ("Time zone", part("locale", "time_zone"), st.sampled_from(NAMED_ZONES), False),
    ("Login for the phone’s web page", part("web", "user"), TEXTS, True),
    ("Secrets", part("web", "password"), TEXTS, False),
    ("Secrets", part("web", "admin_password"), TEXTS, False),
    ("Secrets", part("web", "admin_code"), TEXTS, False),
    ("Time server", part("policy", "ntp_server"), TEXTS, True),
    ("Number", identity("number_e164"), NUMBERS, False),
    ("Number on the screen", identity("display_number"), NUMBERS, True),
    ("SIP login", identity("auth_name"), TEXTS, True),
    ("Secrets", identity("password"), TEXTS, False),
    ("Display name", identity("realname"), TEXTS, True),
    ("SIP domain", identity("domain"), TEXTS, True),
    ("Server and transport", identity("outbound_proxy"), TEXTS, True),
    ("Server and transport", identity("transport"), st.sampled_from(["udp", "tcp", "tls"]), True),
    ("Voicemail number", identity("mailbox"), NUMBERS | st.just(""), True),
]


@st.composite
def one_setting(draw: st.DrawFn, document: PhoneDocument) -> Changed:
    """Any setting of the document, from any value to any other."""
    what, change, values, is_shown = draw(st.sampled_from(SINGLE))
    before, after = draw(values), draw(values)
    # Whether the line has a name, a proxy or a mailbox decides what other settings repeat.
    for name in ("realname", "outbound_proxy", "mailbox"):
        if draw(st.booleans()):
            document = identity(name)(document, "")
    return Changed(
        change(document, before), change(document, after), what, after if is_shown else ""
    )


@st.composite
def one_key(draw: st.DrawFn, document: PhoneDocument) -> Changed:
    """Any key: another function or another label."""
    at = draw(st.integers(0, len(document.keys) - 1))
    field, values = draw(
        st.sampled_from([("label", TEXTS), ("function", st.sampled_from(sorted(FUNCTIONS)))])
    )
    before, after = (_with_key(document, at, **{field: draw(values)}) for _ in range(2))
    now = after.keys[at].label if field == "label" else ""
    return Changed(before, after, capfirst(key_label(str(at), document.model)), now)


def _with_key(document: PhoneDocument, at: int, **values: str) -> PhoneDocument:
    keys = list(document.keys)
    keys[at] = replace(keys[at], **values)
    return replace(document, keys=tuple(keys))


@st.composite
def one_contact(draw: st.DrawFn, document: PhoneDocument) -> Changed:
    """A contact more, one less, or one with another name or number."""
    people = draw(st.lists(st.builds(Contact, TEXTS, NUMBERS), min_size=1, max_size=8))
    at = draw(st.integers(0, len(people) - 1))
    new = draw(st.builds(Contact, TEXTS, NUMBERS))
    then, now = draw(
        st.sampled_from(
            [
                ([*people[:at], new, *people[at:]], new.name),
                ([*people[:at], *people[at + 1 :]], people[at].name),
                ([*people[:at], replace(people[at], name=new.name), *people[at + 1 :]], new.name),
                (
                    [*people[:at], replace(people[at], number=new.number), *people[at + 1 :]],
                    new.number,
                ),
            ]
        )
    )
    before, after = (replace(document, directory=tuple(entries)) for entries in (people, then))
    return Changed(before, after, "Directory", now)
