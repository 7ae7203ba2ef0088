"""The functions a programmable key may have, whatever the vendor."""

from dataclasses import dataclass


@dataclass(frozen=True)
class KeyFunction:
    """What a key does when pressed."""

    code: str
    meaning: str
    source: str


LINE = KeyFunction(
    code="line",
    meaning="A call appearance: lights up with a call, takes or places one.",
    source="snom wiki, Function Key Types: Line (the type a key has out of the box)",
)
NONE = KeyFunction(
    code="none",
    meaning="Does nothing; says so to the phone, which would otherwise keep what the key did before.",
    source="snom wiki, Function Key Types: None",
)

FUNCTIONS = {function.code: function for function in (LINE, NONE)}
