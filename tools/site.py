"""``python -m tools.site FOLDER``: the page as a folder to deploy, with a service worker that keeps it on devices.

All files of a version are in one folder below ``static/`` that is named after what is in them, and so can be cached for
good; the two versions before stay beside it, for pages that are still open. The page has its policy in itself, made
from its settings, for servers that send none. ``licences.txt`` holds the licences of what is shipped.

``--no-worker`` is the kill switch: the worker then takes what earlier ones kept off the devices, and ends itself.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tools import at_rest, late_archive, licences, page_files
from tools.compress import compress_best
from tools.node import ScriptFailed
from tools.page_policy import api_base_of, origin_of, page_policy
from tools.snapshot.build import is_current
from tools.snapshot.inputs import ROOT, frozen_sources

WORKER = "service_worker.js"
PAGE = "index.html"
# Below it are the folders of the versions, and so all scripts: the page's policy allows none from elsewhere.
VERSIONS = "static"
FOLDER = re.compile(r"[0-9a-f]{16}")
KEPT_VERSIONS = 3
SHEET = re.compile(r' *<link rel="stylesheet" href="\./static/styles/([^"]+)">\n')
JOINED = "all.css"
HEAD_BEGINS = '    <meta charset="utf-8">\n'
HEAD_ENDS = "  </head>"
POLICY = '    <meta http-equiv="Content-Security-Policy" content="{}">\n'
OFFLINE = '    <script type="module" src="./static/offline.mjs" data-optional></script>\n'
SETTINGS = "pyscript.toml"
OWN = re.compile(r'(")\./(?=static/|app/|pyscript\.toml)')
DEVELOPMENT = re.compile(r"(?m)^(#.*\n)?demo_accounts = .*\n")
"""What a built site knows nothing of."""
MANIFEST = "static/manifest.json"
# From the manifest to the page: three folders up in a built site, where it is in the folder of its version.
TO_PAGE = re.compile(r'("(?:start_url|scope)": ")\.\./')
INTERPRETER = re.compile(r'(?m)^(interpreter = ")\./')
# What a boot from the snapshot does not ask for is not kept on the device; who needs it has a server.
NOT_KEPT = re.compile(
    r"\.(br|gz|map|whl)$|/(vendored\.json|python_stdlib\.zip)$"
    r"|^static/(screenshots/|vendor/client-zip/|zip_worker|manifest\.json)|^static/vendor/(pyscript/zip-|pyodide/pyodide\.asm\.)|^static/(export|no)_worker"
)


class SiteError(Exception):
    """The site cannot be built; the message says why."""


def build(target: Path, *, worker: bool = True, images_from: tuple[str, ...] = (), root: Path = ROOT) -> str:
    """Write the site into a folder, which must be new, empty or an earlier build; returns its version."""
    if target.exists() and any(target.iterdir()) and not (target / WORKER).is_file():
        raise SiteError(f"{target} is not empty and no site: name another folder")
    fresh = target / "new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    at_rest.require_whole(root / "static" / "vendor")
    for name in ("app", "static"):
        shutil.copytree(root / name, fresh / name, ignore=shutil.ignore_patterns("__pycache__", ".*", "*.br", "*.gz"))
    (fresh / SETTINGS).write_text(DEVELOPMENT.sub("", (root / SETTINGS).read_text("utf-8")), encoding="utf-8")
    (fresh / MANIFEST).write_text(TO_PAGE.sub(r"\1../../../", (root / MANIFEST).read_text("utf-8")), encoding="utf-8")
    _join_late(fresh)
    page = (root / PAGE).read_text("utf-8")
    for line in (HEAD_BEGINS, HEAD_ENDS):
        if page.count(line) != 1:
            raise SiteError(f"{PAGE} has {page.count(line)} lines {line.strip()!r} where one was expected")
    policy = page_policy(api_base=api_base_of(root / SETTINGS), images_from=images_from, as_header=False)
    page = _one_stylesheet(page, fresh / "static" / "styles").replace(HEAD_ENDS, OFFLINE + HEAD_ENDS)
    page = page.replace(HEAD_BEGINS, HEAD_BEGINS + POLICY.format(policy))
    (fresh / PAGE).write_text(page, encoding="utf-8")
    version = _version(fresh)
    # Addresses in these two are seen from the page's own; all others are seen from the file that they stand in.
    for name, own in ((PAGE, OWN), (SETTINGS, INTERPRETER)):
        text = (fresh / name).read_text("utf-8")
        (fresh / name).write_text(own.sub(rf"\1./{VERSIONS}/{version}/", text), encoding="utf-8")
    folder = folder_of(target, version)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(exist_ok=True)
    fresh.rename(folder)
    # In this order: what is named is there before it is named.
    _write_whole(target / PAGE, (folder / PAGE).read_text("utf-8"))
    no_worker = (ROOT / "static" / "no_worker.js").read_text("utf-8")
    _write_whole(target / WORKER, _worker(version, folder) if worker else no_worker)
    _forget_old(target, version)
    return version


def folder_of(target: Path, version: str) -> Path:
    """Where a version of the site in `target` is."""
    return target / VERSIONS / version


def compress_version(folder: Path) -> None:
    """Put compressed twins beside the files of a version. Raises ScriptFailed."""
    compress_best(folder, ".bin", ".css", ".html", ".js", ".json", ".mjs", ".svg", ".toml", ".wasm")


def kept_files(folder: Path) -> dict[str, str]:
    """The files of a version that are kept on a device, and their hashes."""
    frozen = set(frozen_sources(folder))
    files = {path: file for path, file in _files(folder) if not NOT_KEPT.search(path) and path not in frozen}
    return {path: hashlib.sha256(file.read_bytes()).hexdigest() for path, file in files.items()}


def _join_late(folder: Path) -> None:
    """Put the late files into their archive."""
    archive = late_archive.read(folder)
    for path in page_files.late(folder):
        (folder / path).unlink()
    shutil.rmtree(folder / page_files.LATE_FOLDER, ignore_errors=True)
    (folder / page_files.ARCHIVE).write_bytes(archive)


def _one_stylesheet(page: str, styles: Path) -> str:
    """Join the style sheets that the page asks for, in their order: the first frame waits for one file."""
    links = SHEET.findall(page)
    if not links:
        return page
    text = "".join((styles / name).read_text("utf-8") for name in links)
    for name in links:
        (styles / name).unlink()
    (styles / JOINED).write_text(text, encoding="utf-8")
    begins, ends = page.index('    <link rel="stylesheet"'), page.rindex('<link rel="stylesheet"')
    ends = page.index("\n", ends) + 1
    return page[:begins] + f'    <link rel="stylesheet" href="./static/styles/{JOINED}">\n' + page[ends:]


def _files(folder: Path) -> list[tuple[str, Path]]:
    return sorted((file.relative_to(folder).as_posix(), file) for file in folder.rglob("*") if file.is_file())


def _version(folder: Path) -> str:
    total = hashlib.sha256()
    for path, file in _files(folder):
        total.update(f"{path}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()[:16]


def _worker(version: str, folder: Path) -> str:
    files = json.dumps(kept_files(folder), sort_keys=True)
    text = (ROOT / "tools" / WORKER).read_text("utf-8")
    return text.replace("@version@", version).replace("@files@", files)


def _write_whole(path: Path, text: str) -> None:
    scratch = path.with_name(path.name + ".new")
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(path)


def _forget_old(target: Path, version: str) -> None:
    others = [each for each in (target / VERSIONS).iterdir() if FOLDER.fullmatch(each.name) and each.name != version]
    for old in sorted(others, key=lambda each: each.stat().st_mtime_ns)[: -(KEPT_VERSIONS - 1)]:
        shutil.rmtree(old)


def _origin(text: str) -> str:
    try:
        return origin_of(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no origin: give https://host and no path") from None


def main(arguments: Sequence[str]) -> int:
    """Build the site; returns the exit status."""
    parser = argparse.ArgumentParser("python -m tools.site", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--no-worker", action="store_true", help="take what earlier versions kept off the devices")
    parser.add_argument(
        "--images-from", action="append", default=[], type=_origin, metavar="ORIGIN",
        help="let the page show results from this origin, https://host (repeatable)",
    )  # fmt: skip
    given = parser.parse_args(arguments)
    images_from = tuple(given.images_from)
    try:
        if not is_current():
            raise SiteError("there is no snapshot of these sources: run `make snapshot`")
        version = build(given.folder, worker=not given.no_worker, images_from=images_from)
        compress_version(folder_of(given.folder, version))
        _write_whole(given.folder / licences.FILE, licences.text())
    except (SiteError, at_rest.ChangedAtRest, licences.LicenceMissing, ScriptFailed) as error:
        print(f"podi: {error}", file=sys.stderr)
        return 1
    print(f"podi: {given.folder} holds version {version}")
    wanted = page_policy(api_base=api_base_of(ROOT / SETTINGS), images_from=images_from).split("; ")
    if further := [directive for directive in wanted if directive not in page_policy().split("; ")]:
        print(f"podi: in the policy that the server sends, change this: {'; '.join(further)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
