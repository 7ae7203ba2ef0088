from clients.models import PlatformSettings
from keys.enums import Level
from keys.owners import Owner
from keys.queries import Profiles, pickup_code
from metacentrex.language import platform_language
from metacentrex.links import provisioning_url
from phones import catalogue
from phones.catalogue import PhoneModel
from phones.credentials import admin_pin, http_credentials, web_admin_password, web_password
from phones.models import Phone
from phones.polling import refresh_seconds
from provisioning.assembly.directory import Colleagues
from provisioning.assembly.keys import keys_of
from provisioning.assembly.lines import identity_of
from provisioning.assembly.shared import Shared
from provisioning.document import (
    Locale,
    PhoneDocument,
    Policy,
    Polling,
    Provisioning,
    WebCredentials,
)


def compose(
    phone: Phone, model: PhoneModel, firmware: str, shared: Shared | None = None
) -> PhoneDocument:
    """Compose the document of an assigned phone, in a constant number of queries.

    Needs `client`, `subscriber__site` and `sip_credential` loaded. `shared` is data shared with the
    client's other phones.
    """
    subscriber = phone.subscriber
    if subscriber is None:
        raise ValueError("a phone without a line has no document")
    platform = shared.platform if shared else PlatformSettings.current()
    colleagues = shared.colleagues if shared else Colleagues(phone.client_id)
    profiles = shared.profiles if shared else Profiles(phone.client_id, [subscriber.pk])
    layout = profiles.of(Owner(Level.SUBSCRIBER, phone.client, line=subscriber), model).layout
    with (
        platform_language()
    ):  # a phone has one language, whatever that of the user who caused the rendering
        keys = keys_of(layout, pickup_code(phone.client, platform.pickup_code))
    http = http_credentials(phone.mac, phone.uid, phone.credential_generation)
    return PhoneDocument(
        mac=phone.mac,
        model=model,
        firmware=catalogue.parse_version(firmware) if firmware else None,
        provisioning=Provisioning(
            url=provisioning_url(), http_user=http.user, http_password=http.password
        ),
        locale=Locale(time_zone=subscriber.site.time_zone),
        web=WebCredentials(
            user="admin",
            password=web_password(phone.uid, phone.credential_generation),
            admin_password=web_admin_password(phone.uid, phone.credential_generation),
            admin_code=admin_pin(phone.uid, phone.credential_generation),
        ),
        polling=Polling(refresh_seconds(phone.mac), platform.polling_from, platform.polling_until),
        policy=_policy(platform),
        identities=(identity_of(phone, subscriber, platform),),
        keys=keys,
        directory=colleagues.of(subscriber, model.directory_entries).contacts,
    )


def _policy(platform: PlatformSettings) -> Policy:
    return Policy(
        ntp_server=platform.ntp_server,
        authenticates_notify=platform.authenticates_notify,
        server_type=platform.sip_server_type,
        says_user_phone=platform.says_user_phone,
        matches_user_name=platform.matches_user_name,
        registration_expiry=platform.registration_expiry,
    )
