"""Log formatters: one line for each event, key=value or JSON, with the correlator, no secrets."""

import json
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime

from metacentrex import correlation

# (pattern, replacement): tokens of HTTP authentication, passwords, credentials inside URLs. The
# text is often long and untrusted. Patterns that can match at many positions are therefore
# possessive (`*+`, optional end): otherwise matching would take quadratic time.
_REDACTIONS: list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    (re.compile(r"(?i)\b(basic|bearer)\s+[a-z0-9+/=._~-]{12,}"), r"\1 [hidden]"),
    (re.compile(r"(?i)\bdigest\s+\w+\s*=\s*[^\r\n]*"), "Digest [hidden]"),
    (
        re.compile(r"(?i)\b(authorization|cookie|set-cookie)(['\"]?\s*[:=]\s*)[^\r\n]+"),
        r"\1\2[hidden]",
    ),
    (
        re.compile(
            r"(?i)((?:password|passwd|secret|http_client_pass|csrfmiddlewaretoken)\w*+)"
            r"(?:(['\"]?\s*+[:=]\s*+)(?:\"[^\"]*\"|'[^']*'|[^\s,&;)}<]+))?"
        ),
        lambda found: f"{found[1]}{found[2]}[hidden]" if found[2] else found[0],
    ),
    (re.compile(r"(://[^\s:/@]*:)[^\s@/]+@"), r"\1[hidden]@"),
    (
        re.compile(r"((?:https?://|(?<=\s)/)[^\s?'\"]*+)(\?[^\s'\"]+)?"),
        lambda found: f"{found[1]}?[hidden]" if found[2] else found[0],
    ),
]


def redact(text: str) -> str:
    """Replace secrets, which must never be logged."""
    for pattern, replacement in _REDACTIONS:
        text = pattern.sub(replacement, text)
    return text


def quoted(text: str) -> str:
    """Quote a text and escape line ends, so that nobody can forge a second line."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"'
        + "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in plain)
        + '"'
    )


def fields_of(record: logging.LogRecord, formatter: logging.Formatter) -> dict[str, str]:
    """The fields to write for a record, in this order, without secrets."""
    when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    fields = {
        "time": when,
        "level": record.levelname.lower(),
        "logger": record.name,
        "correlator": _correlator(record) or "-",
        "message": redact(record.getMessage()),
    }
    if record.exc_info and not _is_refusal(record):
        fields["traceback"] = redact(formatter.formatException(record.exc_info))
    return fields


def _is_refusal(record: logging.LogRecord) -> bool:
    """Whether a request was refused, not failed: anybody can send thousands, and their tracebacks
    say nothing of ours.
    """
    is_suspicious = record.name.startswith("django.security.")
    return is_suspicious or int(getattr(record, "status_code", 500)) < 500


def _correlator(record: logging.LogRecord) -> str:
    """The current correlator, else that of the record's request: Django logs some requests after
    they end.
    """
    request = getattr(record, "request", None)
    found = correlation.current() or getattr(request, "META", {}).get(correlation.KEY, "")
    return str(found).replace(" ", "")


class LineFormatter(logging.Formatter):
    """Write `time= level= logger= correlator= message=`, and the traceback on the same line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        fields = fields_of(record, self)
        for name in fields.keys() & {"message", "traceback"}:
            fields[name] = quoted(fields[name])
        return " ".join(f"{name}={value}" for name, value in fields.items())


class JsonFormatter(logging.Formatter):
    """Write the same fields as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line; JSON escapes line ends."""
        return json.dumps(fields_of(record, self))
