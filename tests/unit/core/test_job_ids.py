"""Ids for tasks that the page submits itself."""

from __future__ import annotations

import random
import re

import pytest

from app.core.job_ids import new_job_id, short_id


def test_ids_are_new_and_plain() -> None:
    """R41: two are never the same, and each may stand in an address as it is."""
    chance = random.Random(1).random
    ids = {new_job_id(chance) for _ in range(1000)}
    assert 1000 == len(ids)
    assert all(re.fullmatch(r"[0-9a-f]{32}", job_id) for job_id in ids)
    assert "f" * 32 == new_job_id(lambda: 0.999_999)


def test_each_digit_is_as_likely_as_any_other() -> None:
    """R41: each has a sixteenth of what chance returns, from its beginning to just before its end."""
    chances = iter([place for digit in range(16) for place in (digit / 16, (digit + 0.999) / 16)])
    assert "00112233445566778899aabbccddeeff" == new_job_id(lambda: next(chances))


@pytest.mark.parametrize(
    ("given", "short"),
    [
        ("t1.volc.exec_1.0a1b", "0a1b"),
        ("t1.batch.7", "t1.batch.7"),
        ("0a1b", "0a1b"),
        ("t12.x", "t12.x"),
        ("a.t1.b", "a.t1.b"),
    ],
)
def test_the_long_form_of_an_id_is_shortened(given: str, short: str) -> None:
    """R53: either may be pasted, and the lists know the short one."""
    assert short == short_id(given)
