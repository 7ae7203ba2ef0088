from datetime import timedelta

import factory
from django.utils import timezone

from phones.credentials import new_sip_auth_name, new_sip_password
from phones.models import Phone, SipCredential
from tests.factories import RowFactory
from tests.factories.clients import ClientFactory, SubscriberFactory


class PhoneFactory(RowFactory[Phone]):
    """A phone on no line."""

    class Meta:
        model = Phone

    mac = factory.Sequence(lambda n: f"000413{n:06X}")
    client = factory.SubFactory(ClientFactory)


class SipCredentialFactory(RowFactory[SipCredential]):
    class Meta:
        model = SipCredential

    auth_name = factory.LazyFunction(new_sip_auth_name)
    password = factory.LazyFunction(new_sip_password)


class AssignedPhoneFactory(PhoneFactory):
    """A phone on a line, inside a window of 48 h."""

    class Meta:
        model = Phone
        skip_postgeneration_save = True

    subscriber = factory.SubFactory(SubscriberFactory)
    client = factory.SelfAttribute("subscriber.client")
    window_opened_at = factory.LazyFunction(timezone.now)
    authorized_until = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=48))

    sip = factory.RelatedFactory(
        SipCredentialFactory,
        factory_related_name="phone",
        subscriber=factory.SelfAttribute("..subscriber"),
    )
