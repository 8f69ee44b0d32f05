"""Put the browser runtime into static/vendor/: PyScript's core, Pyodide, the page's wheels, components, zip writer.

Everything comes from packages that are pinned and hash-checked (package-lock.json, requirements/page.txt), so that no
request of the page leaves its own host. What is changed on the way is listed in `PATCHES`, and each change has to match
exactly once: a release that differs stops the build instead of shipping an unpatched file. This module refuses to
download anything without a hash, and leaves the old folder in place until the new one is whole.
"""

from __future__ import annotations

import email.parser
import hashlib
import json
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import checksums
from tools.compress import compress_runtime
from tools.node import ScriptFailed

ROOT = Path(__file__).resolve().parent.parent
NODE_MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
PAGE_LOCK = ROOT / "requirements" / "page.txt"
RECORD = "vendored.json"
# Beside the record, what is not of this module's making: the memory snapshot has a record of its own.
NOT_RECORDED = frozenset({RECORD, "snapshot"})

# The folder of the innermost package in a path; packages of one name may be nested in others.
INSTALLED = re.compile(r"node_modules/.*node_modules/(?:@[^/]+/)?[^/]+(?=/)|node_modules/(?:@[^/]+/)?[^/]+(?=/)")

WHEEL_PYTHON = "3.14"
# The platform of Pyodide 314: its abi_version, 2026_0, is checked against the interpreter's own lock below.
WHEEL_ABI = "pyemscripten_2026_0"
WHEEL_PLATFORM = (
    *("--only-binary", ":all:", "--python-version", WHEEL_PYTHON, "--implementation", "cp"),
    *("--abi", "cp314", "--abi", "none", "--platform", f"{WHEEL_ABI}_wasm32"),
)

PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")

# The parts of PyScript's core that any page loads, and what a configuration can ask for. Their names end in a hash that
# changes with every release. Left out is what only its editors and terminals load when they are used.
PYSCRIPT_PARTS = (
    *("core", "deprecations-manager", "donkey", "error", "py-editor", "py-game", "py-terminal"),
    *("pyodide_graph", "toml", "zip"),
)


class VendorError(Exception):
    """The runtime cannot be put together; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Patch:
    """One exact replacement in one vendored file."""

    files: str
    old: str
    new: str
    why: str


PATCHES = (
    Patch(
        files="pyscript/core-*.js",
        old="return Function(`return(w,x)=>(${r})(w,x,...[${s}])`)()",
        new="return()=>{}",
        why="it builds what PyScript sends to its own workers from a string, which the page's policy refuses; "
        "this page's worker is a module of its own",
    ),
    Patch(
        files="pyscript/core-*.js",
        old="n=t=>(e.observe(t,{childList:!0,subtree:!0,attributes:!0}),t)",
        new="n=t=>t",
        why="it runs whatever Python is put into the page later, which makes a program of markup that got in; the "
        "page's one script is there before PyScript starts, and is found by the look that it takes then",
    ),
    Patch(
        files="pyodide/pyodide.asm.mjs",
        old="var memoryBase=metadata.memorySize?alignMemory(getMemory(metadata.memorySize+memAlign),memAlign):0;",
        new='var memoryBase=Module["placeLibrary"]?.(libName,wasmTable)??'
        "(metadata.memorySize?alignMemory(getMemory(metadata.memorySize+memAlign),memAlign):0);",
        why="a native library that a memory snapshot refers to has to be loaded where it was; see docs/boot.md",
    ),
    Patch(
        files="pyodide/pyodide.mjs",
        old="function he(e){let t=j(e);",
        new='function he(e){let t=e===""?new Uint8Array:j(e);',
        why="an interpreter that starts from a memory snapshot has no use for the standard library's file until it "
        "imports a module that is not in the snapshot; see docs/boot.md",
    ),
    Patch(
        files="pyodide/pyodide.mjs",
        old="l=await WebAssembly.instantiateStreaming(n,s)",
        new="l=await(WebAssembly.instantiateStreaming(n,s)"
        ".catch(async()=>WebAssembly.instantiate(await(await fetch((await n).url)).arrayBuffer(),s)))",
        why="a host that does not know the type of wasm files would end the boot, and never say so",
    ),
    *(
        Patch(
            files, old, new, "an interpreter that cannot be loaded has to end the boot with its reason, not in waiting"
        )
        for files, old, new in (
            (
                "pyodide/pyodide.asm.mjs",
                'Module["instantiateWasm"](info,(inst,mod)=>{resolve(receiveInstance(inst,mod))})',
                'Module["instantiateWasm"](info,(inst,mod)=>{resolve(receiveInstance(inst,mod))},reject)',
            ),
            (
                "pyodide/pyodide.mjs",
                "return function(s,r){return async function(){",
                "return function(s,r,reject){return async function(){",
            ),
            ("pyodide/pyodide.mjs", 'console.warn("wasm instantiation failed!"),console.warn(l)', "reject(l)"),
        )
    ),
)


@dataclass(frozen=True, slots=True)
class Wheel:
    """What a wheel says of itself: its normalised name, its version, what it needs and what it can import."""

    name: str
    version: str
    depends: tuple[str, ...]
    imports: tuple[str, ...]


def canonical(name: str) -> str:
    """The normalised form of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def wheel_metadata(wheel: Path) -> Wheel:
    """Read the metadata of a wheel file. Requirements that only an extra asks for are left out."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        text = archive.read(next(name for name in names if name.endswith(".dist-info/METADATA"))).decode()
    message = email.parser.Parser().parsestr(text, headersonly=True)
    needed = [str(value) for value in message.get_all("Requires-Dist") or [] if "extra ==" not in str(value)]
    matches = (re.match(r"[A-Za-z0-9._-]+", value) for value in needed)
    tops = {name.split("/")[0].removesuffix(".py") for name in names if not name.split("/")[0].endswith(".dist-info")}
    return Wheel(
        name=canonical(str(message["Name"])),
        version=str(message["Version"]),
        depends=tuple(sorted({canonical(match[0]) for match in matches if match})),
        imports=tuple(sorted(tops)),
    )


def locked_hashes(lock: Path = PAGE_LOCK) -> dict[str, str]:
    """The sha256 of each package's wheel in the page's lock, by normalised name."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==\S+ --hash=sha256:([0-9a-f]{64})$", lock.read_text("utf-8"), re.MULTILINE)
    return {canonical(name): digest for name, digest in found}


def pyodide_lock(info: dict[str, str], wheels: list[Path]) -> dict[str, object]:
    """The lock that Pyodide reads: the interpreter's own `info`, and just these wheels."""
    described = {wheel: wheel_metadata(wheel) for wheel in wheels}
    present = {wheel.name for wheel in described.values()}
    packages = {}
    for path, wheel in sorted(described.items(), key=lambda item: item[1].name):
        missing = set(wheel.depends) - present
        if missing:
            raise VendorError(
                f"{path.name} needs {', '.join(sorted(missing))}, which requirements/page.txt does not list"
            )
        packages[wheel.name] = {
            "name": wheel.name,
            "version": wheel.version,
            "file_name": path.name,
            "install_dir": "site",
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "package_type": "package",
            "imports": list(wheel.imports),
            "depends": list(wheel.depends),
            "unvendored_tests": False,
        }
    return {"info": info, "packages": packages}


def apply_patches(vendor: Path, patches: tuple[Patch, ...] = PATCHES) -> None:
    """Apply each patch to the one file it is meant for, where it has to match exactly once."""
    for patch in patches:
        files = sorted(vendor.glob(patch.files))
        counts = [file.read_text("utf-8").count(patch.old) for file in files]
        if sum(counts) != 1:
            raise VendorError(
                f"the patch of {patch.files} ({patch.why}) has to match exactly once and matches {sum(counts)} times "
                f"in {len(files)} file(s): this release differs from the one it was written for; "
                "see PATCHES in tools/vendor.py"
            )
        file = files[counts.index(1)]
        file.write_text(file.read_text("utf-8").replace(patch.old, patch.new), encoding="utf-8")


def build(python: Path, stamp: str, vendor: Path = VENDOR) -> None:
    """Make the folder anew. `python` has pip; `stamp` is recorded and shows the next run that nothing has changed.

    Raises VendorError if a part is missing or differs from what the lock files promise.
    """
    vendor.parent.mkdir(exist_ok=True)
    for left in vendor.parent.glob(f"{vendor.name}.*"):
        shutil.rmtree(left)
    scratch = Path(tempfile.mkdtemp(prefix=f"{vendor.name}.", dir=vendor.parent))
    try:
        scratch.chmod(0o755)
        parts = [
            _copy_pyscript(scratch),
            _copy_pyodide(scratch, python),
            _build_components(scratch),
            _copy_zip(scratch),
        ]
        apply_patches(scratch)
        compress_runtime(scratch)
        _record(scratch, stamp, parts)
        if vendor.exists():
            vendor.rename(scratch.with_suffix(".old"))
        scratch.rename(vendor)
    except ScriptFailed as error:
        raise VendorError(f"the browser runtime could not be compressed: {error}") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.rmtree(scratch.with_suffix(".old"), ignore_errors=True)


def record_of(vendor: Path = VENDOR) -> dict[str, Any]:
    """What is recorded of the folder: `stamp`, `versions`, `bundled`, `files`. Nothing, if no record can be read."""
    try:
        record = json.loads((vendor / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def differences(vendor: Path = VENDOR) -> list[str]:
    """The files that are missing, that are not what was put there, or that nobody put there; or else the record."""
    recorded = record_of(vendor).get("files")
    if not isinstance(recorded, dict):
        return [RECORD]
    return checksums.differences(recorded, checksums.of_folder(vendor, without=NOT_RECORDED))


def is_whole(stamp: str, vendor: Path = VENDOR) -> bool:
    """Whether the folder was made by this `stamp` and holds what was put there, byte for byte, and nothing else."""
    return record_of(vendor).get("stamp") == stamp and not differences(vendor)


@dataclass(frozen=True, slots=True)
class Part:
    """What was vendored together: the versions of its packages, and which npm packages are joined into its scripts.

    The latter by the folder that each is installed into, as package-lock.json names it.
    """

    versions: dict[str, str]
    bundled: frozenset[str] = frozenset()


def bundled_in(sources: Iterable[str]) -> frozenset[str]:
    """The folders of the npm packages that source files are of; files of no package are passed over."""
    found = (INSTALLED.search(source) for source in sources)
    return frozenset(match[0] for match in found if match)


def _copy_pyscript(vendor: Path) -> Part:
    name = "@pyscript/core"
    source = _package(name) / "dist"
    target = vendor / "pyscript"
    target.mkdir()
    files = [source / "core.js", source / "core.css"]
    for part in PYSCRIPT_PARTS:
        found = [file for file in source.glob(f"{part}-*.js") if re.fullmatch(rf"{part}-[\w-]{{8}}\.js", file.name)]
        if part == "toml":
            # Two parsers are shipped; the page's configuration is read by the one that core names.
            core = next(source.glob("core-*.js")).read_text("utf-8")
            found = [file for file in found if file.name in core]
        if len(found) != 1:
            raise VendorError(f"PyScript's core has {len(found)} files {part}-*.js where one was expected")
        files += found
    bundled = {f"node_modules/{name}"}
    for file in files:
        _copy_text(file, target / file.name)
        # Its release says what it was joined from in its source maps, which are not vendored.
        origins = file.with_name(f"{file.name}.map")
        if origins.is_file():
            bundled |= bundled_in(json.loads(origins.read_text("utf-8"))["sources"])
    return Part({name: _version(name)}, frozenset(bundled))


def _copy_pyodide(vendor: Path, python: Path) -> Part:
    source = _package("pyodide")
    target = vendor / "pyodide"
    target.mkdir()
    for name in PYODIDE_FILES:
        if name.endswith(".mjs"):
            _copy_text(source / name, target / name)
        else:
            shutil.copyfile(source / name, target / name)
    info = json.loads((source / "pyodide-lock.json").read_text("utf-8"))["info"]
    if f"pyemscripten_{info['abi_version']}" != WHEEL_ABI:
        raise VendorError(
            f"this Pyodide takes wheels for {info['abi_version']}, not for {WHEEL_ABI}: see tools/vendor.py"
        )
    command = [str(python), "-m", "pip", "download", "-qq", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", *WHEEL_PLATFORM, "--requirement", str(PAGE_LOCK), "--dest", str(target)]
    if subprocess.run(command, check=False).returncode:
        raise VendorError("pip could not fetch the page's wheels (requirements/page.txt); its reason is above")
    wheels = sorted(target.glob("*.whl"))
    lock = pyodide_lock(info, wheels)
    (target / "pyodide-lock.json").write_text(json.dumps(lock, indent=1) + "\n", encoding="utf-8")
    versions = {metadata.name: metadata.version for metadata in map(wheel_metadata, wheels)}
    return Part({"pyodide": _version("pyodide"), **versions}, frozenset({"node_modules/pyodide"}))


def _build_components(vendor: Path) -> Part:
    command = ["node", str(ROOT / "tools" / "components" / "build.mjs"), str(vendor / "components")]
    done = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise VendorError("the components could not be bundled (tools/components/build.mjs); the reason is above")
    name = "@awesome.me/webawesome"
    return Part({name: _version(name)}, bundled_in(done.stdout.splitlines()))


def _copy_zip(vendor: Path) -> Part:
    name = "client-zip"
    target = vendor / name
    target.mkdir()
    _copy_text(_package(name) / "index.js", target / "index.js")
    return Part({name: _version(name)}, frozenset({f"node_modules/{name}"}))


def _record(vendor: Path, stamp: str, parts: list[Part]) -> None:
    record = {
        "stamp": stamp,
        "versions": dict(sorted(pair for part in parts for pair in part.versions.items())),
        "bundled": sorted(frozenset().union(*(part.bundled for part in parts))),
        "files": checksums.of_folder(vendor, without=NOT_RECORDED),
    }
    (vendor / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _copy_text(source: Path, target: Path) -> None:
    """Copy a script without its reference to a source map, which is not vendored."""
    text = source.read_text("utf-8")
    target.write_text(re.sub(r"\n//# sourceMappingURL=\S+\s*$", "\n", text), encoding="utf-8")


def _package(name: str) -> Path:
    folder = NODE_MODULES / name
    if not folder.is_dir():
        raise VendorError(f"the npm package {name} is not installed: run `make setup`")
    return folder


def _version(name: str) -> str:
    return str(json.loads((_package(name) / "package.json").read_text("utf-8"))["version"])
