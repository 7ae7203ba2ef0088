"""The picture of a phone and its chain of sidecars, every key of it: shapes only, no colour and no
markup.

Where things are is the catalogue's (phones/catalogue/data/drawings) and a guess;
templates/components/phone_drawing.html paints it. One unit is one pixel at scale 1.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from keys.bodies import Shape, body
from keys.fitting import LARGEST, fit
from keys.places import Place, most_sidecars, sidecar_bank
from keys.words import bank_label
from phones import catalogue
from phones.catalogue import BankShape, PhoneModel

CAP, ROW = (18, 12), 22  # of a key: its cap, and the height of its row
SIGN, CHANGED = 14, 12  # width that a lock or triangle, and a lozenge, take from the label
OVERLAP = 4  # by how much two chained devices overlap


@dataclass(frozen=True)
class Face:
    """The content of one drawn key: a short label, the text for screen readers, marks."""

    label: str = ""
    say: str = ""
    locked: bool = False
    changed: bool = False
    inherited: bool = False
    broken: bool = False


@dataclass(frozen=True)
class DrawnKey:
    """One drawn key: middle of its cap's side at (x, y), clickable box, label and its maximum
    width.
    """

    place: Place
    face: Face
    x: float
    y: float
    left: float
    width: float
    text_x: float
    anchor: Literal["start", "end"]
    room: float
    end: float  # position of its mark
    strip: float
    on_screen: bool  # its label is on a display, not on paper

    @property
    def led_x(self) -> float:
        return self.x + (CAP[0] - 4.5 if self.anchor == "end" else 4.5)

    @property
    def mark_x(self) -> float:
        return self.end - 4

    @property
    def changed_x(self) -> float:
        """Where the mark of a changed key goes: beside the lock or triangle, if there is one."""
        return self.end - (13 if self.face.locked or self.face.broken else 0)

    @cached_property
    def _fitted(self) -> tuple[str, float]:
        face = self.face
        marks = SIGN * (face.locked or face.broken) + CHANGED * face.changed
        return fit(face.label, self.room - marks) if face.label else ("–", LARGEST)

    @property
    def shown(self) -> str:
        return self._fitted[0]

    @property
    def font_size(self) -> float:
        return self._fitted[1]


@dataclass(frozen=True)
class DrawnBank:
    name: str
    label: str
    keys: tuple[DrawnKey, ...]


@dataclass(frozen=True)
class Device:
    """The phone or one of its sidecars; absent sidecars are drawn too, for the script to show."""

    x: int
    y: float
    size: tuple[int, int]
    body: tuple[Shape, ...]
    banks: tuple[DrawnBank, ...]
    module: int = 0
    absent: bool = False

    @property
    def middle(self) -> int:
        """Half of its height: where it joins the previous device."""
        return self.size[1] // 2


@dataclass(frozen=True)
class Picture:
    """The whole chain; `widths` are its widths with 0, 1, 2… sidecars."""

    label: str
    devices: tuple[Device, ...]
    height: int
    widths: tuple[int, ...]
    sidecars: int

    @property
    def width(self) -> int:
        return self.widths[self.sidecars]


def draw(
    model: PhoneModel,
    sidecars: int,
    faces: Mapping[Place, Face],
    *,
    screen: Sequence[str] = (),
    spare: bool = True,
) -> Picture:
    """Draw a phone with that many sidecars; with `spare`, also the others it could have, marked
    absent.
    """
    phone = catalogue.drawing(model.drawing)
    banks = tuple(_bank(phone.bank(bank.name), bank.name, bank.keys, faces) for bank in model.banks)
    devices = [Device(0, 0, phone.size, tuple(body(phone, screen)), banks)]
    widths, height = [phone.size[0]], phone.size[1]
    if model.sidecar is not None:
        family = catalogue.sidecar(model.sidecar.family)
        module = catalogue.drawing(family.drawing)
        height = max(height, module.size[1])
        for number in range(1, (most_sidecars(model) if spare else sidecars) + 1):
            bank = _bank(module.banks[0], sidecar_bank(number), family.keys, faces)
            x, y = widths[-1] - OVERLAP, (height - module.size[1]) / 2
            parts = tuple(body(module, ()))
            devices.append(
                Device(x, y, module.size, parts, (bank,), number, absent=number > sidecars)
            )
            widths.append(x + module.size[0])
    return Picture(model.label, tuple(devices), height, tuple(widths), sidecars)


def spots(shape: BankShape, keys: int) -> Iterator[tuple[int, float, float, bool]]:
    """For each key of a bank: number, x, y, and whether it is mirrored."""
    rows = -(-keys // shape.cols)
    for index in range(keys):
        column, row = (
            divmod(index, rows) if shape.order == "column" else divmod(index, shape.cols)[::-1]
        )
        shift = shape.stagger * (1 if column else -1)
        is_mirrored = shape.mirror and column == shape.cols - 1
        yield index + 1, shape.x + column * shape.dx, shape.y + row * shape.dy + shift, is_mirrored


def _bank(shape: BankShape, name: str, keys: int, faces: Mapping[Place, Face]) -> DrawnBank:
    drawn = tuple(
        _key(shape, Place(name, number), x, y, is_mirrored, faces)
        for number, x, y, is_mirrored in spots(shape, keys)
    )
    return DrawnBank(name, bank_label(name), drawn)


def _key(
    shape: BankShape,
    place: Place,
    x: float,
    y: float,
    is_mirrored: bool,
    faces: Mapping[Place, Face],
) -> DrawnKey:
    left = x - shape.strip - 7 if is_mirrored else x
    return DrawnKey(
        place,
        faces.get(place, Face()),
        x,
        y,
        left=left - 4,
        width=CAP[0] + 7 + shape.strip + 4,
        text_x=x - shape.inset if is_mirrored else x + CAP[0] + shape.inset,
        anchor="end" if is_mirrored else "start",
        room=shape.strip - shape.inset - 4,
        end=left + 6 if is_mirrored else x + CAP[0] + shape.strip - 8,
        strip=shape.strip,
        on_screen=place.module > 0,
    )
