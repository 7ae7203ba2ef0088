"""Tells users by e-mail that their password was changed, in case it was somebody else.

`User.password_notice_due` is cleared by compare-and-set before the mail is sent, and set back if
sending fails. Two workers send one mail. Without an address, only the next login tells.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from clients.models import User
from metacentrex.mail import PERMANENT, automatic_mail, smtp_code
from metacentrex.moments import moment

logger = logging.getLogger(__name__)

GIVEN_UP_AFTER = timedelta(days=1)


def send_due_notices(now: datetime | None = None) -> int:
    """Send the notices that are due; returns how many were sent."""
    if not settings.EMAIL_HOST:
        return 0
    since = (now or timezone.now()) - GIVEN_UP_AFTER
    due = User.objects.filter(password_notice_due=True, password_changed_at__gt=since)
    sent = 0
    for user in due.exclude(email="").order_by("pk"):
        same = User.objects.filter(pk=user.pk, password_changed_at=user.password_changed_at)
        if not same.filter(password_notice_due=True).update(password_notice_due=False):
            continue  # another worker sends it
        try:
            _send(user)
        except (SMTPRecipientsRefused, SMTPDataError) as error:
            logger.warning("password_notice_refused login=%s code=%s", user.pk, smtp_code(error))
            same.update(password_notice_due=smtp_code(error) < PERMANENT)
        except ValueError:  # an address that no mail can be written to
            logger.warning("password_notice_refused login=%s code=address", user.pk)
        except (SMTPException, OSError) as error:
            logger.warning("password_notice_server_down error=%s", type(error).__name__)
            same.update(password_notice_due=True)
            break  # the others wait for the next run
        except BaseException:  # the task's time limit, for one
            same.update(password_notice_due=True)
            raise
        else:
            sent += 1
    return sent


def _send(user: User) -> None:
    with translation.override(user.language):
        context = {"user": user, "when": moment(user.password_changed_at or timezone.now())}
        text = render_to_string("mail/password_changed.txt", context)
        subject = gettext("MetaCentrex: your password was changed")
    automatic_mail(subject, text, user.email).send()
