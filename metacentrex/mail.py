"""What all our mails have in common."""

from email.utils import make_msgid, parseaddr
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

PERMANENT = 500  # from this SMTP code on, an error is permanent: no retry


def automatic_mail(subject: str, text: str, to: str) -> EmailMultiAlternatives:
    """A mail to one address, with headers that keep auto-responders from replying, and the host
    name out of the Message-ID.
    """
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2]
    headers = {
        "Auto-Submitted": "auto-generated",
        "Message-ID": make_msgid(domain=domain or None),
    }
    return EmailMultiAlternatives(subject, text, to=[to], headers=headers)


def smtp_code(error: SMTPRecipientsRefused | SMTPDataError) -> int:
    """The code with which the server refused the mail."""
    if isinstance(error, SMTPRecipientsRefused):
        return max(code for code, _text in error.recipients.values())
    return int(error.smtp_code)
