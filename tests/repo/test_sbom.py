"""The bill of materials is CycloneDX, names every locked package and every vendored file, and is the same each time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tools import packages, sbom, vendor

HASH_LENGTHS = {"SHA-256": 64, "SHA-384": 96, "SHA-512": 128}
COMPONENT_TYPES = {"application", "file", "framework", "library", "platform"}
# What the schema of CycloneDX 1.6 demands of the objects that are used here, and what else of it is used.
REQUIRED = {
    "bom": {"bomFormat", "specVersion"},
    "component": {"type", "name"},
    "reference": {"type", "url"},
    "dependency": {"ref"},
    "patch": {"type"},
}
ALLOWED = {
    "bom": {"$schema", "serialNumber", "version", "metadata", "components", "dependencies"},
    "component": {
        *("bom-ref", "version", "description", "scope", "hashes", "licenses", "purl", "externalReferences"),
        *("pedigree", "components"),
    },
    "reference": {"hashes"},
    "dependency": {"dependsOn"},
    "patch": {"diff"},
}


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    """The document, as it is after it was written and read."""
    document: dict[str, Any] = json.loads(json.dumps(sbom.bill("1.2.3")))
    return document


def _components(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All components: the root, its parts, and those within a part or in its pedigree."""
    ahead = [document["metadata"]["component"], *document["components"]]
    while ahead:
        component = ahead.pop()
        yield component
        ahead += component.get("components", []) + component.get("pedigree", {}).get("ancestors", [])


def _check(kind: str, found: dict[str, Any]) -> None:
    assert REQUIRED[kind] <= found.keys(), found
    assert found.keys() <= REQUIRED[kind] | ALLOWED[kind], found


def _check_hashes(found: list[dict[str, str]]) -> None:
    for each in found:
        assert each.keys() == {"alg", "content"}
        assert re.fullmatch(r"[0-9a-f]+", each["content"])
        assert len(each["content"]) == HASH_LENGTHS[each["alg"]]


def test_it_has_the_form_that_the_schema_demands(bill: dict[str, Any]) -> None:
    """Its objects have the fields that are required of them, and no others than the schema knows."""
    _check("bom", bill)
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", bill["serialNumber"])
    for component in _components(bill):
        _check("component", component)
        assert component["type"] in COMPONENT_TYPES
        assert component.get("scope", "required") in {"required", "excluded"}
        _check_hashes(component.get("hashes", []))
        for licence in component.get("licenses", []):
            assert licence.keys() in ({"expression"}, {"license"})
        for reference in component.get("externalReferences", []):
            _check("reference", reference)
            _check_hashes(reference["hashes"])
        for patch in component.get("pedigree", {}).get("patches", []):
            _check("patch", patch)
    for dependency in bill["dependencies"]:
        _check("dependency", dependency)


def test_references_are_unique_and_lead_somewhere(bill: dict[str, Any]) -> None:
    """Each bom-ref is of one component; whoever depends, and what is depended on, is in the document, once."""
    references = [component["bom-ref"] for component in _components(bill) if "bom-ref" in component]
    assert len(references) == len(set(references))
    for dependency in bill["dependencies"]:
        assert {dependency["ref"], *dependency["dependsOn"]} <= set(references)
        assert len(dependency["dependsOn"]) == len(set(dependency["dependsOn"]))


def test_every_locked_package_is_named_with_its_hashes(bill: dict[str, Any]) -> None:
    """All pins of all locks are there; only what the host runs on and what the page ships counts as required."""
    components = {each["purl"]: each for each in bill["components"] if "purl" in each}
    locked = [*packages.npm_packages(), *packages.page_packages()]
    for lock in (packages.RUN_LOCK, packages.DEV_LOCK):
        locked += packages.python_packages(lock)[0]
    assert components.keys() == {package.purl for package in locked}
    for package in locked:
        reference = components[package.purl]["externalReferences"][0]
        assert set(package.hashes) <= {(each["alg"], each["content"]) for each in reference["hashes"]}
    scopes = {each["name"]: each["scope"] for each in components.values()}
    expected = {"fastapi": "required", "pydantic": "required", "lit-html": "required", "polyscript": "required"}
    expected |= {"pytest": "excluded", "axe-core": "excluded", "@types/react": "excluded"}
    assert {name: scopes[name] for name in expected} == expected


def test_every_vendored_file_is_named_with_its_hash(bill: dict[str, Any]) -> None:
    """What lies in static/vendor/ is there, with what it was made from, and with each patch and its reason."""
    files = {each["name"]: each["hashes"][0]["content"] for each in _components(bill) if each["type"] == "file"}
    recorded = vendor.record_of()["files"]
    assert recorded.items() <= {name.removeprefix("static/vendor/"): digest for name, digest in files.items()}.items()
    assert "static/vendor/snapshot/pyodide.asm.wasm" in files
    parts = {each["name"]: each for each in bill["components"] if each["name"].startswith("static/vendor/")}
    patched = "\n".join(each["pedigree"].get("notes", "") for each in parts.values())
    assert all(patch.why in patched for patch in vendor.PATCHES)
    depended = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    assert any(purl.startswith("pkg:npm/polyscript@") for purl in depended["static/vendor/pyscript"])
    assert any(purl.startswith("pkg:pypi/pydantic-core@") for purl in depended["static/vendor/pyodide"])


def test_the_same_inputs_make_the_same_document(bill: dict[str, Any]) -> None:
    """Serial number and all; another version of the project has another number."""
    assert sbom.bill("1.2.3") == bill
    assert sbom.bill("1.2.4")["serialNumber"] != bill["serialNumber"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("MIT", [{"expression": "MIT"}]),
        ("Apache-2.0 OR (MIT AND BSD-3-Clause)", [{"expression": "Apache-2.0 OR (MIT AND BSD-3-Clause)"}]),
        ("Dual License, see README", [{"license": {"name": "Dual License, see README"}}]),
    ],
)
def test_what_is_no_expression_is_a_name(text: str, expected: list[dict[str, Any]]) -> None:
    """Only what can be an expression of SPDX is called one."""
    assert sbom.licences(text) == expected
