"""What every vendor's renderer promises, over every model of the catalogue."""

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from lxml import etree

from phones import catalogue
from phones.catalogue import PhoneModel, Version
from provisioning.document import PhoneDocument
from provisioning.renderers.base import UnsupportedFeature
from provisioning.renderers.registry import RENDERERS, renderer_for
from tests.provisioning.renderers.cases import CASES, SECRETS, bare

FIRMWARES: list[Version | None] = [None, (8, 7, 5, 35), (10, 1, 54, 13), (10, 1, 215, 13)]


@pytest.fixture(params=catalogue.all(), ids=lambda model: model.code)
def model(request: pytest.FixtureRequest) -> PhoneModel:
    found: PhoneModel = request.param
    return found


@pytest.fixture(params=FIRMWARES, ids=str)
def firmware(request: pytest.FixtureRequest) -> Version | None:
    found: Version | None = request.param
    return found


@pytest.fixture(params=CASES)
def document(
    request: pytest.FixtureRequest, model: PhoneModel, firmware: Version | None
) -> PhoneDocument:
    return CASES[request.param](model, firmware)


def rendered(document: PhoneDocument) -> bytes:
    return b"".join(renderer_for(document.model.vendor).render(document))


def test_every_vendor_of_the_catalogue_has_a_renderer() -> None:
    assert {model.vendor for model in catalogue.all()} == set(RENDERERS)


def test_registry_refuses_an_unknown_vendor() -> None:
    with pytest.raises(UnsupportedFeature, match="acme"):
        renderer_for("acme")


def test_render_is_well_formed_utf8_of_the_declared_type(document: PhoneDocument) -> None:
    body = rendered(document)

    root = etree.fromstring(body)
    assert root.getroottree().docinfo.encoding.lower() == "utf-8"
    assert body.decode("utf-8").startswith("<?xml ")
    assert renderer_for(document.model.vendor).content_type == "text/xml; charset=utf-8"


def test_render_is_deterministic(document: PhoneDocument) -> None:
    again = replace(document, keys=tuple(reversed(document.keys)))

    assert rendered(document) == rendered(document)
    assert rendered(document) == rendered(again)


def test_render_keeps_secrets_out_of_logs_and_reprs(
    document: PhoneDocument, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = rendered(document).decode()

    missing = {secret for secret in SECRETS if secret not in body}
    # Firmware 8 has no web administrator of its own.
    assert missing <= {document.web.admin_password}
    assert not any(secret in caplog.text + repr(document) for secret in SECRETS)


def test_render_streams_a_large_document(model: PhoneModel) -> None:
    document = CASES["crowded"](model, None)
    chunks = renderer_for(model.vendor).render(document)

    assert isinstance(chunks, Iterator)
    sizes = [len(chunk) for chunk in chunks]
    assert len(sizes) > 2
    assert max(sizes) < 16 * 1024


def test_render_refuses_before_the_first_chunk(model: PhoneModel) -> None:
    render = renderer_for(model.vendor).render
    document = bare(model)
    wrong = {
        "time zone": replace(document, locale=replace(document.locale, time_zone="Mars/Olympus")),
        "language": replace(document, locale=replace(document.locale, language="tlh")),
        "tone country": replace(document, locale=replace(document.locale, tone_country="XX")),
        "no identity": replace(document, identities=()),
        "identities": replace(document, identities=document.identities * (model.identities + 1)),
        "key left out": replace(document, keys=document.keys[1:]),
        "key twice": replace(document, keys=(*document.keys, document.keys[0])),
        "key too many": replace(
            document, keys=(*document.keys, replace(document.keys[0], index=model.key_count))
        ),
        "key function": replace(
            document, keys=(replace(document.keys[0], function="dance"), *document.keys[1:])
        ),
        "directory": replace(document, directory=CASES["crowded"](model, None).directory * 2),
        "label": replace(
            document, keys=(replace(document.keys[0], label="a\x0bb"), *document.keys[1:])
        ),
        "name": replace(
            document, identities=(replace(document.identities[0], realname="a\ud800"),)
        ),
    }

    for name, refused in wrong.items():
        with pytest.raises(UnsupportedFeature):
            render(refused)
            pytest.fail(name)
