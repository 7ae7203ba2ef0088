"""The history of a phone as text: its requests and the actions on it, by day, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Self
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from clients.audit_words import kind_words
from clients.models import AuditEvent
from clients.numbers import national
from metacentrex.moments import day_moment, moment
from phones import catalogue
from phones.enums import Refusal, is_mended_by_renewal, is_mended_by_window
from phones.mac import format_mac
from phones.models import Phone
from phones.states import too_old
from provisioning.models import Fetch, FetchOutcome
from provisioning.renderers.snom.identify import identify

# of refusals, of other requests, and of actions: no kind can push out another
SHOWN = 200

OPENING = ("window.opened", "phone.registered", "phone.assigned")

# kind → icon, tone
LOOKS = {
    "phone.registered": ("plus-lg", "mc-autorise"),
    "phone.assigned": ("link-45deg", "mc-autorise"),
    "phone.unassigned": ("dash-circle", "mc-suspendu"),
    "phone.updated": ("pencil", "mc-suspendu"),
    "phone.credentials_revoked": ("lock", "mc-depasse"),
    "window.opened": ("unlock", "mc-autorise"),
    "window.closed": ("lock", "mc-suspendu"),
    "window.expired": ("alarm-fill", "mc-depasse"),
    "window.doubled": ("exclamation-triangle-fill", "mc-depasse"),
    "window.double_seen": ("check-lg", "mc-suspendu"),
    "phone.knock_seen": ("check-lg", "mc-suspendu"),
    "secrets.renewed": ("arrow-repeat", "mc-autorise"),
    "window.ended": ("clock", "mc-suspendu"),
}


@dataclass(frozen=True)
class Entry:
    """One entry of the history."""

    at: datetime
    time: str
    icon: str
    tone: str
    title: str
    text: str = ""
    small: str = ""
    refused: bool = False
    remedy: str = ""  # the button that fixes it: "reopen", "renew"
    claimed: str = ""  # the other MAC address that the phone reported


@dataclass(frozen=True)
class Day:
    """The entries of one day, in the phone's time zone."""

    label: str
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Windows:
    """The changes of a phone's window, newest first; the journal only has reasons of refusals."""

    known: list[tuple[datetime, datetime | None, datetime | None]]  # since when, from, until

    @classmethod
    def of(cls, events: list[AuditEvent]) -> Self:
        return cls(
            [
                (
                    event.at,
                    _moment_of(event, "authorized_from"),
                    _moment_of(event, "authorized_until"),
                )
                for event in events
                if event.kind in (*OPENING, "window.closed")
            ]
        )

    def at(self, at: datetime) -> tuple[datetime | None, datetime | None]:
        """Start and end of the window at that time; (None, None) if unknown."""
        return next(
            ((since, until) for known, since, until in self.known if known <= at), (None, None)
        )


def _moment_of(event: AuditEvent, name: str) -> datetime | None:
    text = event.after.get(name)
    return datetime.fromisoformat(text) if text else None


def timeline_of(phone: Phone, now: datetime, *, only_refused: bool = False) -> list[Day]:
    """The last requests and actions, in two queries; with `only_refused`, only refusals."""
    rows = Fetch.objects.filter(phone=phone).order_by("-at", "-pk")
    if only_refused:
        rows = rows.filter(outcome=FetchOutcome.REFUSED)
    fetches = list(rows[: 2 * SHOWN])
    events = list(AuditEvent.objects.filter(object_type="phone", object_id=str(phone.pk))[:SHOWN])
    entries = list(_requests(fetches, Windows.of(events), phone, _first_served(fetches)))
    if not only_refused:
        entries += [_event(event, phone.zone) for event in events]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    days = groupby(entries, key=lambda entry: timezone.localtime(entry.at, phone.zone).date())
    today = timezone.localtime(now, phone.zone).date()
    return [Day(_day_label(day, today), list(group)) for day, group in days]


def _day_label(day: date, today: date) -> str:
    words = formats.date_format(day, gettext("l j F Y"))
    if day == today:
        return gettext("Today, %(day)s") % {"day": words}
    if day == today - timedelta(days=1):
        return gettext("Yesterday, %(day)s") % {"day": words}
    return words[:1].upper() + words[1:]


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return formats.time_format(timezone.localtime(at, zone), "H:i:s")


def _first_served(fetches: list[Fetch]) -> Fetch | None:
    """The first configuration that the phone got; None if the journal no longer goes back to it."""
    if len(fetches) >= SHOWN:
        return None
    return next(
        (fetch for fetch in reversed(fetches) if fetch.outcome == FetchOutcome.SERVED), None
    )


def _requests(
    fetches: list[Fetch], windows: Windows, phone: Phone, first: Fetch | None
) -> Iterator[Entry]:
    """Entries of requests; consecutive refusals for one reason from one address become one entry,
    with a count.
    """
    for _key, group in groupby(fetches, key=_sameness):
        same = list(group)
        if same[0].outcome == FetchOutcome.REFUSED:
            yield _refusals(same, windows, phone)
        else:
            yield _served(same[0], phone.zone, is_first=same[0] is first)


def _sameness(fetch: Fetch) -> tuple[object, ...]:
    if fetch.outcome == FetchOutcome.REFUSED:
        return (fetch.reason, fetch.address)
    return (fetch.pk,)


def _served(fetch: Fetch, zone: ZoneInfo, *, is_first: bool) -> Entry:
    if fetch.outcome == FetchOutcome.LOOKED:
        title, text = gettext("Checked:"), gettext("headers only, no configuration sent")
    elif fetch.outcome == FetchOutcome.CHALLENGED:
        title = gettext("Authentication request:")
        text = gettext("the phone answered with its credentials")
        return Entry(
            fetch.at, _clock(fetch.at, zone), "shield-lock", "mc-suspendu", title, text, _who(fetch)
        )
    elif fetch.outcome == FetchOutcome.NOT_MODIFIED:
        title, text = gettext("Served:"), gettext("nothing new since last time")
    else:
        size = {"size": formats.number_format(fetch.size / 1024, 1)}
        title = gettext("Served for the first time:") if is_first else gettext("Served:")
        text = gettext("full configuration, %(size)s KB") % size
    return Entry(
        fetch.at, _clock(fetch.at, zone), "check-circle", "mc-provisionne", title, text, _who(fetch)
    )


def _refusals(fetches: list[Fetch], windows: Windows, phone: Phone) -> Entry:
    newest, oldest, zone = fetches[0], fetches[-1], phone.zone
    reason = Refusal(newest.reason)
    title = (
        gettext("Refused:")
        if len(fetches) == 1
        else gettext("Refused %(count)s times:") % {"count": len(fetches)}
    )
    small = _who(newest)
    if len(fetches) > 1:
        small = " – ".join(part for part in (small, _span(oldest.at, newest.at, zone)) if part)
    return Entry(
        newest.at,
        _clock(newest.at, zone),
        "x-octagon-fill",
        "mc-refuse",
        title,
        _why(newest, reason, windows, zone),
        small,
        refused=True,
        remedy=_remedy(reason, in_service=phone.is_in_service),
        claimed=_claimed(newest) if reason is Refusal.MAC_MISMATCH else "",
    )


def claimed_macs(days: list[Day]) -> set[str]:
    """Other MAC addresses reported in requests, so that the page can find the user's own phones."""
    return {entry.claimed for day in days for entry in day.entries if entry.claimed}


def _claimed(fetch: Fetch) -> str:
    return identify(fetch.user_agent).mac or ""


def _remedy(reason: Refusal, *, in_service: bool) -> str:
    if is_mended_by_window(reason, in_service=in_service):
        return "reopen"
    return "renew" if is_mended_by_renewal(reason, in_service=in_service) else ""


def _span(first: datetime, last: datetime, zone: ZoneInfo) -> str:
    """The times of a period if it is within the day of the heading, else dates too."""
    if timezone.localtime(first, zone).date() == timezone.localtime(last, zone).date():
        hours = {"first": _clock(first, zone), "last": _clock(last, zone)}
        same = hours["first"] == hours["last"]
        return "" if same else pgettext("hours", "%(first)s to %(last)s") % hours
    start, end = _apart(first, last, zone)
    return gettext("from %(first)s to %(last)s") % {"first": start, "last": end}


def _why(fetch: Fetch, reason: Refusal, windows: Windows, zone: ZoneInfo) -> str:
    since, until = windows.at(fetch.at)
    if reason is Refusal.OVERDUE and until is not None and until <= fetch.at:
        return gettext("the window ended on %(when)s") % {"when": day_moment(until, zone)}
    if reason is Refusal.NOT_YET and since is not None and since > fetch.at:
        return gettext("the window does not start until %(when)s") % {
            "when": day_moment(since, zone)
        }
    if reason is Refusal.FIRMWARE_TOO_OLD and fetch.model:
        return too_old(fetch.model, fetch.firmware)
    if reason is Refusal.MAC_MISMATCH and (claimed := _claimed(fetch)):
        return gettext("the phone reports the MAC address %(mac)s") % {"mac": format_mac(claimed)}
    return str(reason.label)


def _who(fetch: Fetch) -> str:
    """« 82.64.10.7 – snom D725, micrologiciel 10.1.175.16 »."""
    said = catalogue.get(fetch.model).label if fetch.model else fetch.user_agent
    if fetch.firmware:
        said = gettext("%(model)s, firmware %(version)s") % {
            "model": said,
            "version": fetch.firmware,
        }
    access = gettext("with its credentials") if fetch.with_credentials else ""
    return " – ".join(part for part in (fetch.address, said, access) if part)


def _event(event: AuditEvent, zone: ZoneInfo) -> Entry:
    icon, tone = LOOKS.get(event.kind, ("pencil", "mc-suspendu"))
    title = kind_words(event.kind)
    by = gettext("by %(who)s") % {"who": event.actor_label} if event.actor_label else ""
    changed, more = _change(event), _more(event)
    window = _window(event, zone, alone=not changed)
    if changed or (more and not window):
        title = gettext("%(title)s:") % {"title": title}
    text = ", ".join(part for part in (changed, window or more) if part)
    return Entry(event.at, _clock(event.at, zone), icon, tone, title, text, by)


def _change(event: AuditEvent) -> str:
    """« modèle : snom 720 → Automatique »: values before and after; "" if unknown."""
    named = {
        "description": (_("description"), _or_none),
        "model": (_("model"), _model),
        "line": ("", _line),
    }
    parts = []
    for name, (what, told) in named.items():
        if name in event.before and name in event.after:
            values = {"before": told(event.before[name]), "after": told(event.after[name])}
            words = gettext("%(before)s → %(after)s") % values
            # For a line, the title already says so.
            parts.append(
                gettext("%(what)s: %(change)s") % {"what": what, "change": words} if what else words
            )
    return ", ".join(parts)


def _or_none(text: str) -> str:
    return text or pgettext("description or line", "none")


def _line(number: str) -> str:
    return _or_none(national(number) if number else "")


def _model(code: str) -> str:
    """The model's label as in the form; its code if it is no longer in the catalogue."""
    known = {model.code: model.label for model in catalogue.all()}
    return known.get(code, code) if code else gettext("Automatic")


def _window(event: AuditEvent, zone: ZoneInfo, *, alone: bool) -> str:
    """The window that an event opened, as text: `alone` after the title, or after a change."""
    since, until = _moment_of(event, "authorized_from"), _moment_of(event, "authorized_until")
    if event.kind not in OPENING or until is None:
        return ""
    if since is None:
        words = gettext("until %(when)s") if alone else gettext("authorized until %(when)s")
        return words % {"when": moment(until, zone)}
    start, end = _apart(since, until, zone)
    words = gettext("from %(since)s until %(until)s")
    if not alone:
        words = gettext("authorized from %(since)s until %(until)s")
    return words % {"since": start, "until": end}


def _apart(first: datetime, last: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """Two moments as different texts: with seconds if they are within one minute."""
    start, end = moment(first, zone), moment(last, zone)
    if start != end:
        return start, end
    return moment(first, zone, seconds=True), moment(last, zone, seconds=True)


def _more(event: AuditEvent) -> str:
    """Details that are not in the title."""
    if event.kind == "window.doubled":
        return gettext("first %(first)s, then %(other)s") % {
            "first": event.before.get("address", ""),
            "other": event.after.get("address", ""),
        }
    if event.kind == "phone.knock_seen":
        return str(event.before.get("address", ""))
    if event.kind == "window.expired":
        return gettext("the phone never fetched its configuration")
    if event.after.get("because") == "restored":
        return gettext("after the platform’s data was restored")
    return ""


def count_refusals(phone: Phone) -> int:
    return Fetch.objects.filter(phone=phone, outcome=FetchOutcome.REFUSED).count()
