"""« Réglages de la plateforme », in the administration."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from clients.models import AuditEvent, PlatformSettings, User

PAGE = "/admin/clients/platformsettings/1/change/"


@pytest.fixture
def operator_browser(operator: User, as_user: Callable[[User], Browser]) -> Browser:
    return as_user(operator)


def posted(browser: Browser, **changes: str) -> dict[str, str]:
    """What the page would send back, with these changes."""
    PlatformSettings(pk=1).save()
    form = browser.get(PAGE).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    sent = {name: str(value) for name, value in values.items() if value not in (None, False)}
    return {name: text for name, text in (sent | changes).items() if text != "-"}


def test_what_phones_are_told_is_set_and_audited(operator_browser: Browser) -> None:
    changes = {
        "ntp_server": "ntp.example.net",
        "polling_from": "02:15",
        "polling_until": "05:00",
        "registration_expiry": "600",
        "sip_server_type": "metaswitch",
        "says_user_phone": "on",
        "authenticates_notify": "-",
    }

    response = operator_browser.post(PAGE, posted(operator_browser, **changes))

    assert response.status_code == 302
    saved = PlatformSettings.objects.get(pk=1)
    assert (f"{saved.polling_from:%H:%M}", f"{saved.polling_until:%H:%M}") == ("02:15", "05:00")
    assert (saved.ntp_server, saved.sip_server_type) == ("ntp.example.net", "metaswitch")
    assert (saved.says_user_phone, saved.authenticates_notify) == (True, False)
    event = AuditEvent.objects.get(kind="platform.updated")
    assert (event.before["polling_from"], event.after["polling_from"]) == ("01:00", "02:15")


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("polling_until", {"polling_from": "04:00", "polling_until": "04:00"}),
        ("polling_until", {"polling_from": "23:00", "polling_until": "02:00"}),
        ("polling_from", {"polling_from": "25:00"}),
        ("ntp_server", {"ntp_server": "ntp.example.net:123"}),
        ("ntp_server", {"ntp_server": "two words"}),
        ("registration_expiry", {"registration_expiry": "5"}),
        ("sip_server_type", {"sip_server_type": "acme"}),
    ],
)
def test_bad_input_is_an_error_at_its_field(
    field: str, changes: dict[str, str], operator_browser: Browser
) -> None:
    sent = posted(operator_browser, **changes)

    response = operator_browser.post(PAGE, sent)

    assert response.status_code == 200
    form = response.context["adminform"].form
    assert field in form.errors
    assert form[field].value() == changes[field]  # nothing typed is lost
    assert PlatformSettings.objects.get(pk=1).ntp_server == "pool.ntp.org"


def test_the_time_server_may_be_left_to_the_network(operator_browser: Browser) -> None:
    response = operator_browser.post(PAGE, posted(operator_browser, ntp_server=""))

    assert response.status_code == 302
    assert PlatformSettings.objects.get(pk=1).ntp_server == ""


def test_a_reseller_is_not_let_in(blue_browser: Browser) -> None:
    PlatformSettings(pk=1).save()

    assert blue_browser.get(PAGE).status_code in (302, 403, 404)
