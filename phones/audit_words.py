"""Display names of the kinds of audit events about phones."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "installation.adopted": _("Restored database adopted"),
    "phone.assigned": _("Assigned to a line"),
    "phone.credentials_revoked": _("Credentials revoked"),
    "phone.deleted": _("Phone deleted"),
    "phone.dismissed": _("Dismissed from “To do”"),
    "phone.duplicate_budget_spent": _("Too many duplicate MAC addresses tried"),
    "phone.duplicate_elsewhere": _("Duplicate MAC address tried"),
    "phone.knock_seen": _("Requests from elsewhere marked as seen"),
    "phone.registered": _("Phone registered"),
    "phone.released": _("MAC address released"),
    "phone.unassigned": _("Taken off its line"),
    "phone.updated": _("Phone changed"),
    "secrets.renewed": _("Secrets renewed"),
    "sip.exported": _("SIP accounts exported"),
    "window.closed": _("Window closed"),
    "window.double_seen": _("Two addresses marked as seen"),
    "window.doubled": _("Served at two addresses"),
    "window.ended": _("End of the window"),
    "window.expired": _("Overdue"),
    "window.opened": _("Window opened"),
}
