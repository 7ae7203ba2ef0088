"""Computes the values that snom's catalogue settings leave open: by setting name, from the
document.

None leaves the setting out. The settings, their firmwares and their sources are data:
phones/catalogue/data/vendors/snom.toml.
"""

from collections.abc import Callable

from phones.catalogue import Vendor, VendorZone, vendor
from provisioning.document import Identity, PhoneDocument
from provisioning.renderers.base import UnsupportedFeature

TONES = {"FR": "FRA"}
# The numbers that a locked keypad can dial, by country: the emergency numbers of the French
# numbering plan (ARCEP).
EMERGENCY = {"FR": "15 17 18 112 114 115 116000 116117 119 191 196 197"}

Computed = Callable[[PhoneDocument], str | None]


def snom() -> Vendor:
    """The catalogue's entry for snom."""
    return vendor("snom")


def check_locale(document: PhoneDocument) -> None:
    """Raise UnsupportedFeature for a language, country or time zone that snom has no value for."""
    locale = document.locale
    if _language(document) is None:
        raise UnsupportedFeature("language", locale.language)
    if locale.tone_country not in TONES:
        raise UnsupportedFeature("tone country", locale.tone_country)
    if locale.time_zone not in snom().time_zones:
        raise UnsupportedFeature("time zone", locale.time_zone)


def _language(document: PhoneDocument) -> str | None:
    return snom().language_name(document.locale.language, document.firmware)


def _zone(document: PhoneDocument) -> VendorZone:
    return snom().time_zones[document.locale.time_zone]


def _unless_named(zone: VendorZone, value: str) -> str | None:
    """The value, or None if snom has a name for the zone: it replaces offset and rule."""
    return None if zone.value else value


def _switch(value: bool) -> str:
    return "on" if value else "off"


def _message_key(document: PhoneDocument) -> str:
    mailbox = next((identity.mailbox for identity in document.identities if identity.mailbox), "")
    return f"speed {mailbox}" if mailbox else "keyevent F_RETRIEVE"


PHONE: dict[str, Computed] = {
    "setting_server": lambda document: document.provisioning.url,
    "http_client_user": lambda document: document.provisioning.http_user,
    "http_client_pass": lambda document: document.provisioning.http_password,
    "settings_refresh_timer": lambda document: str(document.polling.seconds),
    "prov_polling_time": lambda document: f"{document.polling.opens:%H:%M}",
    "prov_polling_time_rand_end": lambda document: f"{document.polling.closes:%H:%M}",
    "challenge_checksync": lambda document: _switch(document.policy.authenticates_notify),
    "challenge_reboot": lambda document: _switch(document.policy.authenticates_notify),
    "language": _language,
    "web_language": _language,
    "tone_scheme": lambda document: TONES[document.locale.tone_country],
    "timezone": lambda document: _zone(document).value,
    "utc_offset": lambda document: _unless_named(_zone(document), str(_zone(document).offset)),
    "dst": lambda document: _unless_named(_zone(document), _zone(document).dst),
    "ntp_server": lambda document: document.policy.ntp_server,
    "keyboard_lock_emergency": lambda document: EMERGENCY[document.locale.tone_country],
    "http_user": lambda document: document.web.user,
    "http_pass": lambda document: document.web.password,
    "admin_mode_password": lambda document: document.web.admin_code,
    "admin_mode_password_confirm": lambda document: document.web.admin_code,
    "webserver_user_name": lambda document: document.web.user,
    "webserver_user_password": lambda document: document.web.password,
    "webserver_admin_password": lambda document: document.web.admin_password,
    "user_phone": lambda document: _switch(document.policy.says_user_phone),
    "user_server_type": lambda document: document.policy.server_type,
    "user_sipusername_as_line": lambda document: _switch(document.policy.matches_user_name),
    "user_expiry": lambda document: str(document.policy.registration_expiry),
    "dkey_retrieve": _message_key,
}

LINE: dict[str, Callable[[Identity], str]] = {
    "user_realname": lambda identity: identity.realname,
    "user_name": lambda identity: identity.number_e164,
    "user_pname": lambda identity: identity.auth_name,
    "user_pass": lambda identity: identity.password,
    "user_host": lambda identity: identity.domain,
    # The transport can only be set here, so a line without a proxy uses its domain.
    "user_outbound": lambda identity: (
        f"{identity.outbound_proxy or identity.domain};transport={identity.transport}"
    ),
    "user_idle_text": lambda identity: identity.realname or identity.display_number,
    "user_idle_number": lambda identity: identity.display_number,
    "user_mailbox": lambda identity: identity.mailbox,
    "user_srtp": lambda identity: _switch(identity.srtp != "off"),
    "user_savp": lambda identity: identity.srtp,
}
