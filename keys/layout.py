"""Which key does what, before anybody has arranged anything."""

from dataclasses import dataclass

from keys.functions import LINE, NONE
from phones.catalogue import PhoneModel


@dataclass(frozen=True)
class Key:
    """One programmable key: its index on the phone from 0, its position in the bank from 1, what it does."""

    index: int
    bank: str
    position: int
    function: str
    value: str = ""
    label: str = ""


def default_layout(model: PhoneModel) -> tuple[Key, ...]:
    """Every key of the phone: the first ones are lines, the others do nothing."""
    places = [(bank.name, position) for bank in model.banks for position in range(1, bank.keys + 1)]
    return tuple(
        Key(
            index=index,
            bank=bank,
            position=position,
            function=LINE.code if index < model.default_line_keys else NONE.code,
        )
        for index, (bank, position) in enumerate(places)
    )
