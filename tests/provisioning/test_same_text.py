"""What a form accepts reaches the phone as it was typed: form, service, database, document, XML,
parser.
"""

from django import forms
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.admin.clients import ClientForm
from clients.admin.subscribers import SubscriberForm
from clients.models import Client, Subscriber
from clients.services.audit import PLATFORM
from clients.services.clients import update_client
from clients.services.subscribers import update_subscriber
from phones.forms.fields import DescriptionField
from phones.models import Phone
from phones.services.assignment import PhoneChange, change_phone
from provisioning.assembly.lines import sip_display_name
from tests.conftest import SNOM_710
from tests.provisioning.asking import directory_of, settings_of

ANYTHING = st.text(st.characters(exclude_categories=()), min_size=1, max_size=60)
# Mostly what is likely to hurt, in any mixture.
NASTY = st.text(
    st.sampled_from(
        "a é<&\"'>]]>–\u00a0\u0085\u200b\u202e\u2028\ufeff\ufffe\ufffd\x00\x07\t\n\r\ud800"
        "\U0001f4de|$%{}\\;--?"
    ),
    min_size=1,
    max_size=200,
)
FIELDS: dict[str, forms.Field] = {
    "description": DescriptionField(),
    "name": SubscriberForm.base_fields["name"],
    "legal_name": ClientForm.base_fields["legal_name"],
    "group_name": ClientForm.base_fields["group_name"],
}


def accepted(text: str) -> dict[str, str]:
    """The text as each field cleans it, for those that accept it."""
    cleaned = {}
    for name, field in FIELDS.items():
        try:
            value = str(field.clean(text))
            {
                "name": Subscriber,
                "legal_name": Client,
                "group_name": Client,
                "description": Phone,
            }[name]._meta.get_field(name).clean(value, None)
        except forms.ValidationError:
            continue
        cleaned[name] = value
    return cleaned


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=NASTY | ANYTHING)
def test_what_a_form_accepts_is_what_a_phone_reads(
    text: str, blue_phone: Phone, alice: Subscriber, bob: Subscriber
) -> None:
    values = accepted(text)
    if not values:
        return
    for line in (alice, bob):
        line.name = values.get("name", line.name)
        update_subscriber(line, actor=PLATFORM)
    client = alice.client
    for name in ("legal_name", "group_name"):
        setattr(client, name, values.get(name, getattr(client, name)))
    update_client(client, actor=PLATFORM)
    change = PhoneChange(values.get("description", ""), "", alice)
    change_phone(blue_phone, change, actor=PLATFORM)

    response = Browser().get(f"/sip-ps/{blue_phone.mac}.xml", HTTP_USER_AGENT=SNOM_710)

    assert response.status_code == 200
    assert settings_of(response)["user_realname1"] == sip_display_name(alice.name)
    assert directory_of(response) == [(bob.name, "902")]
    if "name" in values:
        assert alice.name == text.strip()


def test_the_fields_refuse_what_xml_cannot_hold_and_accept_what_people_write() -> None:
    for text in ("bell \x07", "a\nb", "\ufffe", "\ud800", "\x00", "a\u202eb"):
        assert accepted(text) == {}
    for text in ("Éléonor <&\"'>", "📞 accueil", "x" * 100, "名前", "a\u00a0b"):
        assert accepted(text) == dict.fromkeys(FIELDS, text)
