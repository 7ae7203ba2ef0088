"""Settings of the phone as a whole: provisioning, language and tones, web pages, message lamp.

Sources are pages of the snom wiki (Auto Provisioning, update_policy, challenge_checksync, checksync_action)
and the templates of wazo-provd-plugins and Tancredi.
"""

from collections.abc import Iterator

from lxml import etree

from provisioning.document import Locale, PhoneDocument, Provisioning, WebCredentials
from provisioning.renderers.base import UnsupportedFeature
from provisioning.renderers.snom.elements import EDITABLE, READ_ONLY, setting

# The value is the name of a language on the phone: with its cedilla from firmware 8.7 on.
LANGUAGES = {"fr": "Français"}
TONES = {"FR": "FRA"}
# A lock of the keypad must let these through; the phone's own list is American.
EMERGENCY = {"FR": "15 17 18 112 114 115 119"}
# Tancredi's map: snom has no zone for the overseas départements, a zone of the same offset stands in.
TIME_ZONES = {
    "Europe/Paris": "FRA+1",
    "Europe/Monaco": "FRA+1",
    "America/Guadeloupe": "BMU-4",
    "America/Martinique": "BMU-4",
    "America/St_Barthelemy": "BMU-4",
    "America/Marigot": "BMU-4",
    "America/Cayenne": "BRA1-3",
    "America/Miquelon": "BRA1-3",
    "Indian/Reunion": "KAZ+4",
    "Indian/Mayotte": "IRQ+3",
    "Pacific/Noumea": "NCL+11",
    "Pacific/Tahiti": "USA-10",
}
WEB_ACCOUNTS_FROM = (10,)
WEB_ADMINISTRATOR = "administrator"  # beside the user's name, which is the document's
CHECKSYNC_ACTION_FROM = (10, 1, 180)


def settings(document: PhoneDocument) -> Iterator[etree._Element]:
    """Everything in <phone-settings> that is not an identity."""
    # First, because further down the file it has no effect.
    yield setting("auto_reboot_on_setting_change", "on")
    yield from _provisioning(document.provisioning)
    yield from _remote_control(document)
    yield from _locale(document.locale)
    yield from _web(document)
    yield from _messages(document)


def check_locale(locale: Locale) -> None:
    """UnsupportedFeature for a language, country or zone that no snom value stands for."""
    if locale.language not in LANGUAGES:
        raise UnsupportedFeature("language", locale.language)
    if locale.tone_country not in TONES:
        raise UnsupportedFeature("tone country", locale.tone_country)
    if locale.time_zone not in TIME_ZONES:
        raise UnsupportedFeature("time zone", locale.time_zone)


def _provisioning(provisioning: Provisioning) -> Iterator[etree._Element]:
    # Editable, as everywhere: a phone moved to another platform is freed from its own menus.
    yield setting("setting_server", provisioning.url, EDITABLE)
    # The factory order asks snom's redirection before anything else, and listens to PnP on the local network.
    yield setting("provisioning_order", "dhcp:stop redirection:stop")
    yield setting("update_policy", "settings_only")
    yield setting("http_client_user", provisioning.http_user)
    yield setting("http_client_pass", provisioning.http_password)


def _remote_control(document: PhoneDocument) -> Iterator[etree._Element]:
    # A NOTIFY from anybody on the network must neither reload nor restart the phone: it asks for the line's
    # SIP password.
    yield setting("challenge_checksync", "on")
    yield setting("challenge_reboot", "on")
    if _at_least(document, CHECKSYNC_ACTION_FROM):
        yield setting("checksync_action", "")  # do what the message says, not a factory reset set by somebody


def _locale(locale: Locale) -> Iterator[etree._Element]:
    # Language and zone always: without them the phone stops at its set-up assistant after a factory reset.
    yield setting("language", LANGUAGES[locale.language], EDITABLE)
    yield setting("web_language", LANGUAGES[locale.language], EDITABLE)
    yield setting("tone_scheme", TONES[locale.tone_country], EDITABLE)
    yield setting("timezone", TIME_ZONES[locale.time_zone], EDITABLE)
    yield setting("date_us_format", "off", EDITABLE)
    yield setting("time_24_format", "on", EDITABLE)
    yield setting("dialnumber_us_format", "off", EDITABLE)
    yield setting("keyboard_lock_emergency", EMERGENCY[locale.tone_country])


def _web(document: PhoneDocument) -> Iterator[etree._Element]:
    web = document.web
    yield setting("use_hidden_tags", "on")  # the phone's protection against forged requests
    yield setting("webserver_type", "https")
    yield setting("http_user", web.user)
    yield setting("http_pass", web.password)
    yield setting("admin_mode_password", web.admin_password)
    yield setting("admin_mode_password_confirm", web.admin_password)
    if _at_least(document, WEB_ACCOUNTS_FROM):
        yield from _web_accounts(web)


def _web_accounts(web: WebCredentials) -> Iterator[etree._Element]:
    yield setting("webserver_user_name", web.user)
    yield setting("webserver_user_password", web.password)
    yield setting("webserver_admin_name", WEB_ADMINISTRATOR)
    yield setting("webserver_admin_password", web.admin_password)


def _messages(document: PhoneDocument) -> Iterator[etree._Element]:
    yield setting("mwi_notification", "silent", EDITABLE)
    mailbox = next((identity.mailbox for identity in document.identities if identity.mailbox), "")
    yield setting("dkey_retrieve", f"speed {mailbox}" if mailbox else "keyevent F_RETRIEVE", READ_ONLY)


def _at_least(document: PhoneDocument, version: tuple[int, ...]) -> bool:
    # Unknown firmware is taken as old: a setting it does not know is noise, one it knows comes later.
    return document.firmware is not None and document.firmware >= version
