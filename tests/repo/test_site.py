"""What a built site leaves out of the checkout that it is made from."""

from __future__ import annotations

import json
import struct
import tomllib
from pathlib import Path
from urllib.parse import urljoin

from tools.site import DEVELOPMENT, MANIFEST, TO_PAGE

ROOT = Path(__file__).resolve().parents[2]


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
