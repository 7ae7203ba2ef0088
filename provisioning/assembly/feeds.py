"""The columns that affect documents, listed only here. tests/provisioning/test_staleness.py checks
the list against rendered bytes.
"""

from collections.abc import Collection

from django.db.models import Model

from clients.models import Client, PlatformSettings, Site, Subscriber
from phones.models import Phone

FEEDS: dict[type[Model], frozenset[str]] = {
    PlatformSettings: frozenset(
        {
            "voicemail_number",
            "pickup_code",
            "url_hosts",
            "ntp_server",
            "polling_from",
            "polling_until",
            "authenticates_notify",
            "registration_expiry",
            "sip_server_type",
            "says_user_phone",
            "matches_user_name",
        }
    ),
    Client: frozenset({"sip_domain", "outbound_proxy", "transport", "srtp", "pickup_code"}),
    # `parent`: keys are inherited from the sites above.
    Site: frozenset({"time_zone", "parent"}),
    Subscriber: frozenset(
        {"name", "extension", "number", "site", "status", "platform_auth_name", "platform_password"}
    ),
    # The models on a line decide whether keys of a replaced phone are taken over.
    Phone: frozenset(
        {
            "uid",
            "mac",
            "model",
            "client",
            "subscriber",
            "credential_generation",
            "detected_model",
            "detected_token",
        }
    ),
}


def feeds(model: type[Model], fields: Collection[str] | None) -> bool:
    """Whether a change of these columns can change a document; None stands for any column."""
    known = FEEDS.get(model)
    return fields is None or known is None or not known.isdisjoint(fields)
