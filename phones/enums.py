from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Refusal(models.TextChoices):
    """Why a request was refused, with a label; the phone is never told."""

    UNKNOWN_MAC = "unknown-mac", _("MAC address not registered")
    UNASSIGNED = "unassigned", _("the phone is not assigned to a line")
    CLIENT_INACTIVE = "client-inactive", _("the client is suspended or terminated")
    LINE_SUSPENDED = "line-suspended", _("the line is suspended")
    NO_WINDOW = "no-window", _("no window is open")
    NOT_YET = "not-yet", _("the window has not begun")
    OVERDUE = "overdue", _("the window had ended")
    CREDENTIALS_EXPECTED = (
        "credentials-expected",
        _("the phone asked without the credentials it was given (was it reset?)"),
    )
    BAD_CREDENTIALS = "bad-credentials", _("wrong phone credentials")
    CREDENTIALS_IN_CLEAR = "credentials-in-clear", _("credentials sent without encryption")
    BAD_AUTHORIZATION = "bad-authorization", _("unreadable Authorization header")
    MAC_MISMATCH = "mac-mismatch", _("the phone reports a different MAC address")
    UNKNOWN_MODEL = "unknown-model", _("unknown model")
    UNSUPPORTED_MODEL = "unsupported-model", _("model not supported")
    FIRMWARE_TOO_OLD = "firmware-too-old", _("firmware too old")
    STALE_NONCE = "stale-nonce", _("phone credentials answering an old challenge")
    REPLAYED = (
        "replayed",
        _("phone credentials sent a second time: someone may have intercepted them"),
    )
    ALREADY_FETCHED = "already-fetched", _("its configuration was already delivered in this window")
    REVOKED_MEANWHILE = "revoked-meanwhile", _("access was withdrawn during the request")


def knock_words(reason: str) -> str:
    """Why a request from another address with a phone's MAC was refused, as text."""
    if reason == Refusal.CREDENTIALS_EXPECTED:
        return gettext("without the phone's credentials")
    return str(Refusal(reason).label)


# Refusals that a new window fixes, since it comes with new credentials; the others have another
# cause.
MENDED_BY_WINDOW = frozenset(
    {Refusal.OVERDUE, Refusal.NO_WINDOW, Refusal.CREDENTIALS_EXPECTED, Refusal.ALREADY_FETCHED}
)
# Refusals of wrong credentials. A phone in service has valid ones, so a stranger may have been
# refused, and a new window would let them in.
WRONG_PROOFS = frozenset({Refusal.BAD_CREDENTIALS, Refusal.BAD_AUTHORIZATION})
# Anybody who knows the MAC address of a phone in service can cause these refusals.
MAYBE_A_STRANGER = WRONG_PROOFS | {
    Refusal.CREDENTIALS_EXPECTED,
    Refusal.ALREADY_FETCHED,
    Refusal.REPLAYED,
}


def is_mended_by_window(reason: str, *, in_service: bool) -> bool:
    """Whether to offer « Ré-autoriser »: to a phone in service, only if it lost its secrets."""
    if in_service:
        return reason in MENDED_BY_WINDOW
    return reason in MENDED_BY_WINDOW | WRONG_PROOFS | {Refusal.REPLAYED}


def is_mended_by_renewal(reason: str, *, in_service: bool) -> bool:
    """Whether to offer « Renouveler les secrets », which revokes intercepted secrets without
    opening a window.
    """
    return in_service and reason == Refusal.REPLAYED
