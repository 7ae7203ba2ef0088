"""Detects the encoding of a whole text file: UTF-8, UTF-16 or Windows-1252."""

import codecs
import re

# Non-ASCII characters of French texts: é, œ, €, ’, « and no-break spaces.
_UTF8_LETTERS = frozenset(map(chr, range(0xC0, 0x100))) | frozenset(
    "œŒŸ€‘’“”„–—…«»°²³§·£µ®©™\xa0\u202f"
)
_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe1-\xec][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}"
)


class MixedEncodings(ValueError):
    """Some bytes are in another encoding than the rest; `before` is the text before them."""

    def __init__(self, encoding: str, before: str) -> None:
        super().__init__(encoding)
        self.encoding = encoding
        self.before = before


def decode(content: bytes) -> str:
    """Decode a text, without its byte order mark. Raises MixedEncodings.

    One encoding must decode all of it: mixing encodings would change letters in names.
    """
    encoding = _declared_encoding(content)
    body = content.removeprefix(codecs.BOM_UTF8)
    if encoding == "utf-8" and body == content and not _holds_utf8(body) and not _is_utf8(body):
        encoding = "cp1252"
    try:
        return body.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(encoding, errors="replace").removeprefix("\ufeff")
        raise MixedEncodings(encoding, before) from None


def _declared_encoding(content: bytes) -> str:
    """The encoding that the first bytes indicate, else UTF-8."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if content[:2000].count(0) > len(content[:2000]) // 4:
        return "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
    return "utf-8"


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _holds_utf8(content: bytes) -> bool:
    """Whether some of the bytes are French letters or emoji in UTF-8.

    Windows text can be valid UTF-8 by chance, such as "É" before a no-break space: that is not a
    French letter in UTF-8.
    """
    found = (each[0] for each in _UTF8_SEQUENCE.finditer(content))
    # A valid sequence of four bytes is an emoji, never chance.
    return any(len(each) == 4 or each.decode() in _UTF8_LETTERS for each in found)
