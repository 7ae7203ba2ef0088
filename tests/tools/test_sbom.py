"""`make sbom`: whole, well formed, and the same document from the same sources."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def write(target: Path) -> str:
    subprocess.run(
        [sys.executable, "bin/sbom", str(target)], cwd=ROOT, check=True, capture_output=True
    )
    return target.read_text()


@pytest.fixture(scope="module")
def sbom(tmp_path_factory: pytest.TempPathFactory) -> dict:
    return json.loads(write(tmp_path_factory.mktemp("sbom") / "sbom.cdx.json"))


def test_it_says_which_format_it_is(sbom):
    assert (sbom["bomFormat"], sbom["specVersion"], sbom["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", sbom["serialNumber"])


def test_every_locked_package_is_in_it_with_its_digests(sbom):
    lock = (ROOT / "requirements.lock").read_text()
    locked = {
        tuple(line.split(" ")[0].split("=="))
        for line in lock.splitlines()
        if re.match(r"\w\S*==", line)
    }
    python = [c for c in sbom["components"] if c["purl"].startswith("pkg:pypi/")]

    assert {(c["name"], c["version"]) for c in python} == {
        (re.sub(r"\[.*\]", "", name), version) for name, version in locked
    }
    assert sum(len(c["hashes"]) for c in python) == len(re.findall(r"--hash=sha256:", lock))


def test_every_file_of_others_that_we_ship_is_in_it(sbom):
    files = {
        found["value"]
        for component in sbom["components"]
        for found in component.get("properties", [])
        if found["name"] == "metacentrex:file"
    }
    shipped = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "static" / "vendor").rglob("*")
        if path.suffix in {".css", ".js", ".woff2"}
    }

    assert files == shipped | {"static/img/icons.svg"}


def test_each_component_has_what_the_format_demands(sbom):
    for component in sbom["components"]:
        assert component["type"] == "library"
        assert all(component[name] for name in ("bom-ref", "name", "version", "purl", "hashes"))
        for digest in component["hashes"]:
            assert set(digest) == {"alg", "content"}
            assert (digest["alg"], len(digest["content"])) == ("SHA-256", 64)
        for licence in component["licenses"]:
            assert set(licence) in ({"expression"}, {"license"})


def test_what_needs_what_names_components_only(sbom):
    ours = sbom["metadata"]["component"]["bom-ref"]
    known = [ours, *(component["bom-ref"] for component in sbom["components"])]
    graph = {node["ref"]: node["dependsOn"] for node in sbom["dependencies"]}

    assert len(known) == len(set(known))
    assert set(graph) | {on for needs in graph.values() for on in needs} == set(known)
    assert any(ref.startswith("pkg:pypi/django@") for ref in graph[ours])
    reached, ahead = set(), [ours]
    while ahead:
        ref = ahead.pop()
        if ref not in reached:
            reached.add(ref)
            ahead += graph.get(ref, [])
    assert reached == set(known)  # nothing is there that nobody needs


def test_it_is_the_same_twice(tmp_path):
    assert write(tmp_path / "one") == write(tmp_path / "two")
