"""Display names of the kinds of audit events, which are stored as codes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.search import fold

_WORDS: dict[str, Promise] = {
    "barring.created": _("International restriction created"),
    "barring.updated": _("International restriction changed"),
    "client.created": _("Client created"),
    "client.updated": _("Client changed"),
    "export": _("List exported"),
    "job.asked": _("Job started"),
    "job.confirmed": _("Job confirmed"),
    "job.ended": _("Job ended"),
    "job.stopped": _("Job stopped"),
    "licence.created": _("Licence created"),
    "licence.updated": _("Licence changed"),
    "login.access_given": _("Portal access given"),
    "login.created": _("Login created"),
    "login.password_changed": _("Password changed"),
    "login.password_reset": _("Password reset"),
    "login.updated": _("Login changed"),
    "platform.created": _("Platform settings created"),
    "platform.updated": _("Platform settings changed"),
    "portal.opened": _("Portal opened for someone else"),
    "reseller.created": _("Reseller created"),
    "reseller.updated": _("Reseller changed"),
    "session.closed": _("Logged out"),
    "session.opened": _("Logged in"),
    "session.refused": _("Failed login"),
    "site.created": _("Site created"),
    "site.updated": _("Site changed"),
    "subscriber.barred": _("International restriction set"),
    "subscriber.created": _("Line created"),
    "subscriber.ended": _("Line ended"),
    "subscriber.locked": _("Account locked"),
    "subscriber.presented": _("Number to present set"),
    "subscriber.unlocked": _("Account unlocked"),
    "subscriber.updated": _("Line changed"),
}


def name_kinds(words: Mapping[str, Promise]) -> None:
    """Register the names of kinds of events; each app registers its own."""
    _WORDS.update(words)


def kind_words(kind: str) -> str:
    """The name of a kind, or its code if no app names it (any more)."""
    return str(_WORDS.get(kind, kind))


def kinds_named(text: str) -> list[str]:
    """The kinds whose name contains this text, ignoring case and accents."""
    wanted = fold(text).strip()
    return [kind for kind, words in _WORDS.items() if wanted and wanted in fold(str(words))]
