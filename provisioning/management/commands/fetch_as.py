from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation
from django.utils.translation import gettext

from metacentrex.moments import AmbiguousHour, NoSuchHour, in_zone
from metacentrex.net import parse_address
from phones import catalogue
from phones.mac import MacError, parse_mac
from phones.models import Phone
from provisioning.asking import Asked, basic_header, said_for
from provisioning.trace import Fact, Step, Trace, Verdict, trace

REFUSED, BAD_INPUT = 1, 2
YEARS = range(2000, 2101)  # at the ends of the calendar, some hours are out of range in some zones


class Command(BaseCommand):
    """Simulate a phone's request for its configuration, and explain the decision; nothing is
    written.
    """

    help = (
        "Say what a phone that asked for its configuration would be answered, and why, rule by "
        "rule. "
        "Nothing is served, changed or recorded. Exit code: 0 served, 1 refused, 2 bad input."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("mac", help="the phone's MAC address, with or without separators")
        parser.add_argument(
            "--model", help="ask as this model (snom-d765); default: as the phone last did"
        )
        parser.add_argument("--firmware", help="with this firmware (8.9.3.80)")
        parser.add_argument("--user", help="with these credentials; default: with none")
        parser.add_argument("--password", help="never shown again")
        parser.add_argument(
            "--at", help="at this time (2026-11-24T09:00, the phone's time zone); default: now"
        )
        parser.add_argument("--address", help="from this address")
        parser.add_argument(
            "--show", action="store_true", help="print the document, secrets masked"
        )
        parser.add_argument("--language", choices=["fr", "en"], default="fr", help="default: fr")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            traced = trace(_asked(options))
            self.stdout.write("\n".join(_lines(traced)))
            if options["show"] and traced.document:
                self.stdout.write(f"\n{traced.document}")
        if not traced.is_served:
            raise SystemExit(REFUSED)


def _asked(options: dict[str, Any]) -> Asked:
    """The request that the options describe. Raises CommandError."""
    try:
        mac = parse_mac(options["mac"])
    except MacError as error:
        raise _wrong(str(error)) from None
    # unscoped: the operator's own tool
    phone = Phone.unscoped.select_related("subscriber__site", "site").filter(mac=mac).first()
    return Asked(
        mac=mac,
        user_agent=said_for(
            phone, _model(options["model"]), _firmware(options["firmware"])
        ).user_agent,
        at=_moment(options["at"], phone),
        authorization=_authorization(options["user"], options["password"]),
        address=_address(options["address"]),
    )


def _wrong(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=BAD_INPUT)


def _model(code: str | None) -> str:
    codes = [model.code for model in catalogue.all()]
    if code and code not in codes:
        raise _wrong(
            gettext("There is no such model; choose one of: %(models)s.")
            % {"models": ", ".join(codes)}
        )
    return code or ""


def _firmware(text: str | None) -> str:
    try:
        catalogue.parse_version(text or "0")
    except ValueError:
        raise _wrong(
            gettext("A firmware version is numbers separated by dots, such as 8.9.3.80.")
        ) from None
    return text or ""


def _authorization(user: str | None, password: str | None) -> str | None:
    if (user is None) != (password is None):
        raise _wrong(gettext("Give --user and --password together."))
    return None if user is None or password is None else basic_header(user, password)


def _address(text: str | None) -> str:
    if not text:
        return ""
    address = parse_address(text)
    if address is None:
        raise _wrong(gettext("This is not an IP address. Write one such as 203.0.113.9."))
    return str(address)


def _moment(text: str | None, phone: Phone | None) -> datetime:
    if not text:
        return timezone.now()
    try:
        at = datetime.fromisoformat(text)
        if at.year not in YEARS:
            raise _wrong(gettext("Write the time as 2026-11-24T09:00."))
        zone = phone.zone if phone else timezone.get_default_timezone()
        return at if at.tzinfo else in_zone(at, zone)
    except NoSuchHour:
        raise _wrong(
            gettext("This time does not exist: the clocks go forward that night.")
        ) from None
    except AmbiguousHour:
        raise _wrong(
            gettext(
                "This time occurs twice that night: write it with its offset, +01:00 or +02:00."
            )
        ) from None
    except (ValueError, OverflowError):
        raise _wrong(gettext("Write the time as 2026-11-24T09:00.")) from None


def _lines(traced: Trace) -> Iterable[str]:
    yield from _facts(gettext("Found"), traced.found)
    yield from _facts(gettext("In the request"), traced.asked)
    yield gettext("Rules, in order")
    yield from map(_step, traced.steps)
    yield ""
    yield traced.answer
    if traced.remedy:
        yield traced.remedy
    if traced.written:
        yield gettext("Content hash: %(digest)s") % {"digest": traced.written.digest}


def _facts(title: str, facts: list[Fact]) -> Iterable[str]:
    width = max(len(fact.label) for fact in facts)
    yield title
    yield from (f"  {fact.label:<{width}}  {fact.text}" for fact in facts)
    yield ""


def _step(step: Step) -> str:
    words = {
        Verdict.PASSED: gettext("yes"),
        Verdict.REFUSED: gettext("NO"),
        Verdict.SKIPPED: gettext("not checked"),
    }
    why = f" ({step.text})" if step.text else ""
    return f"  {words[step.verdict]:<{max(map(len, words.values()))}}  {step.label}{why}"
