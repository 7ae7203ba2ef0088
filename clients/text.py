"""Validates typed single-line text, so that it is safe in a page, a log line and a phone's XML."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# The complement of XML 1.0's Char production: these cannot be sent to a phone, not even as
# character references.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Beyond XML: C0 and C1 controls (tab and line ends too: these are single lines), line and paragraph
# separators, surrogates, non-characters, and the overrides that reverse the text in a list.
_NOT_PLAIN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17)
    )
    + "]"
)


def xml_text_ok(text: str) -> bool:
    """Whether every character of the text is allowed in XML 1.0."""
    return _NOT_XML.search(text) is None


def validate_plain_text(value: str) -> None:
    """Refuse control characters, line ends, surrogates, non-characters; allow any script and
    emoji.
    """
    found = _NOT_PLAIN.search(value)
    if found is None:
        return
    raise ValidationError(
        _(
            "Character %(position)d cannot be used here (%(code)s): it is a control character. "
            "Remove it."
        ),
        code="control-character",
        params={"position": found.start() + 1, "code": f"U+{ord(found[0]):04X}"},
    )
