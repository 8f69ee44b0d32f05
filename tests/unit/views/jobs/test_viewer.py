"""The dialog in which pictures are looked at closely."""

from __future__ import annotations

import re

import pytest

from app.views.jobs.viewer import viewer_markup
from testkit.host import ROOT
from testkit.plain_formats import plain_texts


def test_the_adapter_finds_every_part_that_it_fills() -> None:
    """R40: the parts are found by their names alone."""
    parts = {*re.findall(r'data-viewer="([\w-]+)"', viewer_markup(plain_texts("en")))}
    source = (ROOT / "app" / "browser" / "viewer.py").read_text("utf-8")
    asked = {*re.findall(r'_part\("([\w-]+)"\)', source)}
    assert {"stage", "slider", "image"} <= asked
    assert asked - parts == set()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_button_says_what_it_does(language: str) -> None:
    """R40, R54: those that show a symbol have words for a screen reader."""
    markup = viewer_markup(plain_texts(language))
    symbols = re.findall(r'<button[^>]*data-viewer="(?:smaller|larger|fit|full|close|previous|next)"[^>]*>', markup)
    assert 7 == len(symbols)
    assert all(re.search(r'aria-label="[^"]+"', button) for button in symbols)
    assert "viewer." not in re.sub(r'(class|data-viewer)="[^"]*"', "", markup)
