"""What the host says when it starts, beside where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from devserver.introduction import warnings
from devserver.settings import Settings


@pytest.mark.parametrize(
    ("table", "warned"),
    [
        ('api_base = "https://api.example:8443/x"', True),
        ('api_base = "http://localhost:8000"', False),
        ('api_base = "http://localhost:9000"', True),
        ('api_base = ""', False),
        ("api_base = 7", False),
        ("", False),
        ("[", False),
    ],
)
def test_api_elsewhere_cannot_work_from_here(tmp_path: Path, table: str, warned: bool) -> None:
    """A page that is sent elsewhere for its API is announced at start, with what works instead (25)."""
    version = tmp_path / "0123456789abcdef"
    version.mkdir()
    for folder in (tmp_path, version):
        (folder / "pyscript.toml").write_text(f"[podi]\n{table}\n", encoding="utf-8")
    said = list(warnings(Settings(site=tmp_path)))
    assert len(said) == warned
    assert all("--backend" in line for line in said)


def test_what_is_said_beyond_loopback(tmp_path: Path) -> None:
    """Where others can reach the host, that is said, and what it means."""
    assert any("others can reach" in line for line in warnings(Settings(host="0.0.0.0", site=tmp_path)))
    behind = Settings(host="192.0.2.7", site=tmp_path, backend="http://backend.example")
    assert any("reach the backend" in line for line in warnings(behind))
    assert list(warnings(Settings(site=tmp_path))) == []
