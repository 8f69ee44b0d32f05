"""What files are called that are downloaded together."""

from __future__ import annotations

import re

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


@given(st.lists(st.text(max_size=200) | st.from_regex(r"/[./\\]{0,9}\w{0,120}\.\w{0,20}", fullmatch=True), max_size=8))
def test_names_are_safe_and_each_is_there_once(urls: list[str]) -> None:
    """R40: no name leads out of the folder that the zip is unpacked into, whatever the address is."""
    names = file_names(urls)
    assert len({name.casefold() for name in names}) == len(urls) == len(names)
    for name in names:
        assert re.fullmatch(r"[^/\\:\x00-\x1f]+", name)
        assert name not in {".", ".."}
        assert len(name) <= LONGEST + 10
