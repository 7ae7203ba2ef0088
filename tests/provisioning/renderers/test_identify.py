import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phones import catalogue
from provisioning.renderers.snom.identify import Identified, identify

SNOM = "Mozilla/4.0 (compatible; {})"
BUILD = "2010.12-00001-gd311851f1 (Feb 25 2019 - 14:19:43)"  # with spaces, as seen


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "snom710-SIP 8.7.3.19 1.1.5-IFX-05.01.12",
            Identified("snom-710", ("snom-710",), "snom710", "8.7.3.19"),
        ),
        (
            "snom760-SIP 8.7.3.19 2010.06",
            Identified("snom-760", ("snom-760",), "snom760", "8.7.3.19"),
        ),
        (
            "snom710-SIP 8.7.5.35 1.1.5-IFX-05.01.12 000413741767",
            Identified("snom-710", ("snom-710",), "snom710", "8.7.5.35", "000413741767"),
        ),
        (
            "snom725-SIP 8.9.3.80 2010.06 000413ABCDEF SXM:0 UXM:0",
            Identified("snom-d725", ("snom-d725",), "snom725", "8.9.3.80", "000413ABCDEF", 0),
        ),
        (
            "snomD765-SIP 10.1.33.33 2010.12-00004-g9ba52f5 000413922D24 SXM:0 UXM:2",
            Identified("snom-d765", ("snom-d765",), "snomD765", "10.1.33.33", "000413922D24", 2),
        ),
        (
            f"snomD765-SIP 10.1.169.16 {BUILD} 00041396d9b4 SXM:0 UXM:1 UXMC:3",
            Identified("snom-d765", ("snom-d765",), "snomD765", "10.1.169.16", "00041396D9B4", 1),
        ),
        (
            f"snomD785-SIP 10.1.169.16 {BUILD} 00041396D9B4 SXM:0 UXM:0 UXMC:0",
            Identified(
                None, (), "snomD785", "10.1.169.16", "00041396D9B4", 0, problem="unsupported-model"
            ),
        ),
        (
            "snom720-SIP",
            Identified("snom-720", ("snom-720",), "snom720"),
        ),
    ],
)
def test_identify_reads_every_form_seen(said: str, expected: Identified) -> None:
    assert identify(SNOM.format(said)) == expected


def test_identify_715_is_two_models_told_apart_by_what_was_declared() -> None:
    said = SNOM.format("snom715-SIP 8.7.5.35")

    assert identify(said).model == "snom-715"
    assert identify(said).candidates == ("snom-715", "snom-d715")
    assert identify(said, "snom-d715").model == "snom-d715"
    assert identify(said, "snom-715").model == "snom-715"


def test_identify_believes_the_phone_rather_than_what_was_declared() -> None:
    found = identify(SNOM.format("snom760-SIP 8.7.5.35"), "snom-710")

    assert (found.model, found.problem) == ("snom-760", None)


@pytest.mark.parametrize(
    "user_agent",
    ["", "curl/8.5", "Mozilla/5.0 (X11; Linux)", "Yealink SIP-T46S 66.84.0.15", "wget"],
)
def test_identify_falls_back_on_what_was_declared(user_agent: str) -> None:
    assert identify(user_agent, "snom-d765") == Identified("snom-d765", ("snom-d765",))
    assert identify(user_agent) == Identified(None, problem="unknown-model")
    assert identify(user_agent, "") == Identified(None, problem="unknown-model")


@pytest.mark.parametrize(
    "said", ["snom320-SIP 8.7.3.25", "snom-m9/9.6", "snomM700", "SNOMD865-SIP 10.1.9"]
)
def test_identify_refuses_a_snom_that_nobody_knows_whatever_was_declared(said: str) -> None:
    found = identify(SNOM.format(said), "snom-710")

    assert (found.model, found.problem) == (None, "unsupported-model")


@pytest.mark.parametrize(
    ("said", "firmware"),
    [
        ("snom710-SIP 8.7.5.35", "8.7.5.35"),
        ("snom710-SIP 8.7.5.35)", "8.7.5.35"),
        ("snom710-SIP 8", ""),
        ("snom710-SIP 8.7.5.35-beta", "8.7.5.35"),
        ("snom710-SIP 8.7.x", ""),
        ("snom710-SIP " + "1." * 60 + "1", ""),
        ("snom710-SIP 99999999999999.1", ""),
        ("snom710-SIP ٨.٧.٥", ""),
    ],
)
def test_identify_firmware_is_a_version_or_nothing(said: str, firmware: str) -> None:
    assert identify(SNOM.format(said)).firmware == firmware


def test_identify_takes_the_last_mac_and_only_snom_s() -> None:
    assert (
        identify(SNOM.format("snom710-SIP 8.7.5 000413000001 000413000002")).mac == "000413000002"
    )
    assert identify(SNOM.format("snom710-SIP 8.7.5 001122000001")).mac is None
    assert identify(SNOM.format("snom710-SIP 8.7.5 0004130000012")).mac is None


@given(st.text(max_size=600), st.sampled_from([None, "snom-710"]))
def test_identify_never_fails(text: str, declared: str | None) -> None:
    for user_agent in (text, SNOM.format(f"snom{text}-SIP {text}")):
        found = identify(user_agent, declared)
        assert (found.model is None) == (found.problem is not None)
        if found.firmware:
            assert len(found.firmware) <= 40
            catalogue.parse_version(found.firmware)


@pytest.mark.parametrize(
    "piece", ["snom", "snom1-SIP ", "snom1-SIP 1.", "000413", "UXM:", "1.", " ", "a" * 17]
)
def test_identify_is_quick_on_garbage(piece: str) -> None:
    garbage = piece * 200_000
    started = time.perf_counter()

    identify(garbage)

    assert time.perf_counter() - started < 0.1
