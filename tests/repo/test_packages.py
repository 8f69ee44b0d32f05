"""The lock files are read as pip and npm read them."""

from __future__ import annotations

import json
from pathlib import Path

from tools import packages, vendor

DIGEST = "ab" * 32
LOCK = f"""\
# Made by somebody.
one==1.0 \\
    --hash=sha256:{DIGEST} \\
    --hash=sha256:{"cd" * 32}
    # via
    #   -r requirements/run.in
    #   Two_Parts
two-parts==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:{DIGEST}
    # via -r requirements/run.in
three==3.0 --hash=sha256:{DIGEST}
three==3.1 --hash=sha256:{DIGEST}
"""


def test_a_python_lock_names_versions_hashes_and_who_asked(tmp_path: Path) -> None:
    """Pins with and without markers, at several versions; hashes below or beside the pin; and who needs whom."""
    lock = tmp_path / "run.txt"
    lock.write_text(LOCK, encoding="utf-8")
    found, asked = packages.python_packages(lock)
    assert [(each.purl, len(each.hashes), each.needs) for each in found] == [
        ("pkg:pypi/one@1.0", 2, ()),
        ("pkg:pypi/two-parts@2.0", 1, ("pkg:pypi/one@1.0",)),
        ("pkg:pypi/three@3.0", 1, ()),
        ("pkg:pypi/three@3.1", 1, ()),
    ]
    assert found[0].hashes[0] == ("SHA-256", DIGEST)
    assert asked == ["pkg:pypi/one@1.0", "pkg:pypi/two-parts@2.0"]


def test_an_npm_lock_is_resolved_from_the_inside_out(tmp_path: Path) -> None:
    """A package gets the dependency nearest to it, its integrity as hexadecimal digits and its scope in the purl."""
    lock = tmp_path / "package-lock.json"
    entries = {
        "": {"name": "root", "dependencies": {"a": "1"}},
        "node_modules/a": {"version": "1.0.0", "license": "MIT", "dependencies": {"@s/b": "2", "absent": "1"}},
        "node_modules/a/node_modules/@s/b": {"version": "2.0.0", "optionalDependencies": {"c": "1"}},
        "node_modules/@s/b": {"version": "1.0.0"},
        "node_modules/c": {"version": "1.0.0", "integrity": "sha512-AAEC"},
    }
    lock.write_text(json.dumps({"packages": entries}), encoding="utf-8")
    found = {each.folder: each for each in packages.npm_packages(lock)}
    assert found["node_modules/a"].needs == ("pkg:npm/%40s/b@2.0.0",)
    assert found["node_modules/a/node_modules/@s/b"].needs == ("pkg:npm/c@1.0.0",)
    assert found["node_modules/c"].hashes == (("SHA-512", "000102"),)
    assert (found["node_modules/a"].name, found["node_modules/a"].licence) == ("a", "MIT")


def test_every_pin_of_the_locks_is_read() -> None:
    """No line of this project's own locks that pins a package is passed over, and each has a hash."""
    for lock in (packages.RUN_LOCK, packages.DEV_LOCK, vendor.PAGE_LOCK):
        found, _ = packages.python_packages(lock)
        pins = [line for line in lock.read_text("utf-8").splitlines() if "==" in line and line[0] not in " #"]
        assert len(found) == len(pins) > 0
        assert all(each.hashes for each in found)
    assert all(each.hashes for each in packages.npm_packages())
