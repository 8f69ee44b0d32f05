"""The one policy of the page: what it allows, made from which settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.page_policy import SELF, api_base_of, origin_of, page_policy, script_folder

ROOT = Path(__file__).resolve().parents[2]
VENDORED = ROOT / "static" / "vendor"
MADE = re.compile(rb"\bcreatePolicy\(")


def directives(policy: str) -> dict[str, list[str]]:
    """A policy, taken apart."""
    return {name: sources for name, *sources in (part.split() for part in policy.split("; "))}


def test_nothing_is_allowed_that_is_not_named() -> None:
    """R56: whatever has no line of its own is refused; no line allows inline code, eval or another host."""
    found = directives(page_policy())
    assert found["default-src"] == ["'none'"]
    assert found["script-src"] == [SELF, "'wasm-unsafe-eval'"]
    assert found["worker-src"] == found["connect-src"] == found["style-src"] == [SELF]
    assert found.pop("require-trusted-types-for") == ["'script'"]
    assert found.pop("trusted-types") == ["podi", "podi-offline", "lit-html", "podi-icons"]
    allowed = {source for sources in found.values() for source in sources}
    assert allowed == {"'none'", SELF, "'wasm-unsafe-eval'", "data:", "blob:"}
    assert [name for name, sources in found.items() if "blob:" in sources] == ["img-src", "media-src"]


def test_each_trusted_types_policy_is_made_in_one_place() -> None:
    """R56: the app's own in one module, through which all markup goes; the others beside what they are for."""
    files = (file for name in ("app", "static", "tools") for file in sorted((ROOT / name).rglob("*")) if file.is_file())
    own = ((file.relative_to(ROOT).as_posix(), file) for file in files if VENDORED not in file.parents)
    assert [path for path, file in own for _ in MADE.findall(file.read_bytes())] == [
        "app/browser/trusted.py",
        "static/offline.mjs",
        "tools/components/icons.js",
    ]


def test_what_a_page_may_not_say_of_itself_is_left_to_the_header() -> None:
    """A browser complains of `frame-ancestors` in a page; all else is the same."""
    header, page = directives(page_policy()), directives(page_policy(as_header=False))
    assert header == page | {"frame-ancestors": ["'none'"]}


@pytest.mark.parametrize(
    ("api_base", "connect"),
    [
        ("", []),
        ("https://api.example", ["https://api.example", "wss://api.example"]),
        ("http://api.example:8099/podi/", ["http://api.example:8099", "ws://api.example:8099"]),
        ("https://api.example;script-src *", []),
        ("https://user:secret@api.example", []),
        ("ftp://api.example", []),
        ("nonsense", []),
    ],
)
def test_an_api_elsewhere_may_be_connected_to(api_base: str, connect: list[str]) -> None:
    """Its origin for requests and for sockets; what is no plain address changes nothing."""
    found = directives(page_policy(api_base=api_base))
    assert found["connect-src"] == [SELF, *connect]
    assert found["img-src"] == [SELF, "data:", "blob:", *connect[:1]]
    assert found["script-src"] == [SELF, "'wasm-unsafe-eval'"]


def test_results_may_come_from_where_they_are_stored() -> None:
    """Pictures, videos and sounds; nothing else."""
    plain, stored = directives(page_policy()), directives(page_policy(images_from=["https://store.example"]))
    assert {name for name in plain if plain[name] != stored[name]} == {"img-src", "media-src"}
    assert stored["img-src"][-1] == stored["media-src"][-1] == "https://store.example"


@pytest.mark.parametrize(
    ("authority", "scripts"),
    [
        ("monitor.example", "monitor.example/static/"),
        ("localhost:8000", "localhost:8000/static/"),
        ("127.0.0.1:8000", "127.0.0.1:8000/static/"),
        ("10.1.2.3:8000", SELF),
        ("[::1]:8000", SELF),
        ("", SELF),
        ("x; script-src *", SELF),
        ("x/y", SELF),
        ("*", SELF),
    ],
)
def test_scripts_come_from_their_folder_where_it_can_be_named(authority: str, scripts: str) -> None:
    """A name and 127.0.0.1 can be; other addresses are matched by no browser, and nothing else gets into the policy."""
    assert script_folder(authority) == scripts


def test_the_settings_are_read_as_far_as_they_can_be(tmp_path: Path) -> None:
    """A file that is missing, broken or says nothing of the API is the page's own host."""
    settings = tmp_path / "pyscript.toml"
    assert api_base_of(settings) == ""
    for text, expected in (
        ('[podi]\napi_base = "https://a"', "https://a"),
        ("[podi]\napi_base = 1", ""),
        ("[podi]", ""),
        ("podi = 1", ""),
        ("[podi", ""),
    ):
        settings.write_text(text, encoding="utf-8")
        assert api_base_of(settings) == expected


def test_an_origin_is_nothing_more() -> None:
    """A path or anything that would end the directive is refused."""
    assert origin_of("https://store.example/") == "https://store.example"
    for text in ("https://store.example/x", "https://x;y", "https://x y", "store.example", "https://u:p@x"):
        with pytest.raises(ValueError, match=r"x|store"):
            origin_of(text)
