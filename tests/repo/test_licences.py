"""The licences that go with a built site name everything in it, with words for each."""

from __future__ import annotations

import json

from tools import licences, packages, vendor


def test_everything_that_is_shipped_is_named_with_its_licence() -> None:
    """Each wheel of the page, each npm package in its scripts, CPython, this project, and what is compiled in."""
    text = licences.text()
    shipped = [f"{each.name} {each.version}: " for each in packages.page_packages()]
    bundled = vendor.record_of()["bundled"]
    shipped += [
        f"{each.name} {each.version}: {each.licence}\n" for each in packages.npm_packages() if each.folder in bundled
    ]
    shipped += ["podi monitor: Apache-2.0", "CPython, within pyodide 3.14.2: PSF-2.0", "Compiled into it:", "  serde "]
    assert [title for title in shipped if title not in text] == []


def test_every_licence_has_its_words() -> None:
    """Behind each heading stands a text, or the name of a shipped package whose text it is."""
    sections = licences.text().split(f"\n{licences.RULE}\n")[1:]
    bodies = {section.partition("\n")[0]: section.partition("\n\n")[2] for section in sections}
    assert len(sections) == len(vendor.record_of()["bundled"]) + len(packages.page_packages()) + 2
    for title, body in bodies.items():
        refers = next((line for line in body.splitlines() if "holds no text of it" in line), "")
        other = refers.partition("as in ")[2].removesuffix(".")
        assert len(body) > 500 or any(each.startswith(f"{other}: ") for each in bodies if other), title


def test_the_words_are_the_packages_own() -> None:
    """The licence file of an npm package is there as it was installed."""
    folder = licences.ROOT / "node_modules" / "polyscript"
    assert (folder / "LICENSE").read_text("utf-8").strip() in licences.text()
    assert json.loads((folder / "package.json").read_text("utf-8"))["version"] in licences.text()
