"""What files are called that are downloaded together."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.file_names import LONGEST, file_names


def test_files_are_called_after_their_addresses() -> None:
    """R40: two of one name are kept apart; what has no name gets one."""
    urls = [
        "https://x.example/a/koi.png?s=1",
        "/b/koi.png",
        "/c/KOI.png",
        "/%E9%94%A6.webp",
        "/",
        "data:image/png;base64,",
    ]
    assert file_names(urls) == ["koi.png", "koi (2).png", "KOI (3).png", "锦.webp", "result-5", "result.png"]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("/a%5Ckoi.png", "koi.png"),
        ("/a/red%3Akoi%3F.png", "red_koi_.png"),
        ("/a/..%5C..", "_"),
        ("/a/ .koi.png. ", "koi.png"),
        ("/X/X.koiX", "X.koiX"),
        ("/%20.", "result-1"),
        ("http://[", "result-1"),
        (f"/{'k' * 81}", "k" * 80),
        (f"/{'k' * 90}.koi.png", f"{'k' * 76}.png"),
        (f"/{'k' * 90}.png .", f"{'k' * 76}.png"),
        (f"/{'k' * 90}.123456789", f"{'k' * 70}.123456789"),
        (f"/{'k' * 75}.1234567890", f"{'k' * 75}.1234"),
        (f"/{'k' * 79}.1234567890", "k" * 79),
        (f"/{'k' * 78}%20%20.1234567890", "k" * 78),
        (f"/{'k' * 79}X.1234567890", f"{'k' * 79}X"),
    ],
)
def test_a_name_is_cut_and_cleaned_but_keeps_its_ending(url: str, name: str) -> None:
    """R40: eighty characters at most, the last part of the path alone, no point or blank at either end."""
    assert [name] == file_names([url])


def test_files_of_one_name_are_numbered_before_their_ending() -> None:
    """R40: what comes again gets the next number that is free, whether or not it has an ending."""
    assert ["koi", "koi (2)", "koi (3)"] == file_names(["/a/koi", "/b/koi", "/c/koi"])
    assert ["a.b.png", "a.b (2).png", "a.b (2) (2).png"] == file_names(["/a.b.png", "/a.b.png", "/a.b%20(2).png"])


@given(st.lists(st.text(max_size=200) | st.from_regex(r"/[./\\]{0,9}\w{0,120}\.\w{0,20}", fullmatch=True), max_size=8))
def test_names_are_safe_and_each_is_there_once(urls: list[str]) -> None:
    """R40: no name leads out of the folder that the zip is unpacked into, whatever the address is."""
    names = file_names(urls)
    assert len({name.casefold() for name in names}) == len(urls) == len(names)
    for name in names:
        assert re.fullmatch(r"[^/\\:\x00-\x1f]+", name)
        assert name == name.strip(" .")
        assert len(name) <= LONGEST + len(" (9)")
