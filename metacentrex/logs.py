"""One line of key=value for each event, with the correlator and without secrets."""

import logging
import re
from datetime import UTC, datetime

from metacentrex import correlation

# (what to look for, what to leave). Tokens of HTTP authentication, passwords, credentials inside URLs.
_REDACTIONS = [
    (re.compile(r"(?i)\b(basic|bearer)\s+[a-z0-9+/=._~-]{12,}"), r"\1 [hidden]"),
    (re.compile(r"(?i)\bdigest\s+\w+\s*=\s*[^\r\n]*"), "Digest [hidden]"),
    (re.compile(r"(?i)\b(authorization|cookie|set-cookie)(['\"]?\s*[:=]\s*)[^\r\n]+"), r"\1\2[hidden]"),
    (
        re.compile(
            r"(?i)(\w*(?:password|passwd|secret|http_client_pass|csrfmiddlewaretoken)\w*['\"]?\s*[:=]\s*)"
            r"(\"[^\"]*\"|'[^']*'|[^\s,&;)}<]+)"
        ),
        r"\1[hidden]",
    ),
    (re.compile(r"(://[^\s:/@]*:)[^\s@/]+@"), r"\1[hidden]@"),
    (re.compile(r"(https?://[^\s?'\"]+|(?<=\s)/[^\s?'\"]*)\?[^\s'\"]+"), r"\1?[hidden]"),
]


def redact(text: str) -> str:
    """Hide what must never be written down."""
    for pattern, replacement in _REDACTIONS:
        text = pattern.sub(replacement, text)
    return text


def quoted(text: str) -> str:
    """Put a text on one line between quotes, whatever it holds: nobody forges a second line."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in plain) + '"'


class LineFormatter(logging.Formatter):
    """Write `time= level= logger= correlator= message=`, and the traceback on the same line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        correlator = (getattr(record, "correlator", "") or correlation.current()).replace(" ", "")
        fields = [
            f"time={when}",
            f"level={record.levelname.lower()}",
            f"logger={record.name}",
            f"correlator={correlator or '-'}",
            f"message={quoted(redact(record.getMessage()))}",
        ]
        if record.exc_info:
            fields.append(f"traceback={quoted(redact(self.formatException(record.exc_info)))}")
        return " ".join(fields)
