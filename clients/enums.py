from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OPERATOR = "operator", _("Operator")
    RESELLER = "reseller", _("Reseller staff")
    SUBSCRIBER = "subscriber", _("User of a line")


class Theme(models.TextChoices):
    AUTO = "auto", _("Automatic")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class WindowPolicy(models.TextChoices):
    """How long the MAC alone gives access inside a window (docs/adr/007)."""

    WINDOW = "window", _("Any number of times, until the window ends")
    FIRST_CONTACT = "first-contact", _("Once: the first phone served closes it")


class Language(models.TextChoices):
    """The languages of the interface; each label is in its own language."""

    FRENCH = "fr", "Français"
    ENGLISH = "en", "English"


class ClientStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    TERMINATED = "terminated", _("Terminated")


class SubscriberStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")


class Transport(models.TextChoices):
    UDP = "udp", "UDP"
    TCP = "tcp", "TCP"
    TLS = "tls", "TLS"


class Srtp(models.TextChoices):
    """Whether the audio between phone and platform is encrypted."""

    OFF = "off", _("Never")
    OPTIONAL = "optional", _("Offered")
    MANDATORY = "mandatory", _("Always")


class SipServerType(models.TextChoices):
    """The kind of SIP platform, by the names that snom phones use (SIPfoundry's descriptions of the
    settings, GS3).
    """

    DEFAULT = "default", _("Other")
    ASTERISK = "asterisk", "Asterisk"
    BROADSOFT = "broadsoft", "BroadSoft"
    METASWITCH = "metaswitch", "Metaswitch"
    PBXNSIP = "pbxnsip", "pbxnsip"
    SYLANTRO = "sylantro", "Sylantro"
    TELEPO = "telepo", "Telepo"
    NORTEL = "nortel", "Nortel"
    TELES = "teles", "TELES"
    CCM = "ccm", "CCM"


class RegistrationExpiry(models.IntegerChoices):
    """Seconds between registrations: the values offered on a snom phone's web page (GS3)."""

    MINUTE = 60, _("1 minute")
    TEN_MINUTES = 600, _("10 minutes")
    HOUR = 3600, _("1 hour")
    TWO_HOURS = 7200, _("2 hours")
    EIGHT_HOURS = 28_800, _("8 hours")
    DAY = 86_400, _("1 day")


class JobState(models.TextChoices):
    WAITING = "waiting", _("Queued")
    RUNNING = "running", _("In progress")
    READY = "ready", _("To be confirmed")  # checked; a person decides what happens next
    DONE = "done", _("Finished")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


class RowState(models.TextChoices):
    """States of a job's row; their codes sort like the report, refused rows first."""

    BAD = "bad", _("Refused")
    OK = "ok", _("Done")
    SKIPPED = "skipped", _("Nothing to do")
    WAITING = "waiting", _("Not done yet")
