"""When a phone next polls for its configuration, as set by the last document it got.

Firmware 8 counts seconds from its last start or fetch. Firmware 10 chooses a time between two
hours of the night, from the next day on (snom wiki, Provisioning Polling). The settings sent are
in phones/catalogue/data/vendors.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext

from clients.models import PlatformSettings
from metacentrex.moments import day_moment
from phones import catalogue
from phones.models import Phone
from phones.states import Code, code_of

DAY = 86_400
# seconds: phones that start together after a power cut must not poll together
SPREAD = 4 * 3600


@dataclass(frozen=True)
class Return:
    """By when the phone is due to poll; `is_late`: that time has passed."""

    by: datetime
    is_late: bool


def refresh_seconds(mac: str) -> int:
    """How long a phone on firmware 8 waits: 20 to 24 hours, constant for a MAC address."""
    drawn = int.from_bytes(hashlib.sha256(mac.encode()).digest()[:4])
    return DAY - drawn % SPREAD


def next_return(phone: Phone, now: datetime, settings: PlatformSettings) -> Return | None:
    """When the phone polls next at the latest; None if its document does not tell it to poll, or if
    the time is unknown.

    Needs the phone's site loaded (`Phone.zone`).
    """
    if not phone.comes_back or phone.served_at is None or not phone.effective_model:
        return None
    model = catalogue.get(phone.effective_model)
    firmware = catalogue.parse_version(phone.firmware) if phone.firmware else None
    if catalogue.vendor(model.vendor).tells("prov_polling_time", firmware):
        by = _end_of_next_night(phone, settings)
    else:
        by = phone.served_at + timedelta(seconds=refresh_seconds(phone.mac))
    return Return(by, is_late=by < now)


def return_words(phone: Phone, now: datetime, settings: PlatformSettings) -> str:
    """A sentence that says when a change reaches this phone at the latest; "" if the phone is not
    working now.

    Needs `client` and `subscriber__site` loaded.
    """
    if not _works(phone, now):
        return ""
    due = next_return(phone, now, settings)
    if due is None:
        return gettext(
            "The phone gets changes when it is restarted, and fetches them by itself from then on."
        )
    words = (
        gettext("The phone should have fetched by %(when)s and did not: is it switched off?")
        if due.is_late
        else gettext("The phone gets changes by %(when)s at the latest, or at once if restarted.")
    )
    return words % {"when": day_moment(due.by, phone.zone)}


def last_to_return(
    phones: Iterable[Phone], now: datetime, settings: PlatformSettings
) -> Phone | None:
    """The working phone that gets a change last; a phone with no polling time comes after all
    others.
    """

    def latest(phone: Phone) -> tuple[bool, datetime]:
        due = next_return(phone, now, settings)
        return due is None, due.by if due else now

    return max((phone for phone in phones if _works(phone, now)), key=latest, default=None)


def _works(phone: Phone, now: datetime) -> bool:
    return code_of(phone, now) in (Code.PROVISIONED, Code.PENDING)


def _end_of_next_night(phone: Phone, settings: PlatformSettings) -> datetime:
    assert phone.served_at is not None  # noqa: S101 - the caller checked
    tomorrow = timezone.localtime(phone.served_at, phone.zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, settings.polling_until, tzinfo=phone.zone)
