"""The functions of programmable keys, whatever the vendor: the parameter of each, and its source.

The names that snom uses for them are in provisioning/renderers/snom/keys.py. Sources are the snom
wiki's « Function Key Types » and the templates read with it. No phone was at hand, so anything not
in a source is unconfirmed.
"""

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from phones.catalogue.schema import Confidence


class Parameter(Enum):
    """The parameter of a function, and its grammar (keys/values.py)."""

    NOTHING = "nothing"
    PERSON = "person"  # a line of the same client
    TARGET = "target"  # a line of the same client, or a number to dial
    CODE = "code"  # a number of the platform: an orbit, a conference room
    DIGITS = "digits"  # DTMF digits sent during a call
    EVENT = "event"  # one of EVENTS
    URL = "url"


@dataclass(frozen=True)
class KeyFunction:
    """What a key does when pressed; `is_advanced`: rarely what an end user needs."""

    code: str
    label: str | Promise
    meaning: str | Promise
    parameter: Parameter
    icon: str
    source: str
    confidence: Confidence = "confirmed"
    is_advanced: bool = False
    picks_up: bool = False  # whether it can pick up a call that rings elsewhere
    positions: tuple[str, ...] = ("phone", "sidecar")


WIKI = "snom wiki, Function Key Types"

LINE = KeyFunction(
    "line",
    pgettext_lazy("key", "Line"),
    pgettext_lazy("key", "Answers or places a call, and lights up during it."),
    Parameter.NOTHING,
    "telephone",
    f"{WIKI}: Line (the type a key has out of the box)",
)
SPEED = KeyFunction(
    "speed",
    pgettext_lazy("key", "Speed dial"),
    pgettext_lazy("key", "Calls this person or number."),
    Parameter.TARGET,
    "lightning",
    f"{WIKI}: Speed Dial; D7 user manual p. 20 (example)",
)
BLF = KeyFunction(
    "blf",
    pgettext_lazy("key", "Supervision (BLF)"),
    pgettext_lazy(
        "key", "Lights up when this person is on the phone; calls them or picks up their call."
    ),
    Parameter.PERSON,
    "eye",
    f"{WIKI}: BLF; the code behind the bar is in wazo_snom, FreePBX issue 892 and pascom's "
    f"examples",
    picks_up=True,
)
EXTENSION = KeyFunction(
    "extension",
    pgettext_lazy("key", "Extension"),
    pgettext_lazy("key", "Calls this extension and watches it, if the platform allows it."),
    Parameter.TARGET,
    "person",
    f"{WIKI}: Extension/Destination; the D7 user manual p. 20 shows a SIP address, no source a "
    f"bare number",
    confidence="unconfirmed",
    is_advanced=True,
)
TRANSFER = KeyFunction(
    "transfer",
    pgettext_lazy("key", "Transfer to"),
    pgettext_lazy("key", "Transfers the current call to this person or number."),
    Parameter.TARGET,
    "box-arrow-in-right",
    f"{WIKI}: Transfer to; Tancredi",
)
FORWARD = KeyFunction(
    "forward",
    pgettext_lazy("key", "Forward to"),
    pgettext_lazy("key", "Forwards all calls to this person or number; press again to stop."),
    Parameter.TARGET,
    "arrow-return-right",
    f"{WIKI}: Forward to; Tancredi",
)
PARK = KeyFunction(
    "park",
    pgettext_lazy("key", "Call park"),
    pgettext_lazy("key", "Parks the call in this slot, or retrieves it."),
    Parameter.CODE,
    "p-square",
    f"{WIKI}: Park Orbit; wazo_snom writes a bare number on the 710 to the D765",
    confidence="derived",
)
INTERCOM = KeyFunction(
    "intercom",
    pgettext_lazy("key", "Intercom"),
    pgettext_lazy("key", "Calls this person; their phone answers automatically."),
    Parameter.TARGET,
    "megaphone",
    f"{WIKI}: Intercom; no source shows a bare number. The far end answers by itself: "
    f"answer_after_policy is idle",
    confidence="unconfirmed",
)
DTMF = KeyFunction(
    "dtmf",
    pgettext_lazy("key", "DTMF"),
    pgettext_lazy("key", "Sends these digits during a call."),
    Parameter.DIGITS,
    "grid-3x3-gap",
    f"{WIKI}: DTMF; Provisioner",
)
CONFERENCE = KeyFunction(
    "conference",
    pgettext_lazy("key", "Conference"),
    pgettext_lazy("key", "Brings the call into this conference room."),
    Parameter.CODE,
    "people",
    f"{WIKI}: Conference Server; Tancredi",
)
EVENT = KeyFunction(
    "event",
    pgettext_lazy("key", "Phone function"),
    pgettext_lazy("key", "Opens or toggles a function of the phone itself."),
    Parameter.EVENT,
    "gear",
    f"{WIKI}: Key Event",
    is_advanced=True,
)
URL = KeyFunction(
    "url",
    pgettext_lazy("key", "Action URL"),
    pgettext_lazy("key", "Makes the phone request this web address."),
    Parameter.URL,
    "link-45deg",
    f"{WIKI}: Action URL",
    is_advanced=True,
)
NONE = KeyFunction(
    "none",
    pgettext_lazy("key", "Off"),
    pgettext_lazy("key", "Does nothing."),
    Parameter.NOTHING,
    "dash",
    f"{WIKI}: None (said to the phone, which would otherwise keep what the key did before)",
)

FUNCTIONS = {
    function.code: function
    for function in (
        BLF,
        SPEED,
        LINE,
        TRANSFER,
        FORWARD,
        PARK,
        INTERCOM,
        DTMF,
        CONFERENCE,
        EXTENSION,
        EVENT,
        URL,
        NONE,
    )
}

# snom D765 user manual, appendix « Programmable Functions »; « Logoff Identities » is left out
# because it erases accounts.
EVENTS = {
    "F_DND": pgettext_lazy("event", "Do not disturb"),
    "F_REDIRECT": pgettext_lazy("event", "Forward all calls"),
    "F_REDIAL": pgettext_lazy("event", "Redial"),
    "F_RETRIEVE": pgettext_lazy("event", "Voicemail"),
    "F_CALL_LIST": pgettext_lazy("event", "Call lists"),
    "F_MISSED_LIST": pgettext_lazy("event", "Missed calls"),
    "F_ACCEPTED_LIST": pgettext_lazy("event", "Received calls"),
    "F_ADR_BOOK": pgettext_lazy("event", "Directory"),
    "F_DIRECTORY_SEARCH": pgettext_lazy("event", "Search the directory"),
    "F_FAVORITES": pgettext_lazy("event", "Favourites"),
    "F_HOLD": pgettext_lazy("event", "Hold"),
    "F_MUTE": pgettext_lazy("event", "Mute"),
    "F_TRANSFER": pgettext_lazy("event", "Transfer"),
    "F_CONFERENCE": pgettext_lazy("event", "Conference"),
    "F_NEXT_ID": pgettext_lazy("event", "Next identity"),
    "F_PREV_ID": pgettext_lazy("event", "Previous identity"),
    "F_STATUS": pgettext_lazy("event", "Phone status"),
    "F_HELP": pgettext_lazy("event", "Help"),
    "F_SETTINGS": pgettext_lazy("event", "Menu"),
}
