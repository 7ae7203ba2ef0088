"""Absolute URLs for phones and people, built from the settings, never from a request's Host."""

from django.conf import settings

PHONE_PATH = "/sip-ps/"


def provisioning_url() -> str:
    """The URL to type into a phone or a router; the phone itself replaces {mac} with its MAC."""
    return f"{settings.METACENTREX_PHONE_URL}{PHONE_PATH}{{mac}}.xml"


def page_url(path: str) -> str:
    """The absolute URL of one of our pages, for use outside them."""
    return f"{settings.METACENTREX_PUBLIC_URL}{path}"
