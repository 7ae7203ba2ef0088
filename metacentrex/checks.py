"""System checks metacentrex.E001…, which must pass before the server answers requests."""

import re
import time
from collections.abc import Iterator, Sequence
from email.utils import parseaddr
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import unquote, urlsplit

from cryptography.fernet import Fernet
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register, run_checks
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from metacentrex.links import PHONE_PATH
from metacentrex.net import parse_address
from metacentrex.settings.environment import is_loopback

TAG = "metacentrex"
SHORTEST_SECRET = 32
# Characters allowed unescaped in a URL (RFC 3986).
PLAIN_URL = re.compile(r"[A-Za-z0-9:/?#\[\]@!$&'()*+,;=._~-]*", re.ASCII)
EMAIL_SECURITIES = {"starttls", "tls", "none"}
FEWEST_CHARACTERS = 8  # different ones, in a secret
ESCAPES = 500
QUADRATIC = 8  # times as long for four times as much: 4 is linear, 16 is quadratic


def _said(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _secret(name: str) -> str:
    try:
        return _said(getattr(settings, name, ""))
    except ImproperlyConfigured:  # Django's own answer for an empty SECRET_KEY
        return ""


def _is_weak(secret: str) -> bool:
    return (
        len(secret) < SHORTEST_SECRET
        or len(set(secret)) < FEWEST_CHARACTERS
        or secret.startswith("django-insecure-")
    )


def _is_field_key(key: str) -> bool:
    try:
        Fernet(key)
    except (ValueError, TypeError):
        return False
    return len(set(key)) >= FEWEST_CHARACTERS


def _secrets() -> Iterator[CheckMessage]:
    hint = _("Set it in the environment, or name a file that holds it in NAME_FILE.")
    for name, code in (("SECRET_KEY", "E001"), ("METACENTREX_HTTP_KEY", "E002")):
        secret = _secret(name)
        if not secret:
            yield Error(_("%(name)s is missing.") % {"name": name}, hint=hint, id=f"{TAG}.{code}")
        elif _is_weak(secret):
            message = _("%(name)s is too weak: it needs at least 32 random characters.") % {
                "name": name
            }
            yield Error(message, id=f"{TAG}.E004")
    keys = settings.METACENTREX_FIELD_KEYS
    if not keys:
        message = _("%(name)s is missing.") % {"name": "METACENTREX_FIELD_KEYS"}
        yield Error(message, hint=hint, id=f"{TAG}.E003")
    if not all(_is_field_key(key) for key in keys):
        yield Error(
            _("METACENTREX_FIELD_KEYS: each key is 32 random bytes in URL-safe base64."),
            hint=_(
                "manage.py shell -c 'from metacentrex import secrets; "
                "print(secrets.random_field_key())'"
            ),
            id=f"{TAG}.E005",
        )
    if any(_is_weak(old) for old in settings.SECRET_KEY_FALLBACKS):
        message = _("%(name)s is too weak: it needs at least 32 random characters.")
        yield Error(message % {"name": "SECRET_KEY_FALLBACKS"}, id=f"{TAG}.E004")
    given = [
        secret
        for secret in (_secret("SECRET_KEY"), _secret("METACENTREX_HTTP_KEY"), *keys)
        if secret
    ]
    if len(set(given)) < len(given):
        yield Error(_("Two settings hold the same secret: give each its own."), id=f"{TAG}.E009")


def _production() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Error(
            _("DJANGO_DEBUG is on in production: it shows secrets to visitors."), id=f"{TAG}.E006"
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(_("METACENTREX_ALLOWED_HOSTS must name the hosts, not “*”."), id=f"{TAG}.E008")


def _url_problem(name: str) -> str:
    """Say what is wrong with a URL that we give to people or phones; "" if nothing."""
    address: str = getattr(settings, name)
    try:
        parts = urlsplit(address)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return _("%(name)s is not an address.") % {"name": name}
    if not PLAIN_URL.fullmatch(unquote(address)):  # %7B is a brace
        # A phone replaces {mac} with its MAC and keeps the URL: with one of these characters, it
        # never finds the server again.
        message = _(
            "%(name)s has a space, a brace or another character that does not belong in an address."
        )
    elif not parts.hostname or parts.scheme not in {"http", "https"} or not port_is_right:
        message = _(
            "%(name)s must be the address of the site, such as https://extranet.example.fr."
        )
    elif parts.query or parts.fragment or parts.username or parts.password:
        message = _("%(name)s can have only a scheme, a host, a port and a path.")
    elif PHONE_PATH.strip("/") in unquote(parts.path).split("/"):
        message = _("%(name)s must stop before %(path)s, which is added to it.")
        return message % {"name": name, "path": PHONE_PATH}
    elif parts.scheme != "https" and not settings.METACENTREX_EMBEDDED:
        message = _(
            "%(name)s must begin with https:// in production: phones receive secrets there."
        )
    else:
        return ""
    return message % {"name": name}


def _environment() -> Iterator[CheckMessage]:
    for problem in settings.METACENTREX_ENVIRONMENT_ERRORS:
        yield Error(_("Environment: %(problem)s.") % {"problem": problem}, id=f"{TAG}.E010")
    problem = _url_problem("METACENTREX_PUBLIC_URL") or _url_problem("METACENTREX_PHONE_URL")
    if problem:
        yield Error(problem, id=f"{TAG}.E007")
    elif settings.METACENTREX_EMBEDDED and not _is_local(settings.METACENTREX_PUBLIC_URL):
        yield Warning(
            _("Embedded mode is used with a public address: cookies are not marked Secure."),
            hint=_("Use PostgreSQL (DATABASE_URL) to run in production."),
            id=f"{TAG}.W001",
        )


def _is_local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    address = parse_address(f"[{host}]")
    return host == "localhost" or (address is not None and address.is_loopback)


def _email() -> Iterator[CheckMessage]:
    """Check the e-mail settings; none at all is fine."""
    host, sender = settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL
    security, user = settings.METACENTREX_EMAIL_SECURITY, settings.EMAIL_HOST_USER
    if not host:
        if user or settings.EMAIL_HOST_PASSWORD or sender:
            yield Warning(
                _("METACENTREX_EMAIL_HOST is missing: no e-mail is sent."), id=f"{TAG}.W020"
            )
        return
    if security not in EMAIL_SECURITIES:
        yield Error(
            _("METACENTREX_EMAIL_SECURITY must be starttls, tls or none."), id=f"{TAG}.E020"
        )
    if not _is_address(sender):
        yield Error(
            _("METACENTREX_EMAIL_FROM must be an e-mail address, with or without a name."),
            id=f"{TAG}.E021",
        )
    if bool(user) != bool(settings.EMAIL_HOST_PASSWORD):
        yield Error(
            _("METACENTREX_EMAIL_USER and METACENTREX_EMAIL_PASSWORD must be set together."),
            id=f"{TAG}.E022",
        )
    if user and security == "none" and not is_loopback(host):
        yield Error(
            _("METACENTREX_EMAIL_SECURITY is none: the password would be sent in clear text."),
            id=f"{TAG}.E023",
        )


def _is_address(sender: str) -> bool:
    """Whether this is "Name <name@host>" or an address alone, on one line."""
    try:
        validate_email(parseaddr(sender)[1])
    except ValidationError:
        return False
    return "\n" not in sender and "\r" not in sender


@register(TAG)
def check_environment(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Report every error at once, so that one start shows them all."""
    problems = [*_environment(), *_secrets(), *_email()]
    if not settings.METACENTREX_EMBEDDED:
        problems += _production()
    return problems


@register(TAG)
def check_interpreter(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Try the weakness itself: a version number does not tell, Debian mends older versions."""
    if _seconds_to_unquote(4 * ESCAPES) < QUADRATIC * _seconds_to_unquote(ESCAPES):
        return []
    return [
        Warning(
            _("This Python takes very long to read some cookies (CVE-2024-7592)."),
            hint=_("MetaCentrex refuses such cookies unread. Upgrade Python all the same."),
            id=f"{TAG}.W003",
        )
    ]


def _seconds_to_unquote(escapes: int) -> float:
    """The shortest of three times, of this thread alone."""
    cookie = 'a="' + '\\"' * escapes + '"'
    times = []
    for _attempt in range(3):
        start = time.thread_time()
        SimpleCookie(cookie)
        times.append(time.thread_time() - start)
    return min(times)


def refuse_unsafe_start() -> None:
    """Raise ImproperlyConfigured if one of our checks fails, so that no process serves requests."""
    problems = [message for message in run_checks(tags=[TAG]) if message.is_serious()]
    if problems:
        raise ImproperlyConfigured(
            "\n".join(f"{message.id}: {message.msg}" for message in problems)
        )
