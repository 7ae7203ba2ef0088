"""The bytes of each model, firmware and case, reviewed as a diff:
UPDATE_GOLDEN=1 writes them anew.
"""

import os
from pathlib import Path

import pytest

from phones import catalogue
from phones.catalogue import PhoneModel, parse_version
from provisioning.renderers.registry import renderer_for
from tests.provisioning.renderers.cases import bare, full, three_sidecars

GOLDEN = Path(__file__).parent.parent / "golden"
# A fleet spans all of them: the first that is provisioned, the last of the 8s, and the last seen of
# the 10s.
FIRMWARES = {
    "snom-710": ("8.7.5.35", "8.9.3.80"),
    "snom-715": ("8.7.5.35", "8.9.3.80", "10.1.215.13"),
    "snom-720": ("8.7.5.35", "8.9.3.80"),
    "snom-760": ("8.7.5.35", "8.9.3.80"),
    "snom-d715": ("8.7.5.35", "8.9.3.80", "10.1.215.13"),
    "snom-d725": ("8.7.5.35", "8.9.3.80", "10.1.175.16"),
    "snom-d765": ("8.7.5.35", "8.9.3.80", "10.1.54.13"),
}
CASES = {"bare": bare, "full": full, "sidecars": three_sidecars}


def reviewed() -> list[tuple[PhoneModel, str, str]]:
    """Every model with each of its firmwares, and each case that it can have."""
    return [
        (model, firmware, case)
        for model in catalogue.all()
        for firmware in FIRMWARES[model.code]
        for case in CASES
        if case != "sidecars" or model.sidecar is not None
    ]


def path_of(model: PhoneModel, firmware: str, case: str) -> Path:
    series = ".".join(firmware.split(".")[: 2 if firmware.startswith("10.") else 3])
    return GOLDEN / model.vendor / f"{model.code}-{series}-{case}.xml"


@pytest.mark.parametrize(
    ("model", "firmware", "case"), reviewed(), ids=lambda part: getattr(part, "code", part)
)
def test_document_is_the_reviewed_one(model: PhoneModel, firmware: str, case: str) -> None:
    document = CASES[case](model, parse_version(firmware))
    body = b"".join(renderer_for(model.vendor).render(document))
    path = path_of(model, firmware, case)
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.write_bytes(body)

    assert body == path.read_bytes()


def test_no_golden_file_is_left_over() -> None:
    assert set(GOLDEN.glob("*/*.xml")) == {path_of(*each) for each in reviewed()}
