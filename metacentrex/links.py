"""Addresses for phones and people: from the settings, never from a request's Host."""

from django.conf import settings

PHONE_PATH = "/sip-ps/"


def provisioning_url() -> str:
    """The address to type into a phone or a router; the phone itself puts its MAC in place of
    {mac}.
    """
    return f"{settings.METACENTREX_PHONE_URL}{PHONE_PATH}{{mac}}.xml"


def page_url(path: str) -> str:
    """The whole address of one of our pages, for those who read it elsewhere."""
    return f"{settings.METACENTREX_PUBLIC_URL}{path}"
