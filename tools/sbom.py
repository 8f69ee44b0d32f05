"""``python -m tools.sbom [FILE]``: what this project is made of, as CycloneDX 1.6 in JSON.

docs/decisions/supply-chain.md explains why it is written here. Three kinds of parts: the locked Python packages, the
locked npm packages, and what set-up put into static/vendor/, file by file, with what it was made from and how it was
patched. The same inputs give the same bytes: there is no date in it, and its serial number follows from its contents.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from tools import at_rest, packages, vendor
from tools.packages import Package
from tools.snapshot import build as snapshot

ROOT = vendor.ROOT
SPECIFICATION = "1.6"
SCHEMA = "http://cyclonedx.org/schema/bom-1.6.schema.json"
# An expression of SPDX; whatever else a package says of its licence is only a name.
EXPRESSION = re.compile(r"\(?[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) \(?[A-Za-z0-9.+-]+\)?)*\)?")
LONGEST_LICENCE_NAME = 80
NPM_INDEX = "https://registry.npmjs.org"
PYTHON_INDEX = "https://pypi.org/simple"
# The parts of static/vendor/: the folder, what it is called, and the purl's name of what it was made from.
PARTS = (
    ("pyscript", "PyScript's core", "npm/%40pyscript/core"),
    ("pyodide", "Pyodide and the page's wheels", "npm/pyodide"),
    ("components", "components of Web Awesome", "npm/%40awesome.me/webawesome"),
    ("client-zip", "writer of zip files", "npm/client-zip"),
    ("snapshot", "memory snapshot of the page", "npm/pyodide"),
)
# What a wheel says of the packages that were compiled into it (PEP 770), and what is taken over of each.
INNER = re.compile(r"\.dist-info/sboms/[^/]+\.cyclonedx\.json$")
INNER_FIELDS = ("type", "name", "version", "purl", "licenses")

Component = dict[str, Any]


def bill(version: str) -> dict[str, Any]:
    """The whole document; `version` is the project's. Reads locks, static/vendor/ and what is installed."""
    python, shipped_python = _python()
    npm, shipped_npm = _npm()
    parts = _parts()
    root = f"pkg:generic/podi-monitor@{version}"
    needs = {package.purl: package.needs for package in (*npm, *python)}
    components = [
        *(_npm_component(each, required=each.purl in shipped_npm) for each in npm),
        *(_python_component(each, required=each.purl in shipped_python) for each in python),
        *parts,
    ]
    _, asked = packages.python_packages(packages.RUN_LOCK)
    needs[root] = (*(part["bom-ref"] for part in parts), *asked)
    for part in parts:
        needs[part["bom-ref"]] = tuple(sorted(_made_from(part, npm, shipped_npm)))
    contents = {
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": "podi-monitor",
                "version": version,
                "licenses": [{"expression": "Apache-2.0"}],
            }
        },
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": list(dict.fromkeys(on))} for ref, on in sorted(needs.items())],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(contents, sort_keys=True))
    head = {"$schema": SCHEMA, "bomFormat": "CycloneDX", "specVersion": SPECIFICATION}
    return {**head, "serialNumber": f"urn:uuid:{serial}", "version": 1, **contents}


def licences(text: str) -> list[dict[str, Any]]:
    """A licence as CycloneDX has it: an expression where it can be one, else a name; nothing for nothing."""
    if not text:
        return []
    return [{"expression": text}] if EXPRESSION.fullmatch(text) else [{"license": {"name": text}}]


def _once(found: Iterable[Package]) -> list[Package]:
    """Each purl once, with the hashes and needs of all that have it."""
    joined: dict[str, Package] = {}
    for package in found:
        other = joined.get(package.purl)
        joined[package.purl] = package if other is None else _both(other, package)
    return [joined[purl] for purl in sorted(joined)]


def _both(one: Package, other: Package) -> Package:
    return Package(
        one.name,
        one.version,
        one.purl,
        tuple(sorted({*one.hashes, *other.hashes})),
        licence=one.licence or other.licence,
        folder=one.folder,
        needs=tuple(sorted({*one.needs, *other.needs})),
    )


def _python() -> tuple[list[Package], set[str]]:
    """All locked Python packages, and the purls of those that the host or the page needs."""
    run, _ = packages.python_packages(packages.RUN_LOCK)
    dev, _ = packages.python_packages(packages.DEV_LOCK)
    page = packages.page_packages()
    return _once([*run, *dev, *page]), {each.purl for each in (*run, *page)}


def _npm() -> tuple[list[Package], set[str]]:
    """All locked npm packages, and the purls of those that the page's scripts were joined from."""
    found = packages.npm_packages()
    bundled = set(vendor.record_of()["bundled"])
    return _once(found), {each.purl for each in found if each.folder in bundled}


def _component(package: Package, *, required: bool, licence: str, distribution: dict[str, Any]) -> Component:
    component: Component = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "scope": "required" if required else "excluded",
        "externalReferences": [{"type": "distribution", **distribution}],
    }
    if licence:
        component["licenses"] = licences(licence)
    return component


def _npm_component(package: Package, *, required: bool) -> Component:
    tail = package.name.rpartition("/")[2]
    address = f"{NPM_INDEX}/{package.name}/-/{tail}-{package.version}.tgz"
    distribution = {"url": address, "hashes": _hashes(package.hashes)}
    return _component(package, required=required, licence=package.licence, distribution=distribution)


def _python_component(package: Package, *, required: bool) -> Component:
    distribution = {"url": f"{PYTHON_INDEX}/{package.name}/", "hashes": _hashes(package.hashes)}
    licence = _installed_licence(package)
    return _component(package, required=required, licence=licence, distribution=distribution)


def _hashes(found: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"alg": algorithm, "content": digest} for algorithm, digest in found]


def _installed_licence(package: Package) -> str:
    """What an installed package of this very version says; nothing for one that is of another platform."""
    try:
        found = metadata.metadata(package.name).json
    except metadata.PackageNotFoundError:
        return ""
    text = str(found.get("license_expression") or found.get("license") or "").strip()
    is_name = len(text) <= LONGEST_LICENCE_NAME and "\n" not in text
    return text if is_name and found["version"] == package.version else ""


def _parts() -> list[Component]:
    record = vendor.record_of()
    files: dict[str, str] = dict(record["files"])
    files |= {f"snapshot/{name}": digest for name, digest in snapshot.manifest_of().get("files", {}).items()}
    return [_part(folder, what, made_from, record, files) for folder, what, made_from in PARTS]


def _part(folder: str, what: str, made_from: str, record: dict[str, Any], files: dict[str, str]) -> Component:
    name = made_from.partition("/")[2].replace("%40", "@")
    version = str(record["versions"][name])
    ref = f"static/vendor/{folder}"
    patches = [patch for patch in vendor.PATCHES if patch.files.startswith(f"{folder}/")]
    inner = [_file(path, digest) for path, digest in files.items() if path.startswith(f"{folder}/")]
    if folder == "pyodide":
        inner += [_interpreter(), *_compiled_in()]
    ancestor = {"type": "library", "name": name, "version": version, "purl": f"pkg:{made_from}@{version}"}
    pedigree: dict[str, Any] = {"ancestors": [ancestor]}
    if patches:
        pedigree["patches"] = [
            {"type": "unofficial", "diff": {"text": {"content": f"- {each.old}\n+ {each.new}\n"}}} for each in patches
        ]
        pedigree["notes"] = "\n".join(dict.fromkeys(f"{each.files}: {each.why}" for each in patches))
    return {
        "type": "library",
        "bom-ref": ref,
        "name": ref,
        "version": version,
        "description": what,
        "scope": "required",
        "pedigree": pedigree,
        "components": inner,
    }


def _file(path: str, digest: str) -> Component:
    ref = f"static/vendor/{path}"
    return {"type": "file", "bom-ref": ref, "name": ref, "hashes": _hashes([("SHA-256", digest)])}


def _interpreter() -> Component:
    info = json.loads((vendor.VENDOR / "pyodide" / "pyodide-lock.json").read_text("utf-8"))["info"]
    purl = f"pkg:generic/cpython@{info['python']}"
    return {
        "type": "platform",
        "bom-ref": purl,
        "name": "CPython",
        "version": str(info["python"]),
        "purl": purl,
        "licenses": licences("PSF-2.0"),
    }


def _compiled_in() -> Iterator[Component]:
    """What the wheels themselves name as compiled into them."""
    for wheel in sorted((vendor.VENDOR / "pyodide").glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for name in filter(INNER.search, archive.namelist()):
                for each in json.loads(archive.read(name)).get("components", []):
                    taken = {key: each[key] for key in INNER_FIELDS if key in each}
                    yield {**taken, "bom-ref": f"static/vendor/pyodide/{wheel.name}#{each['name']}@{each['version']}"}


def _made_from(part: Component, npm: list[Package], shipped: set[str]) -> Iterator[str]:
    """The purls of what a part was made from: its package, the page's wheels, or what was joined into its scripts."""
    ancestor = str(part["pedigree"]["ancestors"][0]["purl"])
    needs = {package.purl: package.needs for package in npm}
    if "pyodide" in ancestor:
        yield ancestor
        yield from (package.purl for package in packages.page_packages())
        return
    seen, ahead = set[str](), [ancestor]
    while ahead:
        purl = ahead.pop()
        if purl in shipped and purl not in seen:
            seen.add(purl)
            ahead += needs[purl]
    yield from seen


def main() -> int:
    """Write the document; returns the exit status."""
    parser = argparse.ArgumentParser("python -m tools.sbom", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=Path("sbom.json"))
    target = parser.parse_args().file
    try:
        at_rest.require_whole()
    except at_rest.ChangedAtRest as error:
        print(f"podi: {error}", file=sys.stderr)
        return 1
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    document = bill(str(version))
    target.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(f"podi: {target} names {len(document['components'])} parts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
