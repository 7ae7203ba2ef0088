from metacentrex.links import provisioning_url


def test_phones_are_told_their_own_address_where_they_have_one(settings):
    settings.METACENTREX_PUBLIC_URL = "https://extranet.example.fr"
    settings.METACENTREX_PHONE_URL = "https://phones.example.fr:8443"

    assert provisioning_url() == "https://phones.example.fr:8443/sip-ps/{mac}.xml"
