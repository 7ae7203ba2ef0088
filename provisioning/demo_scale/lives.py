"""Sets the state of each phone: columns as the services and the journal would have left them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from random import Random
from typing import NamedTuple

from phones.enums import Refusal
from phones.models import Phone
from provisioning.renderers.snom.identify import identify

WINDOW = timedelta(hours=48)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Kind(NamedTuple):
    """A model: its code, its User-Agent token, and a firmware that it runs."""

    model: str
    token: str
    firmware: str


KINDS = (
    Kind("snom-d725", "snom725", "10.1.175.16"),
    Kind("snom-d725", "snom725", "10.1.54.13"),
    Kind("snom-710", "snom710", "8.9.3.80"),
    Kind("snom-d715", "snom715", "10.1.175.16"),
    Kind("snom-d765", "snomD765", "10.1.54.13"),
    Kind("snom-720", "snom720", "8.9.3.80"),
    Kind("snom-760", "snom760", "8.9.3.80"),
)
TOO_OLD = Kind("snom-710", "snom710", "8.4.35")
UNSUPPORTED = Kind("", "snomD385", "10.1.184.15")


class Life(Enum):
    IN_SERVICE = "in service"
    MISMATCH = "another model than the declared one"
    TWO_ADDRESSES = "served at two addresses"
    KNOCKED = "in service, and asked for from elsewhere"
    AUTHORIZED = "authorized"
    PLANNED = "planned"
    OVERDUE = "overdue"
    LATE = "refused after its window"
    RESET = "refused without its credentials"
    OLD_FIRMWARE = "refused for its firmware"
    OTHER_MODEL = "refused for its model"
    CLOSED = "window closed"
    UNASSIGNED = "on no line"


# Percentages of phones; all others are in service.
SHARES = {
    Life.MISMATCH: 1.5,
    Life.TWO_ADDRESSES: 0.5,
    Life.KNOCKED: 0.5,
    Life.AUTHORIZED: 5,
    Life.PLANNED: 2,
    Life.OVERDUE: 4,
    Life.LATE: 1,
    Life.RESET: 1.5,
    Life.OLD_FIRMWARE: 1,
    Life.OTHER_MODEL: 0.5,
    Life.CLOSED: 1,
    Life.UNASSIGNED: 3,
}


def deal(rng: Random, total: int) -> list[Life]:
    """`total` lives in the proportions of SHARES, at least one of each if there is room."""
    lives = [
        life for life, share in SHARES.items() for _ in range(max(1, round(total * share / 100)))
    ][:total]
    lives += [Life.IN_SERVICE] * (total - len(lives))
    rng.shuffle(lives)
    return lives


class Draw:
    """Random times, model and address for one phone."""

    def __init__(self, rng: Random, now: datetime, address: str) -> None:
        self.rng, self.now, self.address = rng, now, address
        self.kind = rng.choice(KINDS)

    def between(self, low: timedelta, high: timedelta) -> timedelta:
        return low + (high - low) * self.rng.random()

    def ago(self, low: timedelta, high: timedelta) -> datetime:
        return self.now - self.between(low, high)


def live(phone: Phone, life: Life, draw: Draw) -> None:
    """Set the columns of an unsaved phone for this life."""
    LIVES[life](phone, draw)
    phone.credential_generation = 2
    phone.search_text = phone.folded_parts()


def agent(token: str, firmware: str, mac: str) -> str:
    """The User-Agent of the phone."""
    return f"Mozilla/4.0 (compatible; {token}-SIP {firmware} {mac})"


def _open(phone: Phone, opened: datetime) -> None:
    phone.window_opened_at, phone.authorized_until = opened, opened + WINDOW


def _came(phone: Phone, draw: Draw, came: datetime) -> None:
    """Set the first configuration, as provisioning.services.claim would have written it."""
    token, firmware = draw.kind.token, draw.kind.firmware
    said = identify(agent(token, firmware, phone.mac), phone.model)
    phone.detected_model, phone.detected_token, phone.firmware = said.model or "", token, firmware
    phone.last_address = phone.window_address = phone.served_address = draw.address
    phone.window_agent = token
    phone.authenticated_at = phone.served_at = came
    phone.comes_back = True


def _settled(phone: Phone, draw: Draw, seen: datetime) -> None:
    """Set the first use of the phone's credentials, which ended the window; it polls every day."""
    phone.credentials_seen_at = seen
    phone.authorized_until = phone.expiry_recorded_at = seen
    phone.served_at = max(seen, draw.ago(timedelta(), DAY))


def _refused(phone: Phone, draw: Draw, reason: Refusal, since: datetime) -> None:
    phone.refused_reason, phone.refused_since = reason, since
    phone.refused_at = since + (draw.now - since) * draw.rng.random()
    phone.refused_count = draw.rng.randint(2, 90)
    phone.last_address = draw.address


def _in_service(phone: Phone, draw: Draw) -> None:
    opened = draw.ago(4 * DAY, 900 * DAY)
    came = opened + draw.between(10 * MINUTE, 40 * HOUR)
    _open(phone, opened)
    if draw.rng.random() < 0.3:
        phone.model = draw.kind.model
    _came(phone, draw, came)
    _settled(phone, draw, came + draw.between(MINUTE, 20 * MINUTE))


def _mismatch(phone: Phone, draw: Draw) -> None:
    phone.model = next(kind.model for kind in KINDS if kind.token != draw.kind.token)
    opened = draw.ago(4 * DAY, 200 * DAY)
    _open(phone, opened)
    _came(phone, draw, opened + HOUR)
    _settled(phone, draw, opened + HOUR + 5 * MINUTE)


def _two_addresses(phone: Phone, draw: Draw) -> None:
    opened = draw.ago(10 * HOUR, 40 * HOUR)
    _open(phone, opened)
    _came(phone, draw, opened + 2 * HOUR)
    phone.doubled_at = opened + 3 * HOUR
    phone.doubled_with = f"192.0.2.{draw.rng.randint(1, 254)}"
    phone.last_address = phone.served_address = phone.doubled_with
    phone.served_at = phone.doubled_at


def _knocked(phone: Phone, draw: Draw) -> None:
    _in_service(phone, draw)
    phone.knocked_since = draw.ago(HOUR, 2 * DAY)
    phone.knocked_at = phone.knocked_since + (draw.now - phone.knocked_since) * draw.rng.random()
    phone.knocked_reason, phone.knocked_count = Refusal.BAD_CREDENTIALS, draw.rng.randint(2, 40)
    phone.knocked_address = (
        f"2001:db8:{draw.rng.randint(1, 0xFFFF):x}::1"  # documentation prefix: used by nobody
    )


def _authorized(phone: Phone, draw: Draw) -> None:
    _open(phone, draw.ago(timedelta(), 47 * HOUR))


def _planned(phone: Phone, draw: Draw) -> None:
    phone.window_opened_at = draw.ago(HOUR, 3 * DAY)
    phone.authorized_from = draw.now + draw.between(DAY, 12 * DAY)
    phone.authorized_until = phone.authorized_from + WINDOW


def _overdue(phone: Phone, draw: Draw) -> None:
    _open(phone, draw.ago(49 * HOUR, 25 * DAY))
    phone.expiry_recorded_at = phone.authorized_until


def _late(phone: Phone, draw: Draw) -> None:
    opened = draw.ago(60 * HOUR, 15 * DAY)
    _open(phone, opened)
    phone.expiry_recorded_at = phone.authorized_until
    _refused(phone, draw, Refusal.OVERDUE, opened + WINDOW + HOUR)


def _reset(phone: Phone, draw: Draw) -> None:
    _in_service(phone, draw)
    since = draw.ago(HOUR, 3 * DAY)
    phone.served_at = min(phone.served_at or since, since - HOUR)
    _refused(phone, draw, Refusal.CREDENTIALS_EXPECTED, since)


def _old_firmware(phone: Phone, draw: Draw) -> None:
    opened = draw.ago(10 * HOUR, 40 * HOUR)
    _open(phone, opened)
    _refused(phone, draw, Refusal.FIRMWARE_TOO_OLD, opened + HOUR)


def _other_model(phone: Phone, draw: Draw) -> None:
    opened = draw.ago(10 * HOUR, 40 * HOUR)
    _open(phone, opened)
    _refused(phone, draw, Refusal.UNSUPPORTED_MODEL, opened + HOUR)


def _nothing(phone: Phone, draw: Draw) -> None:
    """Registered, without a window."""


LIVES: dict[Life, Callable[[Phone, Draw], None]] = {
    Life.IN_SERVICE: _in_service,
    Life.MISMATCH: _mismatch,
    Life.TWO_ADDRESSES: _two_addresses,
    Life.KNOCKED: _knocked,
    Life.AUTHORIZED: _authorized,
    Life.PLANNED: _planned,
    Life.OVERDUE: _overdue,
    Life.LATE: _late,
    Life.RESET: _reset,
    Life.OLD_FIRMWARE: _old_firmware,
    Life.OTHER_MODEL: _other_model,
    Life.CLOSED: _nothing,
    Life.UNASSIGNED: _nothing,
}
