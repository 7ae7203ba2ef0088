"""Labels of snom's settings and keys; unknown ones keep their technical name."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.numbers import national
from keys.functions import EVENTS, FUNCTIONS
from metacentrex.language import platform_language
from phones.catalogue import PhoneModel, sidecar
from provisioning.masking import shown
from provisioning.reading.parse import KEYS, Value
from provisioning.renderers.snom.keys import CODES


@dataclass(frozen=True)
class Setting:
    """The label of a setting, and the settings whose values it repeats, so that it changes with
    them.
    """

    label: str | Promise
    repeats: tuple[str, ...] = ()
    says_more: bool = False  # than the settings it repeats
    is_switch: bool = False


ADMIN_CODE = _("administrator code")
WEB_LOGIN = _("login for the phone’s web page")
WEB_PASSWORD = _("password for the phone’s web page")

SETTINGS = {
    "user_active": Setting(_("account in use"), is_switch=True),
    "user_realname": Setting(_("display name")),
    "user_name": Setting(_("number")),
    "user_pname": Setting(_("SIP login")),
    "user_pass": Setting(_("SIP password")),
    "user_host": Setting(_("SIP domain")),
    "user_outbound": Setting(_("server and transport"), ("user_host",), says_more=True),
    "user_idle_text": Setting(_("name on the screen"), ("user_realname", "user_idle_number")),
    "user_idle_number": Setting(_("number on the screen"), ("user_name",)),
    "user_mailbox": Setting(_("voicemail number")),
    "user_srtp": Setting(_("encrypted audio"), is_switch=True),
    "user_dtmf_info": Setting(_("digits sent separately from the audio"), is_switch=True),
    "codec_priority_list": Setting(_("audio codecs")),
    "auto_reboot_on_setting_change": Setting(_("restarts when a setting needs it"), is_switch=True),
    "setting_server": Setting(_("setting URL")),
    "provisioning_order": Setting(_("where it looks for its configuration")),
    "update_policy": Setting(_("what it updates automatically")),
    "http_client_user": Setting(_("login for fetching its configuration")),
    "http_client_pass": Setting(_("password for fetching its configuration")),
    "challenge_checksync": Setting(_("a remote reload needs the password"), is_switch=True),
    "challenge_reboot": Setting(_("a remote restart needs the password"), is_switch=True),
    "checksync_action": Setting(_("what a remote reload does")),
    "language": Setting(_("screen language")),
    "web_language": Setting(_("language of the phone’s web page"), ("language",)),
    "tone_scheme": Setting(_("tones")),
    "timezone": Setting(_("time zone")),
    "date_us_format": Setting(_("US date format"), is_switch=True),
    "time_24_format": Setting(_("24-hour clock"), is_switch=True),
    "dialnumber_us_format": Setting(_("US number format"), is_switch=True),
    "keyboard_lock_emergency": Setting(_("numbers that can be dialled with the keypad locked")),
    "use_hidden_tags": Setting(_("web page protected against forged requests"), is_switch=True),
    "webserver_type": Setting(_("protocol of the phone’s web page")),
    "http_user": Setting(WEB_LOGIN),
    "http_pass": Setting(WEB_PASSWORD),
    "admin_mode_password": Setting(ADMIN_CODE),
    "admin_mode_password_confirm": Setting(ADMIN_CODE, ("admin_mode_password",)),
    "webserver_user_name": Setting(WEB_LOGIN, ("http_user",)),
    "webserver_user_password": Setting(WEB_PASSWORD, ("http_pass",)),
    "webserver_admin_name": Setting(_("administrator login for the phone’s web page")),
    "webserver_admin_password": Setting(_("administrator password for the phone’s web page")),
    "pnp_config": Setting(_("asks the local network for its configuration"), is_switch=True),
    "settings_refresh_timer": Setting(_("delay before its next fetch, in seconds")),
    "prov_polling_enabled": Setting(_("fetches automatically at night"), is_switch=True),
    "prov_polling_mode": Setting(_("how it chooses the time of its nightly fetch")),
    "prov_polling_period": Setting(_("interval between fetches, in seconds")),
    "prov_polling_time": Setting(_("nightly fetch from")),
    "prov_polling_time_rand_end": Setting(_("nightly fetch until")),
    "filter_registrar": Setting(_("accepts requests only from its registrar"), is_switch=True),
    "challenge_response": Setting(
        _("asks the user for the password again if it is refused"), is_switch=True
    ),
    "utc_offset": Setting(_("UTC offset, in seconds")),
    "dst": Setting(_("summer time")),
    "ntp_server": Setting(_("time server")),
    "ntp_refresh_timer": Setting(_("interval between time updates, in seconds")),
    "admin_mode": Setting(_("administrator mode enabled"), is_switch=True),
    "status_msgs_that_are_blocked": Setting(_("status messages not shown")),
    "retry_after_failed_register": Setting(
        _("delay before retrying a failed registration, in seconds")
    ),
    "user_phone": Setting(_("addresses marked as telephone numbers"), is_switch=True),
    "call_completion": Setting(_("call completion"), is_switch=True),
    "answer_after_policy": Setting(_("answers intercom calls automatically")),
    "block_url_dialing": Setting(_("the keypad dials digits only"), is_switch=True),
    "call_waiting": Setting(_("call waiting"), is_switch=True),
    "transfer_on_hangup": Setting(_("hanging up completes the transfer"), is_switch=True),
    "quick_transfer": Setting(_("transfer with a key")),
    "display_method": Setting(_("how callers are shown")),
    "codec_tos": Setting(_("audio priority on the network")),
    "signaling_tos": Setting(_("signalling priority on the network")),
    "mwi_dialtone": Setting(_("dial tone when a message is waiting")),
    "dkey_directory": Setting(_("directory key")),
    "user_server_type": Setting(_("kind of SIP platform")),
    "user_sipusername_as_line": Setting(
        _("calls are matched by the line's number alone"), is_switch=True
    ),
    "user_expiry": Setting(_("delay before registering again, in seconds")),
    "user_subscription_expiry": Setting(
        _("delay before renewing lamp (BLF) subscriptions, in seconds")
    ),
    "retry_after_failed_subscribe": Setting(
        _("delay before retrying a refused subscription, in seconds")
    ),
    "keepalive_interval": Setting(_("keep-alive through the router, in seconds")),
    "user_symmetrical_rtp": Setting(_("symmetric RTP"), is_switch=True),
    "user_savp": Setting(_("encrypted audio required"), is_switch=True),
    "user_auth_tag": Setting(_("32-bit SRTP authentication tag"), is_switch=True),
    "mwi_notification": Setting(_("sound for a new message")),
    "dkey_retrieve": Setting(_("message key"), ("user_mailbox",)),
}

# The phone names each language in that language.
LANGUAGES = {"Français": _("French"), "Francais": _("French"), "English": _("English")}


def label_of(value: Value, model: PhoneModel | None) -> str:
    """« touche 3 », « numéro », « SIP domain (account 2) »."""
    if value.section == KEYS and value.name == "fkey":
        return key_label(value.index, model)
    known = SETTINGS.get(value.name)
    label = str(known.label) if known else value.name or value.section
    if known is None and value.index:
        return f"{label} {value.index}"
    if value.index not in ("", "1"):
        return gettext("%(setting)s (account %(number)s)") % {
            "setting": label,
            "number": value.index,
        }
    return label


def key_label(index: str, model: PhoneModel | None) -> str:
    """« touche 3 »; beyond the phone's own keys « sidecar 1, touche 18 »."""
    at = int(index) if index.isascii() and index.isdigit() else 0
    if model is None or at < model.key_count or model.sidecar is None:
        return gettext("key %(number)s") % {"number": at + 1}
    module, key = divmod(at - model.key_count, sidecar(model.sidecar.family).keys)
    return gettext("sidecar %(module)s, key %(number)s") % {"module": module + 1, "number": key + 1}


def words_of(value: Value) -> str:
    """The value as text if there is a label for it; secrets as dots."""
    if value.section == KEYS and value.name == "fkey":
        label = value.attribute("label")
        words = key_words(value.text)
        if not label:
            return shown(words)
        if counted := _counted_line(label):
            return counted
        return shown(gettext("%(key)s “%(label)s”") % {"key": words, "label": label})
    return shown(_text_words(value.name, value.text))


def _counted_line(label: str) -> str:
    """« Ligne 2 » in the user's language if the label is a default one; else ""."""
    number = {"number": label.rpartition(" ")[2]}
    with platform_language():
        is_counted = number["number"].isdecimal() and label == gettext("Line %(number)s") % number
    return gettext("Line %(number)s") % number if is_counted else ""


def _text_words(name: str, text: str) -> str:
    if not text:
        return gettext("empty")
    if name in ("language", "web_language") and text in LANGUAGES:
        return str(LANGUAGES[text])
    known = SETTINGS.get(name)
    if known is not None and known.is_switch and text in ("on", "off"):
        return gettext("yes") if text == "on" else gettext("no")
    if name == "user_name":
        return national(text)
    return key_words(text) if name in ("dkey_retrieve", "dkey_directory") else text


def key_words(text: str) -> str:
    """« Numéro abrégé 0612345678 »: a key's function, and the number or event it uses."""
    kind, _space, argument = text.partition(" ")
    if kind not in CODES:
        return text
    whom = argument.partition("|")[0]  # after it: the pick-up code
    about = EVENTS.get(whom) or (national(whom) if whom.startswith("+") else whom)
    return f"{FUNCTIONS[CODES[kind]].label} {about}".strip()
