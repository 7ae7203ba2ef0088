"""Sentences that say what to do about a refusal; pages add the buttons."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from phones.enums import Refusal

NEW_WINDOW = _("Re-authorize it: it gets new credentials with its next configuration.")
RENEWAL = _(
    "Renew its secrets: it fetches the new ones using its current ones, and no window opens."
)
LOOK_FIRST = _(
    "Check first which address these requests come from: someone else may be using its MAC "
    "address. Re-authorize it only if it is the phone itself."
)

REMEDIES: dict[str, str | Promise] = {
    Refusal.UNKNOWN_MAC: _("Register this MAC address on a line of its client."),
    Refusal.UNASSIGNED: _("Put it on a line: that opens a window."),
    Refusal.CLIENT_INACTIVE: _("Make the client active again."),
    Refusal.LINE_SUSPENDED: _("Make the line active again, or put the phone on another line."),
    Refusal.NO_WINDOW: NEW_WINDOW,
    Refusal.OVERDUE: NEW_WINDOW,
    Refusal.CREDENTIALS_EXPECTED: _(
        "If the phone was reset, re-authorize it. If not, someone else is using its "
        "MAC address: leave the phone as it is."
    ),
    Refusal.BAD_CREDENTIALS: NEW_WINDOW,
    Refusal.BAD_AUTHORIZATION: NEW_WINDOW,
    Refusal.REPLAYED: NEW_WINDOW,
    Refusal.ALREADY_FETCHED: _(
        "Check which address was served first; if necessary, re-authorize the phone."
    ),
    Refusal.NOT_YET: _("Wait for the window to begin, or open one that begins now."),
    Refusal.CREDENTIALS_IN_CLEAR: _(
        "The phone must use HTTPS: check the “Setting URL” it was given."
    ),
    Refusal.MAC_MISMATCH: _("Give each phone its own “Setting URL”, containing {mac}."),
    Refusal.UNKNOWN_MODEL: _(
        "Declare its model, or wait for the phone’s own request: it names the model."
    ),
    Refusal.UNSUPPORTED_MODEL: _(
        "Use a model from the list, or have this one added to the catalogue."
    ),
    Refusal.FIRMWARE_TOO_OLD: _("Update its firmware."),
    Refusal.STALE_NONCE: _("Nothing to do: the phone asks again by itself with fresh credentials."),
    Refusal.REVOKED_MEANWHILE: _("Try the request again: something changed during it."),
}
# For a phone that has its configuration: a window would let in any stranger who was refused.
IN_SERVICE: dict[str, str | Promise] = {
    Refusal.BAD_CREDENTIALS: LOOK_FIRST,
    Refusal.BAD_AUTHORIZATION: LOOK_FIRST,
    Refusal.REPLAYED: RENEWAL,
}


def remedy_of(reason: Refusal | None, *, in_service: bool) -> str:
    """The sentence for a refusal; "" if nothing was refused."""
    if reason is None:
        return ""
    return str(IN_SERVICE.get(reason, REMEDIES[reason]) if in_service else REMEDIES[reason])
