"""The bytes of each model, reviewed as a diff: UPDATE_GOLDEN=1 writes them anew."""

import os
from pathlib import Path

import pytest

from phones import catalogue
from phones.catalogue import PhoneModel, parse_version
from provisioning.renderers.registry import renderer_for
from tests.provisioning.renderers.cases import nasty

GOLDEN = Path(__file__).parent.parent / "golden"
# A fleet spans both: the last firmware seen for each model.
FIRMWARE = {
    "snom-710": "8.9.3.80",
    "snom-715": "10.1.215.13",
    "snom-720": "8.9.3.80",
    "snom-760": "8.9.3.80",
    "snom-d715": "10.1.215.13",
    "snom-d725": "10.1.175.16",
    "snom-d765": "10.1.54.13",
}


def path_of(model: PhoneModel) -> Path:
    return GOLDEN / model.vendor / f"{model.code}.xml"


@pytest.mark.parametrize("model", catalogue.all(), ids=lambda model: model.code)
def test_document_is_the_reviewed_one(model: PhoneModel) -> None:
    body = b"".join(renderer_for(model.vendor).render(nasty(model, parse_version(FIRMWARE[model.code]))))
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path_of(model).write_bytes(body)

    assert body == path_of(model).read_bytes()


def test_no_golden_file_is_left_over() -> None:
    assert set(GOLDEN.glob("*/*.xml")) == {path_of(model) for model in catalogue.all()}
