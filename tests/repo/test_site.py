"""What a built site leaves out of the checkout that it is made from, and what the command says and writes beside it."""

from __future__ import annotations

import json
import shutil
import struct
import tomllib
from functools import partial
from pathlib import Path
from urllib.parse import urljoin

import pytest

from tools import licences, site
from tools.site import DEVELOPMENT, MANIFEST, TO_PAGE

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The command without what takes long: it makes no compressed twins and does not look at the snapshot."""
    monkeypatch.setattr(site, "is_current", lambda: True)
    monkeypatch.setattr(site, "compress_version", lambda folder: None)
    return monkeypatch


def build(folder: Path, **_: object) -> str:
    """Stand in for the building of a site."""
    folder.mkdir()
    return "0123456789abcdef"


def test_a_built_site_knows_nothing_of_demo_accounts() -> None:
    """R33: it asks no host for any; every other setting is there."""
    text = (ROOT / "pyscript.toml").read_text("utf-8")
    before, after = tomllib.loads(text), tomllib.loads(DEVELOPMENT.sub("", text))
    assert before["podi"].pop("demo_accounts")
    assert before == after


def test_the_page_can_be_installed() -> None:
    """R54: the manifest leads to the page, from a built site too, and its pictures are as large as it says."""
    text = (ROOT / MANIFEST).read_text("utf-8")
    for address, manifest in (
        (f"https://podi.example/x/{MANIFEST}", text),
        (f"https://podi.example/x/static/0123456789abcdef/{MANIFEST}", TO_PAGE.sub(r"\1../../../", text)),
    ):
        found = json.loads(manifest)
        assert {urljoin(address, found[name]) for name in ("start_url", "scope")} == {"https://podi.example/x/"}
    found = json.loads(text)
    assert "./static/manifest.json" in (ROOT / "index.html").read_text("utf-8")
    sizes = {}
    for picture in [*found["icons"], *found["screenshots"]]:
        data = (ROOT / "static" / picture["src"]).read_bytes()
        if picture["type"] == "image/png":
            sizes[picture["src"]] = (picture["sizes"], "{}x{}".format(*struct.unpack(">II", data[16:24])))
    assert len(sizes) == 5
    assert [name for name, (said, real) in sizes.items() if said != real] == []


def test_the_licences_lie_beside_the_page(
    quick: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """R55: of all that is shipped; and where all is on one origin, the server's policy stays as it is."""
    quick.setattr(site, "build", build)
    folder = tmp_path / "dist"
    assert site.main([str(folder)]) == 0
    assert (folder / "licences.txt").read_text("utf-8") == licences.text()
    assert capsys.readouterr() == (f"podi: {folder} holds version 0123456789abcdef\n", "")


def test_what_other_origins_change_in_the_servers_policy_is_said(
    quick: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """R55: those that results come from, and the API's; nothing that stays as it was."""
    quick.setattr(site, "build", build)
    quick.setattr(site, "api_base_of", lambda settings: "https://api.example/podi")
    assert site.main([str(tmp_path / "dist"), "--images-from", "https://store.example"]) == 0
    said = capsys.readouterr().out.splitlines()[1:]
    directives = (
        "img-src 'self' data: blob: https://api.example https://store.example",
        "media-src 'self' blob: https://api.example https://store.example",
        "connect-src 'self' https://api.example wss://api.example",
    )
    assert said == [f"podi: in the policy that the server sends, change this: {'; '.join(directives)}"]


def test_a_vendored_file_that_is_another_is_not_shipped(
    quick: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """R56: the command fails, names the file and writes no page."""
    vendored = shutil.copytree(ROOT / "static" / "vendor", tmp_path / "static" / "vendor", copy_function=_link)
    script = vendored / "pyodide" / "pyodide.mjs"
    script.unlink()
    script.write_text("evil", encoding="utf-8")
    quick.setattr(site, "build", partial(site.build, root=tmp_path))
    folder = tmp_path / "dist"
    assert site.main([str(folder)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "",
        "podi: static/vendor/ is not as set-up made it (pyodide/pyodide.mjs): run `make setup`\n",
    )
    assert not (folder / "index.html").exists()


def _link(source: str, target: str) -> None:
    Path(target).symlink_to(source)
