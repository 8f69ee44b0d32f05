"""What a built site leaves out of the checkout that it is made from."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tools.site import DEVELOPMENT

ROOT = Path(__file__).resolve().parents[2]


def test_a_built_site_knows_nothing_of_demo_accounts() -> None:
    """R33: it asks no host for any; every other setting is there."""
    text = (ROOT / "pyscript.toml").read_text("utf-8")
    before, after = tomllib.loads(text), tomllib.loads(DEVELOPMENT.sub("", text))
    assert before["podi"].pop("demo_accounts")
    assert before == after
