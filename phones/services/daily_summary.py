"""The daily summary by e-mail, once each morning for each login that wants it, if there is
something to do.

`User.summary_sent_on` is set by compare-and-set before a mail is sent, and set back if sending
fails. Two workers send one mail, and none is lost if the mail server is up again the same day.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from itertools import groupby
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from clients.models import User
from clients.scoping import scope_for
from metacentrex.links import page_url
from metacentrex.mail import PERMANENT, automatic_mail, smtp_code
from phones.models import Phone
from phones.queries import with_all_shown
from phones.remedies import TodoEntry, entry_of
from phones.todo import Cause, causes_seen_by, count_by_cause, entries_among

logger = logging.getLogger(__name__)

PLACE = ZoneInfo("Europe/Paris")
FROM_HOUR = 7
MOST = 50  # entries in a mail; the page lists them all


class ServerDown(Exception):
    """The mail server is down: the remaining mails wait for the next run."""


def send_due_summaries(now: datetime | None = None) -> int:
    """Send the mails due at this hour; returns how many were sent."""
    now = now or timezone.now()
    local = timezone.localtime(now, PLACE)
    if not settings.EMAIL_HOST or local.hour < FROM_HOUR:
        return 0
    due = list(_due(local.date()).order_by("pk"))
    sent = 0
    try:
        with _connection(bool(due)) as connection:
            for user in due:
                sent += _serve(user, local.date(), connection, now)
    except ServerDown as error:
        logger.warning("summary_mail_server_down error=%s", error)
    return sent


def _due(today: date) -> QuerySet[User]:
    wanting = User.objects.filter(is_active=True, wants_summary=True).exclude(email="")
    return wanting.filter(Q(summary_sent_on=None) | Q(summary_sent_on__lt=today)).select_related(
        "reseller"
    )


@contextmanager
def _connection(is_needed: bool) -> Iterator[BaseEmailBackend]:
    """One connection for all mails, opened only if one is due. Raises ServerDown."""
    connection = get_connection()
    try:
        if is_needed:
            connection.open()
        yield connection
    except (SMTPException, OSError) as error:
        raise ServerDown(type(error).__name__) from error
    finally:
        with suppress(SMTPException, OSError):
            connection.close()


def _serve(user: User, today: date, connection: BaseEmailBackend, now: datetime) -> bool:
    """Send this login's mail of the day, unless nothing is to do or another worker sends it."""
    try:
        summary = summary_for(user, now)
    except PermissionDenied:
        return False  # a login whose rights ended
    except (LookupError, ValueError):
        logger.exception("summary_not_written login=%s", user.pk)
        return False  # one login's bad data must not stop the others' mails
    same = User.objects.filter(pk=user.pk, summary_sent_on=user.summary_sent_on, email=user.email)
    if not same.filter(is_active=True, wants_summary=True).update(summary_sent_on=today):
        return False
    left = False
    if summary is not None:  # else nothing to do this morning: later entries wait for tomorrow
        with _set_back_on_failure(user, today):
            connection.send_messages([summary])
            logger.info("summary_sent login=%s", user.pk)
            left = True
    return left


@contextmanager
def _set_back_on_failure(user: User, today: date) -> Iterator[None]:
    """Make a failed mail due again, unless the server refused it permanently: then not today."""
    try:
        yield
    except ValueError:  # an address that no mail can be written to: a domain without ASCII form
        logger.warning("summary_refused login=%s code=address", user.pk)
    except (SMTPRecipientsRefused, SMTPDataError) as error:
        code = smtp_code(error)
        # no text: it may name the address
        logger.warning("summary_refused login=%s code=%s", user.pk, code)
        if code < PERMANENT:
            _set_back(user, today)
    except Exception:
        _set_back(user, today)
        raise


def _set_back(user: User, today: date) -> None:
    User.objects.filter(pk=user.pk, summary_sent_on=today).update(
        summary_sent_on=user.summary_sent_on
    )


def summary_for(user: User, now: datetime) -> EmailMultiAlternatives | None:
    """The mail in the login's language, or None if nothing is to do. Raises PermissionDenied."""
    scope = scope_for(user)
    causes, phones = causes_seen_by(scope), Phone.objects.within(scope)
    total = count_by_cause(phones, causes, now).total
    if not total:
        return None
    with translation.override(user.language):
        wanted = list(entries_among(phones, causes, now)[:MOST])
        loaded = with_all_shown(phones.filter(pk__in={pk for pk, *_ in wanted})).in_bulk()
        entries = [
            entry_of(loaded[pk], Cause(cause), now) for pk, cause, _since in wanted if pk in loaded
        ]
        return _mail(user, entries, total)


def _mail(user: User, entries: list[TodoEntry], total: int) -> EmailMultiAlternatives:
    context = {
        "user": user,
        "total": total,
        "clients": _by_client(entries),
        "more": total - len(entries),
        "todo_url": page_url(reverse("extranet:todo-list")),
        "account_url": page_url(reverse("extranet:my-account")),
    }
    subject = ngettext(
        "MetaCentrex: %(count)s thing to do", "MetaCentrex: %(count)s things to do", total
    )
    text = render_to_string("mail/summary.txt", context)
    mail = automatic_mail(subject % {"count": total}, text, user.email)
    mail.attach_alternative(render_to_string("mail/summary.html", context), "text/html")
    return mail


def _by_client(entries: list[TodoEntry]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Entries grouped by client in alphabetical order, the newest first in each group."""
    ordered = sorted(
        entries, key=lambda entry: (entry.phone.client.search_text, entry.phone.client_id)
    )
    groups = groupby(ordered, key=lambda entry: str(entry.phone.client))
    return [(client, [_line(entry) for entry in group]) for client, group in groups]


def _line(entry: TodoEntry) -> dict[str, Any]:
    phone = entry.phone
    return {
        "mac": str(phone),
        "line": str(phone.subscriber or ""),
        "cause": entry.state.label,
        "detail": entry.state.detail,
        "url": page_url(reverse("extranet:phone-detail", args=[phone.mac])),
    }
